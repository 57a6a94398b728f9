import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { command, describeSchema } from '../../../scripts/schema.ts';
import { onEachDatabase } from '../../support/databases.ts';

onEachDatabase(
  'the checked-in schema',
  fixture => {
    test('is what the migrations make', async () => {
      const checkedIn = await readFile(new URL('../../../migrations/schema.sql', import.meta.url), 'utf8');
      const made = await describeSchema(fixture.db);
      expect(made, `migrations/schema.sql is stale; \`${command}\` makes it again`).toBe(checkedIn);
    });
  },
  { confined: false },
);
