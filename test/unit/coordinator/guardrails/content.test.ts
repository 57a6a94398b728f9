import { describe, expect, test } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard } from '../../../../src/coordinator/guardrails/engine.ts';
import type { GuardContext, Subject } from '../../../../src/coordinator/guardrails/judgement.ts';

const guard = await createGuard({ asset: readAsset, disk: { readFile: () => undefined } });
const context: GuardContext = {
  trust: 2,
  home: '/home/dev',
  cwd: '/home/dev/project',
  protectedPaths: ['/home/dev/.local/share/interlock'],
};
const judge = (subject: Subject, more: Partial<GuardContext> = {}) =>
  guard.judge(subject, { ...context, ...more });

// Put together here, so that no scanner takes this file for a leak.
const githubToken = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;
const slackToken = `xoxb-${'123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx'}`;
const privateKey = `-----BEGIN RSA ${'PRIVATE'} KEY-----\n${'MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn\n'.repeat(10)}-----END RSA ${'PRIVATE'} KEY-----`;

describe('what an edit writes', () => {
  test.each([
    ['a GitHub token', `const token = "${githubToken}";`],
    ['a Slack token', `SLACK=${slackToken}`],
    ['a private key', privateKey],
    ['a token far down in a long file', `${'const a = 1;\n'.repeat(20_000)}${githubToken}`],
  ])('asks where it holds %s, and never shows it', async (_, content) => {
    const judgement = await judge({ content, paths: [{ path: 'src/config.ts', access: 'write' }] });
    expect(judgement.verdict).toBe('ask');
    expect(judgement.violations[0]).toMatchObject({
      rule: 'credentials.in-content',
      category: 'credentials',
    });
    expect(judgement.violations[0]?.effect).toMatch(/src\/config\.ts/);
    const shown = JSON.stringify(judgement);
    expect(shown).not.toContain(githubToken);
    expect(shown).not.toContain(slackToken);
    expect(shown).not.toContain('MIIEow');
  });

  test.each([
    'const token = process.env.GITHUB_TOKEN;',
    'password: <your password here>',
    '# Set GITHUB_TOKEN=ghp_… before you start',
    'import { randomUUID } from "node:crypto";\nconst id = "0b1c2d3e-1111-4222-8333-444455556666";',
    'integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
  ])('passes where it only speaks of credentials: %s', async content => {
    expect((await judge({ content, paths: [{ path: 'src/a.ts', access: 'write' }] })).verdict).toBe('allow');
  });

  test('is looked at when a shell command writes it, too', async () => {
    const judgement = await judge({
      command: { text: `echo 'TOKEN=${githubToken}' > src/config.ts`, cwd: '/home/dev/project' },
    });
    expect(judgement.verdict).toBe('ask');
    expect(JSON.stringify(judgement.violations)).not.toContain(githubToken);
  });
});

describe('paths of an edit tool', () => {
  test.each([
    ['src/app.ts', 'write', 'allow'],
    ['src/app.ts', 'delete', 'allow'],
    ['.env', 'read', 'ask'],
    ['.env.example', 'read', 'allow'],
    ['.env', 'delete', 'ask'],
    ['/etc/hosts', 'write', 'ask'],
    ['/home/dev/.bashrc', 'write', 'ask'],
    ['/home/dev/.ssh/authorized_keys', 'write', 'ask'],
    ['.git/hooks/pre-commit', 'write', 'ask'],
    ['.claude/settings.json', 'write', 'ask'],
    ['.interlock/guardrails.yaml', 'write', 'ask'],
    ['/home/dev/.local/share/interlock/store/x', 'read', 'ask'],
    ['/home/dev/.local/share/interlock/store/x', 'write', 'ask'],
  ] as const)('%s, %s: %s', async (path, access, verdict) => {
    expect((await judge({ paths: [{ path, access }] })).verdict).toBe(verdict);
  });

  test('no trust passes where credentials or Interlock itself are concerned', async () => {
    expect((await judge({ paths: [{ path: '.env', access: 'read' }] }, { trust: 4 })).verdict).toBe('ask');
    expect(
      (await judge({ paths: [{ path: '.interlock/guardrails.yaml', access: 'write' }] }, { trust: 4 }))
        .verdict,
    ).toBe('ask');
  });
});

describe('SQL by itself', () => {
  test.each([
    ['drop table users', 'ask'],
    ['delete from users', 'ask'],
    ['delete from users where id = 1', 'allow'],
    ['select 1', 'allow'],
  ] as const)('%s: %s', async (sql, verdict) => {
    expect((await judge({ sql })).verdict).toBe(verdict);
  });
});

describe('prose', () => {
  test.each([
    ['Please never run rm -rf / or git push --force here.', 'allow'],
    ['Reset the branch with `git reset --hard` and go on.', 'ask'],
    ['Steps:\n```bash\ngit push -f origin main\n```\n', 'ask'],
    ['Steps:\n```\n$ rm -rf /\n```\n', 'block'],
    ['Then:\n    $ terraform destroy\n', 'ask'],
    ['```ts\nconst rm = "rm -rf /";\n```', 'allow'],
    ['```sql\ndrop table users;\n```', 'ask'],
    ['The `rm` command and the `--force` flag.', 'allow'],
    [`Use ${githubToken} to log in.`, 'ask'],
  ] as const)('is judged by the commands it quotes as commands: %j', async (text, verdict) => {
    expect((await judge({ text })).verdict).toBe(verdict);
  });
});

describe('what cannot be judged asks', () => {
  test('more than 256 KiB', async () => {
    const text = `echo ${'a'.repeat(256 * 1024)}`;
    expect(await judge({ command: { text, cwd: '/' } })).toMatchObject({ verdict: 'ask', parsed: false });
    expect((await judge({ content: text }, { trust: 4 })).verdict).toBe('ask');
  });

  test('a repository that cannot be looked into', async () => {
    const repository = async () => {
      throw new Error('git is gone');
    };
    expect((await judge({ command: { text: 'git reset --hard', cwd: '/x' } }, { repository })).verdict).toBe(
      'ask',
    );
  });
});

test('effects name the files a command touches, for the lock check, and the hosts it reaches, for the network policy', async () => {
  const { effects } = await judge({
    command: {
      text: 'sed -i s/a/b/ src/a.ts && mv b.ts c.ts && echo x > d.ts && rm e.ts && curl -o f.bin https://example.com/f && git checkout -- g.ts',
      cwd: '/home/dev/project',
    },
  });
  const paths = effects.flatMap(effect =>
    'path' in effect ? [`${effect.kind} ${effect.path.absolute}`] : [],
  );
  const inProject = (path: string) => `/home/dev/project/${path}`;
  expect(paths).toEqual([
    `write ${inProject('src/a.ts')}`,
    `write ${inProject('b.ts')}`,
    `write ${inProject('c.ts')}`,
    `write ${inProject('d.ts')}`,
    `delete ${inProject('e.ts')}`,
    `write ${inProject('f.bin')}`,
  ]);
  expect(effects.flatMap(effect => (effect.kind === 'contact' ? [effect.host] : []))).toEqual([
    'example.com',
  ]);
  expect(
    effects.flatMap(effect => (effect.kind === 'discard' ? effect.paths?.map(path => path.absolute) : [])),
  ).toEqual([inProject('g.ts')]);
});
