import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../../../../src/coordinator/kernel/operation.ts';
import { operations } from '../../../../src/coordinator/operations.ts';
import { actionOf } from '../../../../src/coordinator/policy/actions.ts';
import { PolicyCase, requestOf, runCase } from '../../../../src/coordinator/policy/cases.ts';
import { type Cedar, loadCedar } from '../../../../src/coordinator/policy/cedar.ts';
import { cedarFiles } from '../../../../src/coordinator/policy/cedar-files.ts';
import { cedarRequest } from '../../../../src/coordinator/policy/cedar-request.ts';
import { policiesIn, problemsIn } from '../../../../src/coordinator/policy/cedar-text.ts';
import { decideNative } from '../../../../src/coordinator/policy/native.ts';
import { policySetOf } from '../../../../src/coordinator/policy/policy-set.ts';
import { attributesRead } from '../../../../src/coordinator/policy/slice.ts';

const folder = join(import.meta.dirname, '../../../../cedar/tests');
const File = z.object({
  policies: z.array(z.object({ name: z.string(), text: z.string() })),
  cases: z.array(PolicyCase),
});
const files = readdirSync(folder).map(name => ({
  name,
  ...File.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
}));
const byName = new Map((operations as readonly Operation[]).map(operation => [operation.name, operation]));

let cedar: Cedar;
beforeAll(async () => {
  cedar = await loadCedar();
});

describe.each(files)('cedar/tests/$name', ({ policies, cases }) => {
  test('has policies that the schema allows', () => {
    for (const { text } of policies) expect(problemsIn(cedar, text)).toEqual([]);
  });

  test.each(cases)('$name', given => {
    const result = runCase(policySetOf(cedar, policies), byName, given);
    expect(result).toMatchObject({ decision: given.expect, passed: true });
    const operation = byName.get(given.operation);
    if (operation && policies.length === 0) {
      expect(decideNative(requestOf(given, operation)).decision).toBe(given.expect);
    }
  });
});

test('Cedar called with an empty context: it is given every attribute that the policies read', () => {
  const read = attributesRead(policiesIn(cedar, cedarFiles.defaults).map(({ json }) => json));
  expect(read).not.toBe('all');
  const operation = byName.get('acquire_lock');
  if (!operation) throw new Error('no acquire_lock');
  const given = PolicyCase.parse({
    name: 'full',
    operation: 'acquire_lock',
    resource: { type: 'File', id: 'a' },
    used_up: 'max_api_calls_per_hour',
    expect: 'deny',
  });
  const request = cedarRequest(requestOf(given, operation), actionOf(operation, 'write'), read);
  const sent = new Set([
    ...Object.keys(request.context),
    ...request.entities.flatMap(({ attrs }) => Object.keys(attrs)),
  ]);
  expect([...sent].sort()).toEqual([...read].sort());
});
