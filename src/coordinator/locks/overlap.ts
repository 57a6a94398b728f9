import { anyDepth, anyNumber, anyOne, expandBraces, type Segment, segmentOf, type Token } from './glob.ts';
import { foldCase, type Target } from './path.ts';

/**
 * True where some path belongs to both targets. A file stands for itself and everything below it, since it may be a
 * directory; a glob for what it matches; a logical key for itself alone. Exact, and where only one side folds case,
 * judged as if both did: on that side's machine the two spellings are one file.
 */
export function overlaps(one: Target, other: Target): boolean {
  if (one.kind === 'key' || other.kind === 'key') return one.kind === other.kind && one.key === other.key;
  const folds = one.foldsCase || other.foldsCase;
  if (one.kind === 'file' && other.kind === 'file') {
    const [a, b] = [spelled(one, folds), spelled(other, folds)];
    return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  }
  const alternatives = alternativesOf(other, folds);
  return alternativesOf(one, folds).some(a => alternatives.some(b => meet(a, b)));
}

/** True where whoever holds the target may say that it holds the path: the file itself, or the same pattern or key. */
export function covers(target: Target, path: Target): boolean {
  if (target.kind === 'key' || path.kind !== 'file') return isSameTarget(target, path);
  const folds = target.foldsCase || path.foldsCase;
  const segments = literalSegments(spelled(path, folds));
  return alternativesOf(target, folds).some(alternative => meet(alternative, segments));
}

/** True where the two are the same target, spelled the same as far as case counts. */
export function isSameTarget(one: Target, other: Target): boolean {
  const folds = one.foldsCase || other.foldsCase;
  return one.kind === other.kind && spelled(one, folds) === spelled(other, folds);
}

function spelled(target: Target, folds: boolean): string {
  return folds && target.kind !== 'key' ? foldCase(target.key) : target.key;
}

/** The segment patterns that a file or glob stands for. A path without wildcards is a directory as well. */
function alternativesOf(target: Target, folds: boolean): readonly (readonly Segment[])[] {
  const text = spelled(target, folds);
  if (target.kind === 'file') return [[...literalSegments(text), anyDepth]];
  const patterns = (expandBraces(text) ?? []).map(segmentsOf).filter(segments => segments.length > 0);
  return patterns.map(segments =>
    segments.every(segment => segment.kind === 'literal') ? [...segments, anyDepth] : segments,
  );
}

function segmentsOf(pattern: string): readonly Segment[] {
  return pattern
    .split('/')
    .filter(text => text !== '' && text !== '.')
    .map(segmentOf);
}

function literalSegments(path: string): readonly Segment[] {
  return path.split('/').map(text => ({ kind: 'literal', text }));
}

/** True where some path matches both: the intersection of two automata over segments. */
function meet(a: readonly Segment[], b: readonly Segment[]): boolean {
  return intersects(a, b, segment => segment.kind === 'any-depth', segmentsMeet);
}

function segmentsMeet(a: Segment, b: Segment): boolean {
  if (a.kind === 'any-depth' || b.kind === 'any-depth') return true;
  if (a.kind === 'literal' && b.kind === 'literal') return a.text === b.text;
  return intersects(tokensOf(a), tokensOf(b), token => token === anyNumber, tokensMeet);
}

function tokensOf(segment: Exclude<Segment, { kind: 'any-depth' }>): readonly Token[] {
  return segment.kind === 'literal' ? [...segment.text] : segment.tokens;
}

function tokensMeet(a: Token, b: Token): boolean {
  return a === anyOne || b === anyOne || a === b;
}

/**
 * True where two sequences, in each of which some elements stand for any number of elements, have an instance in
 * common. Row by row: `reach[j]` says whether what is left of `a` and `b.slice(j)` can meet. Time is the product of the lengths.
 */
function intersects<T>(
  a: readonly T[],
  b: readonly T[],
  repeats: (element: T) => boolean,
  canMeet: (x: T, y: T) => boolean,
): boolean {
  let below = new Array<boolean>(b.length + 1).fill(false);
  below[b.length] = true;
  for (let j = b.length - 1; j >= 0 && repeats(b[j] as T); j--) below[j] = true;
  for (let i = a.length - 1; i >= 0; i--) {
    const x = a[i] as T;
    const row = new Array<boolean>(b.length + 1).fill(false);
    row[b.length] = repeats(x) && below[b.length] === true;
    for (let j = b.length - 1; j >= 0; j--) {
      const y = b[j] as T;
      const [skipX, skipY] = [below[j] === true, row[j + 1] === true];
      if (repeats(x) || repeats(y)) row[j] = skipX || skipY;
      else row[j] = canMeet(x, y) && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}
