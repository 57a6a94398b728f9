import { readBash } from './bash.ts';
import { readPowerShell } from './powershell.ts';
import { salvage } from './salvage.ts';
import type { Script } from './script.ts';
import type { Grammar } from './syntax.ts';

export type ShellName = 'bash' | 'powershell';

/** Reads shell text of one judgement. Always gives a script; what of it could not be read is marked in it. */
export type Reader = (text: string, shell: ShellName) => Script;

/**
 * All parses of one judgement together may take this long. Real commands need a fraction of a millisecond; only text that
 * is made to be slow to parse gets here, and it asks.
 */
const parseBudgetMs = 250;

/** A reader for one judgement: it spends one budget, and reads the same text only once. */
export function createReader(grammars: { bash: Grammar; powershell?: Grammar | undefined }): Reader {
  const deadline = performance.now() + parseBudgetMs;
  const known = new Map<string, Script>();
  return (text, shell) => {
    const key = `${shell} ${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    // A shell never sees NUL: arguments cannot hold one, and scripts drop it.
    const script = readText(text.replaceAll('\0', ''), shell, grammars, deadline);
    known.set(key, script);
    return script;
  };
}

function readText(
  text: string,
  shell: ShellName,
  grammars: { bash: Grammar; powershell?: Grammar | undefined },
  deadline: number,
): Script {
  const read =
    shell === 'bash'
      ? readBash(text, grammars.bash, deadline)
      : grammars.powershell && readPowerShell(text, grammars.powershell, deadline);
  if (read === undefined) return { ...salvage(text), unread: true };
  if (!read.broken) return read;
  // What the grammar could not place is read a second time, leniently; both readings count.
  return { statements: [...read.statements, ...salvage(text).statements], broken: true };
}
