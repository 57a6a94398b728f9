import { describe, expect, test } from 'vitest';
import type { Claim } from '../../../../src/coordinator/host/claim.ts';
import {
  judge,
  type Reach,
  reachOf,
  type Standpoint,
  type Verdict,
} from '../../../../src/coordinator/host/verdict.ts';
import { claimOf } from '../../../support/host/claims.ts';

const claim = claimOf({});

/** A judge in the same kernel, container and folder as the owner. */
function from(different: Partial<Standpoint>): Standpoint {
  return {
    platform: 'linux',
    folder: '/home/ada/.interlock',
    folderIdentity: claim.folder,
    here: { boot: claim.holder.boot, machine: claim.holder.machine, namespace: claim.holder.namespace },
    startOf: async () => claim.holder.started,
    ...different,
  };
}

const elsewhere = {
  anotherMachine: { here: { ...claim.holder, boot: 'b2', machine: 'm2' } },
  afterReboot: { here: { ...claim.holder, boot: 'b2' } },
  anotherContainer: { here: { ...claim.holder, namespace: 'pid:[2]' } },
  copiedFolder: { folderIdentity: '9:9' },
};

const gone = { startOf: async () => undefined };
const idTaken = { startOf: async () => '2000' };

const cases: [why: string, reach: Reach, standpoint: Partial<Standpoint>, state: Verdict['state']][] = [
  ['it answers', 'accepted', {}, 'alive'],
  ['its queue is full', 'busy', {}, 'alive'],
  ['the kernel of Linux says that nobody listens', 'refused', {}, 'dead'],
  ['the same, seen from another container', 'refused', elsewhere.anotherContainer, 'dead'],
  ['a Mac refuses when a queue is full, too', 'refused', { platform: 'darwin' }, 'unclear'],
  ['a Mac refuses, and the process is gone', 'refused', { platform: 'darwin', ...gone }, 'dead'],
  [
    'a Mac refuses, and the id belongs to a later process',
    'refused',
    { platform: 'darwin', ...idTaken },
    'dead',
  ],
  ['a Windows pipe is gone', 'absent', { platform: 'win32' }, 'dead'],
  ['a Windows pipe is busy', 'busy', { platform: 'win32' }, 'alive'],
  ['the socket file was deleted, but the process lives', 'absent', {}, 'unclear'],
  ['the socket file was deleted, and the process is gone', 'absent', gone, 'dead'],
  ['the socket file was deleted, and the id belongs to a later process', 'absent', idTaken, 'dead'],
  ['the socket file is not visible from another container', 'absent', elsewhere.anotherContainer, 'unclear'],
  [
    'the same, where the id happens to be free',
    'absent',
    { ...elsewhere.anotherContainer, ...gone },
    'unclear',
  ],
  ['it may not be reached', { failed: 'EACCES' }, {}, 'unclear'],
  ['it may not be reached, though no such process is seen', { failed: 'EACCES' }, gone, 'unclear'],
  ['another machine refuses', 'refused', elsewhere.anotherMachine, 'unclear'],
  ['another machine has no such file', 'absent', { ...elsewhere.anotherMachine, ...gone }, 'unclear'],
  ['the machine was restarted since, and the file is there', 'refused', elsewhere.afterReboot, 'dead'],
  ['the machine was restarted since, and the file is not', 'absent', elsewhere.afterReboot, 'dead'],
  [
    'the folder is a copy, and the owner of the original answers',
    'accepted',
    elsewhere.copiedFolder,
    'unclear',
  ],
  ['the folder is a copy, and the owner of the original lives', 'absent', elsewhere.copiedFolder, 'unclear'],
  [
    'the folder is a copy, and the owner of the original is gone',
    'absent',
    { ...elsewhere.copiedFolder, ...gone },
    'dead',
  ],
];

describe('an owner', () => {
  test.each(cases)('when %s', async (_why, reach, standpoint, state) => {
    expect((await judge(claim, reach, from(standpoint))).state).toBe(state);
  });

  test.each(Object.entries(elsewhere))(
    'that released its claim is gone, seen from %s too',
    async (_where, standpoint) => {
      const released: Claim = { ...claim, released: 'idle' };
      expect(await judge(released, { failed: 'any' }, from(standpoint))).toEqual({ state: 'dead' });
    },
  );

  test('is never declared gone where the system does not tell which processes there are', async () => {
    const silent = { startOf: () => Promise.reject(new Error('not told')) };
    await expect(judge(claim, 'absent', from(silent))).rejects.toThrow('not told');
  });

  test('of which nothing is certain is named, with the file that says so', async () => {
    const verdict = await judge(claim, 'absent', from({}));
    expect(verdict).toMatchObject({
      because: expect.stringContaining('process 42'),
      next: expect.stringContaining('/home/ada/.interlock/owner-1'),
    });
  });
});

describe('a failed connection', () => {
  test.each([
    ['ECONNREFUSED', 'refused'],
    ['ENOENT', 'absent'],
    ['EAGAIN', 'busy'],
    ['EBUSY', 'busy'],
    ['EACCES', { failed: 'EACCES' }],
    [undefined, { failed: 'no error code' }],
  ] as const)('with %s', (code, reach) => {
    expect(reachOf(code)).toEqual(reach);
  });
});
