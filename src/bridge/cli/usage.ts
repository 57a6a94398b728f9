export const usage = `Interlock coordinates several coding agents in one repository.

usage: interlock <command>

What is going on in the repository of the working folder:
  status [--json]               owner of the store, agents, locks, pending approvals
  locks [path…] [--json]        who holds what, and what stands in the way of paths
  approvals [--json]            what waits for a person (decide it in the editor)
  audit verify [--json] [--pin <sequence>:<hash>]…
                                recompute the hash chain of the record
  audit verify --file <export>  the same for an exported part of it
  audit export [--out <file>]   write the record as JSON Lines, with the exact text that was hashed

What a command would do, without running it:
  guard '<command>' [--json] [--cwd <folder>] [--shell bash|powershell] [--path <file>]… [--trust 0…4]
  guard --jsonl                 the same for {command, cwd?, shell?, paths?, trust?} a line

For programs:
  mcp                           an MCP server on standard input and output
  hook <harness> <event> [--timeout <seconds>]
                                answer a hook of an agent's harness
  serve [--idle-minutes <n>]    run the coordinator without an editor
  help, version

Exit codes: 0 it went well · 1 the record was tampered with · 2 the command was not understood · 3 it could not be
carried out · 10 and 20 a guarded command must be asked about, or must not run.

Environment: INTERLOCK_HOME (the folder of the store), INTERLOCK_DATABASE_URL (a shared Postgres instead),
INTERLOCK_PROJECT, INTERLOCK_AGENT_ID, INTERLOCK_AGENT_TYPE, INTERLOCK_SESSION_ID, INTERLOCK_DELEGATED_FROM (who calls),
INTERLOCK_HOOKS_WHEN_UNAVAILABLE (guardrails, deny or allow: what a hook does without a coordinator).
`;
