import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Mistakes that systems of this kind were found to have made. Each has a test that carries its name. */
const mistakes = [
  'an approval nobody consumes',
  'self-approval',
  'decided_by supplied by the caller',
  'expiry that expires everything',
  'grants anyone may give themselves',
  'a rollback recorded as an update and a current version that cannot be targeted',
  'history without author',
  'risk that cannot reach its own threshold',
  'a policy sync that is never started',
  'Cedar called with an empty context',
  'limits stored and never checked',
  'an unknown agent allowed by default',
  'audit switched off during retention',
  'a lost filter on expiry',
];

const folder = path.join(import.meta.dirname, '..');
const names = ['unit', 'integration']
  .flatMap(kind =>
    readdirSync(path.join(folder, kind), { recursive: true, encoding: 'utf8' }).map(file =>
      path.join(folder, kind, file),
    ),
  )
  .filter(file => file.endsWith('.test.ts') && file !== import.meta.filename)
  .flatMap(file => [...readFileSync(file, 'utf8').matchAll(/(?:test|describe|onTwo|it)\(\s*'([^'\n]+)'/g)])
  .map(([, name = '']) => name);

test.each(mistakes)('%s is a mistake that a test is named after', mistake => {
  expect(names.some(name => name.includes(mistake))).toBe(true);
});
