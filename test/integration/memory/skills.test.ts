import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { forgetSkill } from '../../../src/coordinator/memory/skills/forget.ts';
import { saveSkill } from '../../../src/coordinator/memory/skills/save.ts';
import type { Skill } from '../../../src/coordinator/memory/skills/skill.ts';
import { suggestSkills } from '../../../src/coordinator/memory/skills/suggest.ts';
import { recordSkillUse } from '../../../src/coordinator/memory/skills/use.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { tableContents } from '../../support/table-contents.ts';
import { refusal } from '../queue/stand.ts';

type Suggested = Skill & { readonly relevance: number };

onEachDatabase('a skill', fixture => {
  let interlock: CoordinatorFixture;
  let ada: Credential;
  let bob: Credential;

  beforeEach(async () => {
    interlock = await openCoordinator(fixture.db);
    ada = await interlock.agent('claude_code_cli', 'ada');
    bob = await interlock.agent('codex', 'bob');
  });
  afterEach(async () => {
    await interlock.close();
    expect(interlock.errors).toEqual([]);
  });

  const migration = {
    name: 'Add a migration',
    description: 'Changes the tables of the database.',
    steps: ['Take the next free number.', 'Write lower-case SQL.', 'Run npm run schema.'],
    prerequisites: ['Nobody else is adding one.'],
  };
  const release = {
    name: 'release',
    description: 'Publishes a version of the package.',
    steps: ['Write the changelog.', 'Tag the commit.'],
  };
  const save = (skill: object, by = ada) => interlock.call(saveSkill, skill, by);
  const use = (name: string, success: boolean, note?: string, by = bob) =>
    interlock.call(recordSkillUse, { name, success, ...(note === undefined ? {} : { note }) }, by);
  const suggest = async (task_description: string, fields = {}, by = bob) =>
    ((await interlock.call(suggestSkills, { task_description, ...fields }, by)) as { skills: Suggested[] })
      .skills;
  const names = async (task: string, fields = {}) => (await suggest(task, fields)).map(skill => skill.name);

  test('is suggested for a task that it fits, in whatever words, and for no other', async () => {
    await save(migration);
    await save(release);
    expect(await names('I have to migrate the db')).toEqual(['add a migration']);
    expect(await names('publsh a new version')).toEqual(['release']);
    expect(await names('fix the parser')).toEqual([]);
    const [skill] = await suggest('migration');
    expect(skill).toEqual({
      ...migration,
      name: 'add a migration',
      version: 1,
      author: 'ada',
      saved_at: expect.any(String),
      successes: 0,
      failures: 0,
      success_rate: 0.5,
      last_used_at: null,
      failure_notes: [],
      relevance: expect.any(Number),
    });
  });

  test('is none where none was saved, or only in another project', async () => {
    expect(await suggest('migration')).toEqual([]);
    const elsewhere = await openCoordinator(fixture.db);
    await elsewhere.call(saveSkill, migration, await elsewhere.agent('codex', 'ada'));
    expect(await suggest('migration')).toEqual([]);
    expect(await refusal(use('add a migration', true))).toMatchObject({ code: 'skill_not_found' });
    await elsewhere.close();
  });

  test('that works goes before one that fits as well and does not', async () => {
    await save({ ...release, name: 'release by hand' });
    await save({ ...release, name: 'release by tool' });
    expect(await use('Release by tool', true)).toEqual({
      success: true,
      name: 'release by tool',
      version: 1,
      successes: 1,
      failures: 0,
      success_rate: 0.6667,
    });
    await use('release by hand', false, 'the tag was there already');
    expect(await names('release')).toEqual(['release by tool', 'release by hand']);
    await use('release by tool', false);
    await use('release by tool', false, 'no network');
    await use('release by tool', false, 'no network again');
    await use('release by hand', true);
    const skills = await suggest('release');
    expect(skills).toMatchObject([
      { name: 'release by hand', success_rate: 0.5, failure_notes: ['the tag was there already'] },
      { name: 'release by tool', success_rate: 0.3333, failure_notes: ['no network again', 'no network'] },
    ]);
    const least = skills[0]?.relevance;
    expect(await names('release', { min_relevance: least })).toEqual(['release by hand']);
    expect(await names('release', { limit: 1 })).toEqual(['release by hand']);
  });

  test('saved anew by its author is a new version that has its own record', async () => {
    expect(await save(release)).toMatchObject({ action: 'created', version: 1 });
    expect(await save({ ...release, name: 'RELEASE' })).toMatchObject({ action: 'unchanged', version: 1 });
    await use('release', true);
    expect(await save({ ...release, steps: ['Use the tool.'] })).toMatchObject({
      action: 'updated',
      version: 2,
    });
    expect(await suggest('release')).toMatchObject([{ version: 2, successes: 0, steps: ['Use the tool.'] }]);
  });

  test('is its author’s to change and to erase, or a person’s: anybody else is refused, and nothing changed', async () => {
    await save(release);
    await use('release', false, 'a note');
    const before = await tableContents(fixture.db);
    expect(await refusal(save({ ...release, steps: ['Wait.'] }, bob))).toMatchObject({ code: 'not_author' });
    expect(await refusal(interlock.call(forgetSkill, { name: 'release' }, bob))).toMatchObject({
      code: 'not_author',
    });
    expect(await tableContents(fixture.db)).toEqual(before);
    await interlock.call(forgetSkill, { name: 'release' }, await interlock.operator());
    expect(await suggest('release')).toEqual([]);
    expect(await refusal(interlock.call(forgetSkill, { name: 'release' }, ada))).toMatchObject({
      code: 'skill_not_found',
    });
  });

  test('tells nobody to do what a rule forbids, and holds no credential', async () => {
    const error = await refusal(save({ ...release, steps: ['run `rm -rf /`'] }, bob));
    expect(error).toMatchObject({ code: 'destructive_operation_blocked' });
    const token = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
    expect(await refusal(save({ ...release, steps: [`log in with ${token}`] }))).toMatchObject({
      code: 'secret_in_text',
      params: { field: 'steps' },
    });
    expect(await suggest('release')).toEqual([]);
  });

  test('used by many at once counts each of them', async () => {
    await save(release);
    await Promise.all(Array.from({ length: 12 }, (_, n) => use('release', n % 3 > 0)));
    expect(await suggest('release')).toMatchObject([{ successes: 8, failures: 4 }]);
  });
});
