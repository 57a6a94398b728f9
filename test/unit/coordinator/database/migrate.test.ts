import { describe, expect, test } from 'vitest';
import { parseMigrations } from '../../../../src/coordinator/database/migrate.ts';
import { migrationFiles } from '../../../../src/coordinator/database/migration-files.ts';

describe('migration files', () => {
  test('are read in the order of their numbers', () => {
    const migrations = parseMigrations([
      { name: '000010_later.sql', text: 'select 2;' },
      { name: '000002_sooner.sql', text: 'select 1;' },
    ]);
    expect(migrations.map(({ number, name, breaking }) => [number, name, breaking])).toEqual([
      [2, '000002_sooner.sql', false],
      [10, '000010_later.sql', false],
    ]);
  });

  test('are breaking where a line of its own says so', () => {
    const breaking = (text: string) => parseMigrations([{ name: '000001_a.sql', text }])[0]?.breaking;
    expect(breaking('-- Older code would lose rows.\n-- breaking\ndrop table a;')).toBe(true);
    expect(breaking('-- breaking\r\ndrop table a;')).toBe(true);
    expect(breaking('-- This is not breaking\nselect 1;')).toBe(false);
  });

  test('have one checksum whatever their line ends are', () => {
    const checksum = (text: string) => parseMigrations([{ name: '000001_a.sql', text }])[0]?.checksum;
    expect(checksum('select 1;\r\n')).toBe(checksum('select 1;\n'));
    expect(checksum('select 1;\n')).not.toBe(checksum('select 2;\n'));
  });

  test('are refused with a name that carries no number, or one that is taken', () => {
    expect(() => parseMigrations([{ name: 'projects.sql', text: '' }])).toThrow(
      /projects\.sql is not named like/,
    );
    const twice = [
      { name: '000001_a.sql', text: '' },
      { name: '000001_b.sql', text: '' },
    ];
    expect(() => parseMigrations(twice)).toThrow(/Two migrations have the number of 000001_b\.sql/);
  });

  test('of this repository are numbered without a gap', () => {
    const numbers = parseMigrations(migrationFiles).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});
