import { describe, expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';
import type { GuardContext, ProjectRules } from '../../../../src/coordinator/guardrails/judgement.ts';
import { readProjectRules } from '../../../../src/coordinator/guardrails/project-rules.ts';

const guard = await createGuard({ asset: readAsset, disk: { readFile: () => undefined } });
const cwd = '/home/dev/project';

function rulesOf(text: string, trusted = true): ProjectRules {
  const { rules, problems } = readProjectRules(text, { trusted });
  expect(problems).toEqual([]);
  if (rules === undefined) throw new Error('no rules and no problems');
  return rules;
}

async function judge(text: string, projectRules: ProjectRules, more: Partial<GuardContext> = {}) {
  return guard.judge({ command: { text, cwd } }, { trust: 2, home: '/home/dev', cwd, projectRules, ...more });
}

const releases = rulesOf(`
version: 1
rules:
  - id: no-releases
    argv: npm run release
    severity: block
    why: Releases are made by the pipeline.
    suggestion: Tag the commit.
  - id: prod-context
    argv: kubectl ** get --context=prod
    why: Production is looked at by people.
  - id: generated-code
    path: src/generated/**
    why: It is written by the generator.
  - id: feature-flags
    pattern: '\\bflag(s)? (enable|disable)\\b'
    severity: warn
    why: Flags reach customers at once.
`);

describe('a rule of the project', () => {
  test.each([
    'npm run release',
    'npm run release -- --dry',
    'bash -c "npm run release"',
    'cd x && npm run release',
    'X=release; npm run $X',
  ])('sees the words of a command, however they are spelled: %s', async text => {
    const judgement = await judge(text, releases);
    expect(judgement.verdict).toBe('block');
    expect(judgement.violations[0]).toMatchObject({
      rule: 'project.no-releases',
      category: 'project',
      suggestion: 'Tag the commit.',
    });
  });

  test.each(['npm run build', 'echo npm run release', 'git commit -m "npm run release"'])(
    'leaves alone what only mentions it: %s',
    async text => {
      expect((await judge(text, releases)).verdict).toBe('allow');
    },
  );

  test('finds options wherever they stand', async () => {
    expect((await judge('kubectl get pods --context=prod', releases)).verdict).toBe('ask');
    expect((await judge('kubectl --context=prod -n x get pods', releases)).verdict).toBe('ask');
    expect((await judge('kubectl get pods', releases)).verdict).toBe('allow');
  });

  test('guards paths against writing, and not against reading unless it says so', async () => {
    expect((await judge('echo x > src/generated/a.ts', releases)).verdict).toBe('ask');
    expect((await judge('cat src/generated/a.ts', releases)).verdict).toBe('allow');
    const edit = await guard.judge(
      { paths: [{ path: 'src/generated/deep/a.ts', access: 'write' }] },
      { trust: 2, cwd, projectRules: releases },
    );
    expect(edit.verdict).toBe('ask');
  });

  test('may only note', async () => {
    const judgement = await judge('tool flag enable checkout', releases);
    expect(judgement.verdict).toBe('allow');
    expect(judgement.violations).toMatchObject([
      { rule: 'project.feature-flags', severity: 'warn', blocked: false },
    ]);
  });
});

describe('settings', () => {
  const text = `
version: 1
protected_branches: ['release/*']
generated: [lib]
settings:
  git.force-push: { severity: block }
  git.discard-changes: { enabled: false }
  code.unreadable: { severity: log, min_trust: 0 }
`;

  test('of a trusted workspace tighten and loosen', async () => {
    const rules = rulesOf(text);
    expect((await judge('git push -f', rules)).verdict).toBe('block');
    expect((await judge('git reset --hard', rules)).verdict).toBe('allow');
    expect((await judge('eval "$X"', rules)).verdict).toBe('allow');
    expect((await judge('git push origin release/2', rules)).verdict).toBe('ask');
  });

  test('of an untrusted workspace only tighten', async () => {
    const rules = rulesOf(text, false);
    expect((await judge('git push -f', rules)).verdict).toBe('block');
    expect((await judge('git reset --hard', rules)).verdict).toBe('ask');
    expect((await judge('eval "$X"', rules)).verdict).toBe('ask');
    expect(rules.isGenerated('lib/a.js')).toBe(false);
    expect(rulesOf(text).isGenerated('lib/a.js')).toBe(true);
  });
});

describe('what people have set for the store', () => {
  const asks = 'version: 1\nsettings:\n  git.discard-changes: { severity: approval_required }\n';
  const ruleSettings = new Map([['git.discard-changes', { severity: 'block' as const, minTrust: 5 }]]);

  test('is not loosened by a project that nobody trusts, though it asks for no less than what is built in', async () => {
    expect((await judge('git reset --hard', rulesOf(asks, false), { ruleSettings })).verdict).toBe('block');
  });

  test('gives way to a project that is trusted', async () => {
    expect((await judge('git reset --hard', rulesOf(asks), { ruleSettings })).verdict).toBe('ask');
  });
});

describe('a mistake is reported with its line and column', () => {
  test.each([
    ['version: 1\nrules:\n  - id: a\n    argv: x\n    wy: typo\n', 3, 5, /wy|why/],
    ['version: 2\n', 1, 10, /version/],
    ['version: 1\nrules:\n  - id: a\n    why: w\n    pattern: "a(b"\n', 5, 14, /pattern/],
    ['version: 1\nrules:\n  - id: a\n    why: w\n    pattern: "(?=x)"\n', 5, 14, /pattern/],
    ['version: 1\nrules:\n  - id: a\n    why: w\n', 3, 5, /nothing to look for/],
    ['version: 1\nsettings:\n  git.no-such-rule: { enabled: false }\n', 3, 21, /no built-in rule/],
    ['version: 1\nrules: [\n', 3, 1, /./],
    ['version: 1\nrules:\n  - id: a\n    argv: x\n    why: w\n    severity: maybe\n', 6, 15, /severity/],
  ])('%j', (text, line, column, message) => {
    const { rules, problems } = readProjectRules(text, { trusted: true });
    expect(rules).toBeUndefined();
    expect(problems[0]).toMatchObject({ line, column });
    expect(problems[0]?.message).toMatch(message);
  });

  test('an empty file says that the version is missing', () => {
    expect(readProjectRules('', { trusted: true }).problems[0]?.message).toMatch(/version/);
  });
});

test('a pattern that would take for ever elsewhere takes no time here', async () => {
  const rules = rulesOf('version: 1\nrules:\n  - id: slow\n    pattern: "(a+)+$"\n    why: w\n');
  const started = performance.now();
  await judge(`tool ${'a'.repeat(100_000)}!`, rules);
  expect(performance.now() - started).toBeLessThan(15_000);
});
