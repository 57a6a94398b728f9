import type { GitEvent } from './script.ts';

const begin = '# >>> interlock >>> `interlock git-hooks remove` takes these lines away.';
const end = '# <<< interlock <<<';
const createdMark = '# The file was made for them.';

/** Scripts that we can add lines to: those of a shell, and husky's, which say nothing and are run by one. */
export function isShellScript(text: string): boolean {
  const first = text.split('\n', 1)[0] ?? '';
  return !first.startsWith('#!') || /\b(?:ba|da|z|k|a)?sh\b/.test(first);
}

export function hasBlock(text: string): boolean {
  return text.includes(begin);
}

/**
 * The script with the lines that ask Interlock. They come last, since what is there may change what is committed;
 * before everything where the script may end early, and before a push, whose input can be read only once.
 */
export function withBlock(event: GitEvent, text: string | undefined): string {
  if (text === undefined) return `#!/bin/sh\n${createdMark}\n${block(event)}`;
  if (event !== 'pre-push' && !/^\s*(?:exec|exit)\b/m.test(text)) {
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${block(event)}`;
  }
  const [, shebang = '', rest = ''] = /^(#![^\n]*\n)?([\s\S]*)$/.exec(text) ?? [];
  return `${shebang}${block(event)}${rest}`;
}

/** The script as it was; undefined where it was made for our lines and holds nothing else. */
export function withoutBlock(text: string): string | undefined {
  const start = text.indexOf(begin);
  const stop = text.indexOf(end, start);
  if (start < 0 || stop < 0) return text;
  const rest = text.slice(0, start) + text.slice(stop + end.length + 1);
  return rest === `#!/bin/sh\n${createdMark}\n` ? undefined : rest;
}

function block(event: GitEvent): string {
  const find = `interlock_hook=$(git rev-parse --git-common-dir)/interlock/${event}`;
  const lines =
    event === 'pre-push'
      ? [
          'interlock_refs=$(cat)',
          find,
          'if [ -x "$interlock_hook" ]; then',
          '  printf "%s\\n" "$interlock_refs" | "$interlock_hook" "$@" || exit $?',
          'fi',
          'if [ -n "$interlock_refs" ]; then exec <<INTERLOCK_REFS',
          '$interlock_refs',
          'INTERLOCK_REFS',
          'else exec </dev/null; fi',
        ]
      : [find, 'if [ -x "$interlock_hook" ]; then "$interlock_hook" "$@" || exit $?; fi'];
  return [begin, ...lines, end, ''].join('\n');
}
