import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, jsonb, notify, sql } from '../../../../src/coordinator/database/sql.ts';

describe('compiling a statement', () => {
  test('turns every value into a parameter, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, number) => {
        const statement = compile(sql`select ${text} as a, ${number} as b`);
        expect(statement).toEqual({ text: 'select $1 as a, $2 as b', parameters: [text, number] });
      }),
    );
  });

  test('quotes identifiers', () => {
    expect(compile(sql`select * from ${sql.table('odd"name')}`).text).toBe('select * from "odd""name"');
  });

  test('sends JSON as text, and says so to the database', () => {
    expect(compile(sql`select ${jsonb({ a: [1], b: undefined })} as j`)).toEqual({
      text: 'select $1::jsonb as j',
      parameters: ['{"a":[1]}'],
    });
    expect(compile(sql`select ${jsonb(undefined)} as j`).parameters).toEqual(['null']);
  });

  test('refuses JSON that nests deeper than anything sensible', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);
    expect(() => jsonb(nested(200))).not.toThrow();
    expect(() => jsonb(nested(201))).toThrow(/200 levels/);
  });

  test('makes a notification a statement, so that it belongs to a transaction', () => {
    expect(compile(notify('channel', 'payload'))).toEqual({
      text: 'select pg_notify($1, $2)',
      parameters: ['channel', 'payload'],
    });
  });
});
