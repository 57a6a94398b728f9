import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultSettings } from '../../../src/coordinator/kernel/settings.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

onEachDatabase('describe_project', fixture => {
  let interlock: CoordinatorFixture;
  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
  });
  afterAll(() => interlock.close());

  test('says where a caller without a credential stands', async () => {
    expect(await interlock.call(describeProject, {})).toMatchObject({
      worktree: interlock.folder,
      settings: defaultSettings,
      caller: { kind: 'local' },
    });
  });

  test('names the person behind an operator key, and refuses a key it does not know', async () => {
    expect(await interlock.call(describeProject, {}, await interlock.operator())).toMatchObject({
      caller: { kind: 'operator', name: 'Olga' },
    });
    const unknown = { kind: 'operator', key: 'made up' } as const;
    await expect(interlock.call(describeProject, {}, unknown)).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  test('shows a setting as soon as an operator has changed it', async () => {
    const operator = await interlock.operator();
    await interlock.call(configureProject, { settings: { 'locks.onWrite': 'require' } }, operator);
    await expect
      .poll(() => interlock.call(describeProject, {}))
      .toMatchObject({ settings: { ...defaultSettings, 'locks.onWrite': 'require' } });
  });
});
