import type { Parameter } from './sql.ts';

/** A parameter as the text from which Postgres reads it, whatever the type of the parameter turns out to be. */
export function parameterText(value: Parameter): string | null {
  if (value === null) return null;
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  return String(value);
}

function element(value: Parameter): string {
  const text = parameterText(value);
  return text === null ? 'NULL' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
