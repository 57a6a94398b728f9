import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkGitChange } from '../../../src/coordinator/git-changes/check.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { acquireLock } from '../../../src/coordinator/locks/acquire.ts';
import { holdUnsavedFiles } from '../../../src/coordinator/locks/unsaved.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { getWork } from '../../../src/coordinator/queue/get-work.ts';
import { submitWork } from '../../../src/coordinator/queue/submit.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { makeRepository } from '../../support/repository.ts';

onEachDatabase('a change in git', fixture => {
  let interlock: CoordinatorFixture;
  let operator: Credential;
  let ada: Credential;
  let bob: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    makeRepository(interlock.folder);
    operator = await interlock.operator();
    ada = await interlock.agent('claude_code', 'ada');
    bob = await interlock.agent('codex', 'bob');
    await interlock.call(acquireLock, { paths: ['src/a.ts', 'docs/**'] }, ada);
  });
  afterAll(async () => {
    expect(interlock.errors).toEqual([]);
    await interlock.close();
  });

  const check = (input: object, credential?: Credential) =>
    interlock.call(checkGitChange, { event: 'pre-commit', ...input }, credential);
  const staged = (...paths: string[]) => ({ changes: [{ paths }] });

  test('is stopped by each lock of another session in it, and by none of its own', async () => {
    expect(await check(staged('docs/x/y.md', 'src/a.ts', 'src/c.ts'), bob)).toMatchObject({
      success: false,
      reason: 'locked_by_other',
      objections: [
        { file_path: 'src/a.ts', locked_by: 'ada' },
        { file_path: 'docs/x/y.md', lock_path: 'docs/**', locked_by: 'ada' },
      ],
      author: { agent_id: 'bob', how: 'named' },
    });
    expect(await check(staged('src/a.ts', 'docs/x/y.md'), ada)).toMatchObject({
      success: true,
      objections: [],
    });
    expect(await check(staged('src/c.ts'))).toMatchObject({ success: true, author: null });
  });

  test('in a file that no lock can name counts for the folder that holds it', async () => {
    expect(await check(staged('docs/line\nbreak.md'), bob)).toMatchObject({ success: false });
    expect(await check(staged('lib/line\nbreak.md'), bob)).toMatchObject({ success: true });
  });

  test('of thousands of files is checked whole', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `lib/${index}.ts`);
    expect(await check(staged(...many), bob)).toMatchObject({ success: true });
    expect(await check(staged(...many, 'docs/last.md'), bob)).toMatchObject({ success: false });
  });

  test('is not stopped by what a person has unsaved in the editor', async () => {
    await interlock.call(holdUnsavedFiles, { window: 'w', paths: ['src/typed.ts'] }, operator);
    expect(await check(staged('src/typed.ts'), bob)).toMatchObject({ success: true });
  });

  describe('of a push', () => {
    const push = (ref: string, change: string) => ({ event: 'pre-push', refs: [{ ref, change }] });

    test('counts commits that were made while the lock was held', async () => {
      const commit = (committed_at: Date) => ({
        event: 'pre-push',
        changes: [{ commit: 'a'.repeat(40), committed_at: committed_at.toISOString(), paths: ['src/a.ts'] }],
      });
      expect(await check(commit(new Date()), bob)).toMatchObject({ success: false });
      expect(await check(commit(new Date(Date.now() - 3_600_000)), bob)).toMatchObject({ success: true });
    });

    test('leaves the branches alone that the project protects', async () => {
      expect(await check(push('refs/heads/main', 'update'), bob)).toMatchObject({
        success: false,
        reason: 'protected_branch',
      });
      expect(await check(push('refs/heads/main', 'update'))).toMatchObject({ success: true });
      expect(await check(push('refs/heads/main', 'delete'))).toMatchObject({ success: false });
      expect(await check(push('refs/tags/main', 'delete'), bob)).toMatchObject({ success: true });
      await interlock.call(
        configureProject,
        { settings: { 'git.protectedBranches': 'release/*, stable' } },
        operator,
      );
      expect(await check(push('refs/heads/main', 'update'), bob)).toMatchObject({ success: true });
      expect(await check(push('refs/heads/release/1.2', 'create'), bob)).toMatchObject({ success: false });
    });
  });

  test('says who made it and for which task, and whether the message shall', async () => {
    expect(await check({ event: 'prepare-commit-msg' }, ada)).toMatchObject({ trailers: false });
    await interlock.call(configureProject, { settings: { 'git.trailers': 'add' } }, operator);
    await interlock.call(submitWork, { task_type: 'code', description: 'prices' }, operator);
    const { task_id } = (await interlock.call(getWork, {}, ada)) as { task_id: string };
    expect(await check({ event: 'prepare-commit-msg' }, ada)).toMatchObject({
      trailers: true,
      author: { agent_id: 'ada', task: task_id },
    });
  });

  test('is overridden by a person with a reason, and by no agent', async () => {
    const override = { ...staged('src/a.ts'), override: 'the build is red' };
    expect(await check(override)).toMatchObject({ success: true, overridden: true });
    await expect(check(override, bob)).rejects.toMatchObject({ code: 'operation_not_permitted' });
    expect(await check({ ...staged('src/c.ts'), override: 'needless' })).toMatchObject({ overridden: false });
  });
});
