import type { PathIntent } from '../kernel/intent.ts';

/** What a patch does to each file it names, and the lines it adds and removes. */
export interface PatchReading {
  readonly paths: readonly PathIntent[];
  readonly added: string;
  readonly removed: string;
}

/** Headers of the format of `apply_patch`, read as leniently as the most lenient program that applies it. */
const header = /^\s*\*\*\*\s*(Add File|Update File|Delete File|Move to):\s*(.+?)\s*$/;
/** Headers of a unified diff, with git's prefixes and its lines about renames, which have none. */
const oldName = /^--- (?:"?[abciow]\/)?(.+?)"?(?:\t.*)?$/;
const newName = /^\+\+\+ (?:"?[abciow]\/)?(.+?)"?(?:\t.*)?$/;
const renamed = /^rename (from|to) (.+)$/;

/** Reads the two formats that harnesses use. A text in neither names no paths. */
export function readPatch(text: string): PatchReading {
  const lines = text.split(/\r?\n/);
  return {
    paths: lines.some(line => header.test(line)) ? pathsOfPatch(lines) : pathsOfDiff(lines),
    added: linesWith(lines, '+', '+++ '),
    removed: linesWith(lines, '-', '--- '),
  };
}

function linesWith(lines: readonly string[], sign: string, header: string): string {
  return lines
    .filter(line => line.startsWith(sign) && !line.startsWith(header))
    .map(line => line.slice(1))
    .join('\n');
}

function pathsOfPatch(lines: readonly string[]): readonly PathIntent[] {
  const paths = new Map<string, PathIntent>();
  let current: string | undefined;
  for (const line of lines) {
    const [, verb, path] = header.exec(line) ?? [];
    if (path === undefined) continue;
    // A file that is moved is gone from where it was.
    if (verb === 'Move to' && current !== undefined) paths.set(current, { path: current, access: 'delete' });
    paths.set(path, { path, access: verb === 'Delete File' ? 'delete' : 'write' });
    current = path;
  }
  return [...paths.values()];
}

function pathsOfDiff(lines: readonly string[]): readonly PathIntent[] {
  const paths = new Map<string, PathIntent>();
  const note = (path: string, access: PathIntent['access']) => paths.set(path, { path, access });
  let before: string | undefined;
  for (const line of lines) {
    const [, direction, name] = renamed.exec(line) ?? [];
    if (name !== undefined) note(name, direction === 'from' ? 'delete' : 'write');
    const after = before === undefined ? undefined : newName.exec(line)?.[1];
    if (before !== undefined && after !== undefined) {
      if (after === '/dev/null') note(before, 'delete');
      else note(after, 'write');
    }
    before = oldName.exec(line)?.[1];
  }
  return [...paths.values()];
}
