import { expect, test } from 'vitest';
import { spelled } from '../../../../src/coordinator/policy/requests-of-call.ts';

test('a policy on a folder holds for its other spellings, where the file system takes them for the same', () => {
  const file = { type: 'File', id: 'INFRA/Main.tf' } as const;
  const task = { type: 'Task', id: 'ABC' } as const;
  expect(spelled([file, task], false)).toEqual([file, task]);
  expect(spelled([file, task], true)).toEqual([file, { ...file, id: 'infra/main.tf' }, task]);
});
