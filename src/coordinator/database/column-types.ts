import { parse as parseArray } from 'postgres-array';

/**
 * How values come back, by type, from the text that Postgres sends. Both adapters use this table and nothing else; a
 * type that is not in it comes back as that text.
 */

type Parse = (text: string) => unknown;

const asText: Parse = text => text;

/** Type, its number, the number of the array of it (fixed in Postgres, pg_type.dat), and what its text becomes. */
const columnTypes: readonly (readonly [name: string, oid: number, arrayOid: number, parse: Parse])[] = [
  ['bool', 16, 1000, text => text === 't'],
  ['bytea', 17, 1001, parseBytes],
  ['int8', 20, 1016, parseInt8],
  ['int2', 21, 1005, Number],
  ['int4', 23, 1007, Number],
  ['text', 25, 1009, asText],
  ['oid', 26, 1028, Number],
  ['json', 114, 199, text => JSON.parse(text)],
  ['float4', 700, 1021, Number],
  ['float8', 701, 1022, Number],
  ['varchar', 1043, 1015, asText],
  ['date', 1082, 1182, asText],
  ['timestamp', 1114, 1115, asText],
  ['timestamptz', 1184, 1185, parseTimestamp],
  ['numeric', 1700, 1231, asText],
  ['uuid', 2950, 2951, asText],
  ['jsonb', 3802, 3807, text => JSON.parse(text)],
];

const parsers = new Map<number, Parse>(
  columnTypes.flatMap(([, oid, arrayOid, parse]): [number, Parse][] => [
    [oid, parse],
    [arrayOid, text => parseArray(text, parse)],
  ]),
);

/** The parser for a type number; text stays text for every type that is not in the table. */
export function parserFor(oid: number): Parse {
  return parsers.get(oid) ?? asText;
}

/** Counters and fences stay below 2^53; a larger one is a defect that must not be rounded away. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The bigint ${text} is too large for a number.`);
  return value;
}

function parseBytes(text: string): Buffer {
  if (!text.startsWith('\\x')) throw new TypeError('Expected bytea_output = hex.');
  return Buffer.from(text.slice(2), 'hex');
}

/** `2026-11-21 00:51:00.123456+00` to the millisecond, which is what a Date holds. Order by the column, not by this. */
function parseTimestamp(text: string): Date {
  const value = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  if (Number.isNaN(value.getTime()))
    throw new RangeError(`The time ${text} is not one that a Date can hold.`);
  return value;
}
