import { InterlockError } from '../coordinator/kernel/errors.ts';

export type Json = Record<string, unknown>;

/** Changes a JSON file, and keeps its indentation and the order of what is in it. */
export function edited(file: string, text: string | undefined, change: (value: Json) => Json): string {
  const before = text === undefined || text.trim() === '' ? {} : parsed(file, text);
  const indent = /^[{[]\r?\n([ \t]+)/.exec(text ?? '')?.[1] ?? '  ';
  const after = JSON.stringify(change(before), undefined, indent);
  return text === undefined || text === '' || text.endsWith('\n') ? `${after}\n` : after;
}

/** @throws InterlockError `invalid_input` where it is anything but one object. */
export function parsed(file: string, text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {
    // Said below: comments, for one, would be lost.
  }
  throw new InterlockError('invalid_input', `${file} is no plain JSON object, and is left as it is.`, {
    next: 'Take out its comments, or add the lines by hand: they are on the clipboard.',
    params: { file },
  });
}

/** An object that stands there, or an empty one. */
export function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** A list that stands there, or an empty one. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
