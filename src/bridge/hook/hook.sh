#!/bin/sh
# hook.sh hook <harness> <event> [--timeout <seconds>]: the same as bridge.js, at a third of its time, where curl is there.
#
# It puts the payload to the coordinator that runs, and prints what that answers. Whatever is not plain (no coordinator, no
# curl, a shared database, names with unusual characters) is left to bridge.js, before anything of standard input is read.
# After that there is no way back: what fails then denies a tool call. See docs/adr/0006-hook-by-shell.md.
here=${0%/*}
LC_ALL=C

by_node() {
  exec "${INTERLOCK_NODE:-node}" "$here/bridge.js" "$@"
}

# Letters, digits and these signs mean the same in a header, percent-encoded or not.
for text in "$PWD" "$2" "$3" "$INTERLOCK_PROJECT" "$INTERLOCK_SESSION_ID" "$INTERLOCK_AGENT_ID" \
  "$INTERLOCK_AGENT_TYPE" "$INTERLOCK_DELEGATED_FROM"; do
  case $text in *[!A-Za-z0-9/._~@=:,-]*) by_node "$@" ;; esac
done

case $2 in claude | vscode | copilot | codex) ;; *) by_node "$@" ;; esac
# The editor's own agent may be calling, which the payload tells.
[ "$2" != copilot ] || [ -z "$INTERLOCK_EDITOR_HOOKS" ] || by_node "$@"
case $3 in [A-Za-z]*) event=$3 ;; *) by_node "$@" ;; esac
case $#$4 in
3) seconds=60 ;;
5--timeout) seconds=$5 ;;
*) by_node "$@" ;;
esac
case $seconds in '' | 0* | *[!0-9]* | ?????*) by_node "$@" ;; esac
[ "$seconds" -le 3600 ] || seconds=3600
case $event in PreToolUse | preToolUse) decides=yes ;; *)
  decides=
  [ "$seconds" -le 10 ] || seconds=10
  ;;
esac
# As the bridge divides it: the last word comes well before the time-out.
margin=$((seconds / 4))
[ "$margin" -le 5 ] || margin=5
deadline=$((seconds - margin))
[ "$deadline" -ge 4 ] || by_node "$@"

home=$INTERLOCK_HOME
if [ -z "$home" ]; then
  case $XDG_DATA_HOME in /*) home=$XDG_DATA_HOME/interlock ;; *) home=$HOME/.local/share/interlock ;; esac
  [ -S "$home/current.sock" ] || home="$HOME/Library/Application Support/Interlock"
fi
case $home in /*) ;; *) by_node "$@" ;; esac
[ -S "$home/current.sock" ] && [ -w "$home/run" ] && [ ! -e "$home/shared/chosen" ] || by_node "$@"
[ -z "$INTERLOCK_DATABASE_URL" ] || by_node "$@"
[ "$INTERLOCK_HOOKS_WHEN_UNAVAILABLE" != allow ] || by_node "$@"
# It has to be told the session, which stands in the payload.
[ -z "$CLAUDE_ENV_FILE" ] || by_node "$@"
command -v curl >/dev/null 2>&1 || by_node "$@"

# The answer is printed whole or not at all, so it goes to a file of this process first, in a folder that nobody else reads.
answer=$home/run/hook-$$

# $1: why there is no decision. Copilot reads the words at the top, Codex takes no object that has them.
end_without_decision() {
  trap '' TERM INT HUP
  kill "$caller" 2>/dev/null
  if [ -n "$decides" ]; then
    words="\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"Interlock could not judge this call: $1. It was not let through. Try again; if it happens twice, tell the person at the editor.\""
    top=",$words"
    [ "$harness" != codex ] || top=
    printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse",%s}%s}\n' "$words" "$top" 2>/dev/null
  fi
  tidy
  exit 0
}

# Nobody waits for it.
tidy() {
  rm -f "$answer" </dev/null >/dev/null 2>&1 &
}

harness=$2
caller=
# Whoever does not read the answer any more is no reason to fail.
trap '' PIPE
for signal in TERM INT HUP; do
  trap "end_without_decision 'its hook was stopped (SIG$signal) before there was a decision'" "$signal"
done

# In the background, since a shell hears a signal while it waits and not while it runs something. Silence of three seconds
# ends the call: the coordinator says something every second while a person is asked.
exec 3<&0
curl -q -s -f --noproxy '*' --unix-socket "$home/current.sock" -X POST -T - -o "$answer" \
  --connect-timeout 3 --max-time "$deadline" --speed-limit 1 --speed-time 3 \
  -H Expect: -H 'content-type: application/json' -H 'interlock-protocol: 1' -H "interlock-cwd: $PWD" \
  -H "interlock-patience-ms: $((deadline - 1))000" -H "interlock-project: $INTERLOCK_PROJECT" \
  -H "interlock-session-id: $INTERLOCK_SESSION_ID" -H "interlock-agent-id: $INTERLOCK_AGENT_ID" \
  -H "interlock-agent-type: $INTERLOCK_AGENT_TYPE" -H "interlock-delegated-from: $INTERLOCK_DELEGATED_FROM" \
  "http://interlock/hook-text/$harness/$event" <&3 >/dev/null 2>&1 &
caller=$!
wait "$caller"
code=$?

# Nobody listens behind the link: nothing was read yet.
if [ "$code" -eq 7 ]; then
  trap - TERM INT HUP
  exec <&3 3<&-
  by_node "$@"
fi
exec 3<&-
[ "$code" -eq 0 ] || end_without_decision "the coordinator did not answer (curl ended with $code)"

trap '' TERM INT HUP
if [ -s "$answer" ]; then
  while IFS= read -r line; do
    [ -z "$line" ] || printf '%s\n' "$line" 2>/dev/null
  done <"$answer"
fi
tidy
exit 0
