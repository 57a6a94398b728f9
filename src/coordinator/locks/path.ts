import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { expandBraces, isGlob, mostAlternatives } from './glob.ts';

/** What a lock is on. */
export interface Target {
  /** A file (or directory: it covers everything below it), a pattern of paths, or a logical key. */
  readonly kind: 'file' | 'glob' | 'key';
  /**
   * As it is shown: relative to the repository, normalised, in the case it was given. Given back it is the same target, so
   * a file whose name begins like a logical key or a drive has `./` before it.
   */
  readonly path: string;
  /** What tells it from others: the path, folded where the file system does not tell upper from lower case. */
  readonly key: string;
  readonly foldsCase: boolean;
  /**
   * What it is found by in an index: the folded path with a slash before each segment; of a glob, the part before its
   * first wildcard. Two targets can overlap only where the base of one begins with the other's. A key is its own base.
   */
  readonly base: string;
}

/** As many bytes as a path may have in UTF-8, so that it fits into an index (Postgres takes 2,704). */
export const longestPath = 1024;

/** Where a path is read: the worktree that absolute paths are under, and whether its file system folds case. */
export type Standpoint = Pick<Place, 'worktree' | 'foldsCase'>;

/** A logical key begins like this; one letter before the colon would be a Windows drive. */
const logicalKey = /^[a-z][a-z0-9_-]+:/;
const drive = /^[A-Za-z]:\//;

/**
 * Reads what a caller named: a path, a glob or a logical key.
 * @throws InterlockError `invalid_file_path` where it is blank, lies outside the repository, or cannot be a lock.
 */
export function parseTarget(given: string, place: Standpoint): Target {
  const text = checked(given);
  if (logicalKey.test(text) && !text.startsWith('file:')) return keyTarget(given, text);
  const relative = relativeTo(place, given, text);
  const normalised = normalise(given, relative);
  if (!isGlob(normalised)) return pathTarget(given, normalised, place.foldsCase);
  const pattern = relative.endsWith('/') ? `${normalised}/**` : normalised;
  checkPattern(given, pattern);
  return makeTarget(given, 'glob', pattern, place.foldsCase);
}

/**
 * A path as a hook or an editor names it: a file, whatever characters its name holds.
 * @throws InterlockError `invalid_file_path` as {@link parseTarget} does.
 */
export function fileTarget(given: string, place: Standpoint): Target {
  return pathTarget(given, normalise(given, relativeTo(place, given, checked(given))), place.foldsCase);
}

/** Upper and lower case made one, character by character, so that a wildcard for one character still means one. */
export function foldCase(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, character =>
    oneCharacter(oneCharacter(character, 'toUpperCase'), 'toLowerCase'),
  ).join('');
}

/** The bases of targets that contain a target of this base: its own and those of all folders above it. */
export function basesAbove(base: string): readonly string[] {
  if (!base.startsWith('/')) return [base];
  const above = [''];
  for (let slash = base.indexOf('/', 1); slash > 0; slash = base.indexOf('/', slash + 1)) {
    above.push(base.slice(0, slash));
  }
  return [...above, base];
}

/** The range of bases below a base, as its first member and the first string behind it; undefined for a key. */
export function basesBelow(base: string): readonly [from: string, to: string] | undefined {
  // The character after the slash is the zero; in the collation "C" all strings that begin with `base/` lie between.
  return base === '' || base.startsWith('/') ? [`${base}/`, `${base}0`] : undefined;
}

/** The error for a path that cannot be a lock: what is wrong with it, and what is accepted. */
export function invalidPath(given: string, problem: string, next?: string): InterlockError {
  const shown = JSON.stringify(given.length > 200 ? `${given.slice(0, 200)}…` : given);
  return new InterlockError('invalid_file_path', `file_path: ${shown} ${problem}.`, {
    next:
      next ??
      'Send a path relative to the root of the repository (src/api/users.ts), a pattern (src/api/**), or a logical key (api:POST /users).',
    params: { field: 'file_path' },
  });
}

function checked(given: string): string {
  if (given.trim() === '') throw invalidPath(given, 'is blank');
  if (/\p{Cc}/u.test(given)) throw invalidPath(given, 'holds a control character');
  if (!given.isWellFormed()) throw invalidPath(given, 'holds half a character');
  return given.normalize('NFC');
}

function keyTarget(given: string, text: string): Target {
  if (text.slice(text.indexOf(':') + 1).trim() === '')
    throw invalidPath(given, 'is a logical key without a name');
  checkLength(given, text);
  return { kind: 'key', path: text, key: text, foldsCase: false, base: text };
}

function pathTarget(given: string, normalised: string, foldsCase: boolean): Target {
  // The whole repository is a pattern, so that no path has an empty name.
  if (normalised === '') return makeTarget(given, 'glob', '**', foldsCase);
  return makeTarget(given, 'file', normalised, foldsCase);
}

function makeTarget(given: string, kind: 'file' | 'glob', text: string, foldsCase: boolean): Target {
  checkLength(given, text);
  const segments = text.split('/');
  const wild = kind === 'glob' ? segments.findIndex(segment => /[*?{]/.test(segment)) : -1;
  const fixed = wild < 0 ? segments : segments.slice(0, wild);
  return {
    kind,
    path: logicalKey.test(text) || drive.test(text) ? `./${text}` : text,
    key: foldsCase ? foldCase(text) : text,
    foldsCase,
    base: foldCase(fixed.map(segment => `/${segment}`).join('')),
  };
}

function checkLength(given: string, text: string): void {
  if (Buffer.byteLength(text) > longestPath) throw invalidPath(given, `is longer than ${longestPath} bytes`);
}

function checkPattern(given: string, pattern: string): void {
  const alternatives = expandBraces(pattern);
  if (!alternatives) {
    throw invalidPath(
      given,
      `stands for more than ${mostAlternatives} patterns`,
      'Use fewer braces, or send several paths.',
    );
  }
  if (alternatives.some(alternative => alternative.split('/').includes('..'))) {
    throw invalidPath(
      given,
      'mixes “..” with a pattern',
      'Write the pattern from the root of the repository.',
    );
  }
  if (alternatives.every(alternative => /^[./]*$/.test(alternative))) throw invalidPath(given, 'is blank');
}

/** The path below the worktree, with slashes as separators, not yet normalised. */
function relativeTo(place: Standpoint, given: string, text: string): string {
  const slashed = (text.startsWith('file:') ? fromUrl(given, text) : text).replaceAll('\\', '/');
  if (!slashed.startsWith('/') && !drive.test(slashed)) return slashed;
  const absolute = isGlob(slashed) ? slashed : path.posix.normalize(slashed);
  const root = place.worktree?.normalize('NFC').replaceAll('\\', '/').replace(/\/+$/, '');
  if (root !== undefined) {
    // The root has its links resolved; a caller may have come by another way (on macOS /tmp is one).
    for (const way of [absolute, withoutLinks(absolute)])
      if (startsWithFolder(way, root, place.foldsCase)) return way.slice(root.length);
  }
  throw invalidPath(
    given,
    root === undefined
      ? 'is absolute, and the call comes from no worktree'
      : `lies outside the worktree ${root}`,
  );
}

/** Links resolved as far as the path exists; a path of another system is left as it is. */
function withoutLinks(absolute: string): string {
  if (!path.isAbsolute(absolute)) return absolute;
  try {
    return realpathSync(absolute).replaceAll('\\', '/');
  } catch {
    const parent = path.posix.dirname(absolute);
    return parent === absolute
      ? absolute
      : path.posix.join(withoutLinks(parent), path.posix.basename(absolute));
  }
}

function startsWithFolder(absolute: string, root: string, foldsCase: boolean): boolean {
  const start = `${absolute}/`.slice(0, root.length + 1);
  return foldsCase ? foldCase(start) === foldCase(`${root}/`) : start === `${root}/`;
}

function fromUrl(given: string, text: string): string {
  try {
    return fileURLToPath(text);
  } catch (cause) {
    const error = invalidPath(given, 'is no address of a file on this machine');
    error.cause = cause;
    throw error;
  }
}

/** Without empty and `.` segments, and with `..` resolved. */
function normalise(given: string, relative: string): string {
  const segments: string[] = [];
  for (const segment of relative.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      segments.push(segment);
      continue;
    }
    const left = segments.pop();
    if (left === undefined) throw invalidPath(given, 'leads out of the repository');
    if (/[*?{}]/.test(left)) throw invalidPath(given, 'mixes “..” with a pattern');
  }
  return segments.join('/');
}

/** The character in the other case, where that is one character too; ß has no such upper case. */
function oneCharacter(character: string, change: 'toUpperCase' | 'toLowerCase'): string {
  const changed = character[change]();
  return [...changed].length === 1 ? changed : character;
}
