import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkGuardrails } from '../../../src/coordinator/guardrails/check-operation.ts';
import { listGuardrails } from '../../../src/coordinator/guardrails/rule-operations.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { configureProject } from '../../../src/coordinator/projects/configure.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { makeRepository } from '../../support/repository.ts';

interface Answer {
  readonly safe: boolean;
  readonly violations: readonly { rule: string; effect: string; severity: string }[];
}

onEachDatabase('the rules of a project', fixture => {
  let interlock: CoordinatorFixture;
  let agent: Credential;

  beforeAll(async () => {
    interlock = await openCoordinator(fixture.db);
    makeRepository(interlock.folder);
    agent = await interlock.agent('codex');
    await mkdir(path.join(interlock.folder, '.interlock'));
  });
  beforeEach(() => write('version: 1\n'));
  afterAll(() => interlock.close());

  const write = (text: string) => writeFile(path.join(interlock.folder, '.interlock/guardrails.yaml'), text);
  const check = async (command: string) =>
    (await interlock.call(checkGuardrails, { command }, agent)) as Answer;

  test('add to the built-in ones, as soon as the file is written', async () => {
    expect(await check('./paint.sh blue')).toMatchObject({ safe: true });
    await write(`version: 1
rules:
  - id: paint
    argv: ./paint.sh blue
    why: Only the painter paints blue.
`);
    expect(await check('./paint.sh blue')).toMatchObject({
      safe: false,
      violations: [{ severity: 'approval_required' }],
    });
    expect(await check('./paint.sh green')).toMatchObject({ safe: true });
  });

  test('cannot loosen a built-in rule, since an agent could write them', async () => {
    await write('version: 1\nsettings:\n  git.force-push: { enabled: false }\n');
    expect(await check('git push -f origin main')).toMatchObject({ safe: false });
  });

  test('may loosen one where a person has said so', async () => {
    await write('version: 1\nsettings:\n  git.force-push: { enabled: false }\n');
    const operator = await interlock.operator();
    await interlock.call(configureProject, { settings: { 'guardrails.projectRules': 'trust' } }, operator);
    expect(await check('git push -f origin topic')).toMatchObject({ safe: true });
    await interlock.call(configureProject, { settings: { 'guardrails.projectRules': 'tighten' } }, operator);
  });

  test('are shown with what they look for, their line, and what they make of built-in ones', async () => {
    await write(`version: 1
rules:
  - id: paint
    argv: ./paint.sh blue
    why: Only the painter paints blue.
settings:
  git.force-push: { severity: block }
`);
    const { project } = (await interlock.call(listGuardrails, {}, agent)) as { project: object };
    expect(project).toEqual({
      path: '.interlock/guardrails.yaml',
      file: 'good',
      problems: [],
      rules: [
        {
          id: 'project.paint',
          severity: 'approval_required',
          min_trust: 5,
          looks_for: './paint.sh blue',
          why: 'Only the painter paints blue.',
          suggestion: null,
          line: 3,
        },
      ],
      changes: [
        { id: 'git.force-push', enabled: true, severity: 'block', min_trust: expect.any(Number), line: 7 },
      ],
    });
    await write('version: 1\nrules:\n  - id: BAD\n    why: x\n');
    expect(await interlock.call(listGuardrails, {}, agent)).toMatchObject({
      project: { file: 'bad', problems: [{ line: 3 }], rules: [] },
    });
  });

  test('with a mistake make everything that changes something ask, and say where the mistake is', async () => {
    await write('version: 1\nrules:\n  - id: BAD\n    why: x\n');
    const { safe, violations } = await check('touch src/b.ts');
    expect(safe).toBe(false);
    expect(violations[0]?.effect).toMatch(/guardrails\.yaml has mistakes \(line 3, column \d+/);
    expect(await check('cat src/a.ts')).toMatchObject({ safe: true });
  });
});
