import { fileURLToPath } from 'node:url';

/** An object that came from outside: nothing about its shape is believed. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of the named fields that holds text, however short. */
export function textIn(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** Every text in the first of the named fields that holds one or several. */
export function textsIn(fields: Fields, ...names: readonly string[]): readonly string[] {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value.filter(item => typeof item === 'string');
  }
  return [];
}

/** The objects in a field that holds a list of them. */
export function recordsIn(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The paths in the named fields. Editors also write them as file URIs. Blank ones are none. */
export function pathsIn(fields: Fields, ...names: readonly string[]): readonly string[] {
  return textsIn(fields, ...names)
    .filter(text => text.trim() !== '')
    .map(pathOf);
}

function pathOf(text: string): string {
  if (!/^file:\/\//i.test(text)) return text;
  try {
    return fileURLToPath(text);
  } catch {
    return text;
  }
}
