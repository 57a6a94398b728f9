import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { contentsOf } from '../../../src/coordinator/backup/tables.ts';
import { openPostgres } from '../../../src/coordinator/database/postgres.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { endOwner } from '../../support/bridge/coordinators.ts';
import { own } from '../../support/bridge/owner.ts';
import { builtBundles, runBridge, type Surroundings } from '../../support/bridge/program.ts';
import { atTerminal } from '../../support/bridge/terminal.ts';
import { openAgents } from '../../support/git/hooked.ts';
import { temporaryFolder } from '../../support/host/processes.ts';
import { databaseUrl } from '../../support/postgres-server.ts';
import { makeRepository } from '../../support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let around: Surroundings;
let file: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  around = { home: `${folder.path}/home`, cwd: `${folder.path}/repository` };
  file = `${folder.path}/backup.sql`;
  makeRepository(around.cwd);
  await runBridge(['status'], around);
  const agents = await openAgents(around.home);
  const ada = await agents.agent(around.cwd, 'ada');
  await ada.call('acquire_lock', { file_path: 'src/a.ts' });
  agents.close();
  await runBridge(['backup', file], around);
});
afterAll(async () => {
  await endOwner(around.home);
  await folder[Symbol.asyncDispose]();
});

const json = async (args: readonly string[], where = around) => {
  const { code, stdout } = await runBridge([...args, '--json'], where);
  return { code, body: JSON.parse(stdout) };
};

// Each command starts a coordinator, or makes one leave.
describe('the store', { timeout: 120_000 }, () => {
  it('is backed up while a coordinator runs, which makes room, and nobody loses anything', async () => {
    const second = `${folder.path}/second.sql`;
    expect(await json(['backup', second])).toMatchObject({
      code: 0,
      body: { file: second, tables: { locks: 1 } },
    });
    expect((await json(['locks'])).body.locks).toMatchObject([{ file_path: 'src/a.ts' }]);
    expect((await runBridge(['backup', file], around)).code).toBe(2);
  });

  it('is restored into an empty home, and keeps an earlier one beside it', async () => {
    const other = { ...around, home: `${folder.path}/other` };
    expect(await json(['restore', file], other)).toMatchObject({ code: 0 });
    expect((await json(['locks'], other)).body.locks).toMatchObject([{ file_path: 'src/a.ts' }]);
    expect((await json(['audit', 'verify'], other)).code).toBe(0);
    expect((await runBridge(['restore', file], other)).code).toBe(3);
    const again = await json(['restore', file, '--replace'], other);
    expect(again).toMatchObject({ code: 0 });
    expect((await stat(again.body.earlier_store)).isDirectory()).toBe(true);
    await endOwner(other.home);
  });

  it('stays as it is where a backup cannot be read', async () => {
    const broken = `${folder.path}/broken.sql`;
    await writeFile(broken, (await readFile(file, 'utf8')).replace('ada', 'eve'));
    expect(await json(['restore', broken, '--replace'])).toMatchObject({ code: 2 });
    expect((await json(['locks'])).body.locks).toMatchObject([{ file_path: 'src/a.ts' }]);
  });

  it('moves to an empty Postgres with every row, and to no other', async () => {
    const url = await emptyDatabase();
    const moved = await json(['migrate', '--to', url]);
    expect(moved).toMatchObject({ code: 0, body: { tables: { locks: 1 }, audit: { projects: 1 } } });
    const database = openPostgres({ url, report: () => undefined });
    expect((await contentsOf(database)).locks).toMatch(/^1 rows/);
    const open = sql<{ name: string }>`
      select relname::text as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity`;
    expect(await database.query(open)).toEqual([]);
    await database.close();
    expect(await json(['migrate', '--to', url])).toMatchObject({
      code: 3,
      body: { error: { code: 'store_unavailable' } },
    });
    expect((await runBridge(['migrate', '--to', 'mysql://x'], around)).code).toBe(2);
  });

  it('is left to the editor window that runs it', async () => {
    const home = `${folder.path}/window`;
    const window = await own(home, () => ({}), 'worker');
    const { code, stderr } = await runBridge(['backup', `${folder.path}/no.sql`], { ...around, home });
    expect(code).toBe(3);
    expect(stderr).toContain('Close the editor’s windows');
    await window.stop();
  });
});

describe('who may decide', () => {
  it.each([
    [['login']],
    [['approvals', 'approve', '0']],
    [['operators', 'admit', '{"name":"x","key_hash":"y"}']],
  ])('is nobody without a terminal: %j', async args => {
    const { code, stderr } = await runBridge(args, around, 'a passphrase that is long\nyes\n');
    expect(code).toBe(3);
    expect(stderr).toMatch(/person at a terminal|Nothing that waits/);
  });

  it.skipIf(process.platform !== 'linux')(
    'is the person who signs in at a terminal first, with a passphrase that is kept nowhere',
    async () => {
      const own = { ...around, home: `${folder.path}/signed` };
      const answers = (passphrase: string) =>
        [
          ['Passphrase for', passphrase],
          ['Once more', passphrase],
          ['Type yes', 'yes'],
        ] as const;
      const first = await atTerminal(['login', '--name', 'Olga'], own, answers('correct horse battery'));
      expect(first).toContain('Olga may decide now');
      const [question] = answers('correct horse battery');
      expect(await atTerminal(['login'], own, [question])).toContain('You may decide here');
      expect(await atTerminal(['login', '--name', 'Eve'], own, answers('another passphrase'))).toMatch(
        /has an operator already: Olga[\s\S]*"key_hash"/,
      );
      await endOwner(own.home);
    },
    60_000,
  );
});

describe('completion', () => {
  it('for bash knows commands, words, options and their values', () => {
    const complete = (...words: string[]) => {
      const script = `source <(node ${builtBundles()}/bridge.js completion bash); COMP_WORDS=(interlock ${words
        .map(word => `'${word}'`)
        .join(' ')}); COMP_CWORD=${words.length}; _interlock; echo "\${COMPREPLY[*]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim();
    };
    expect(complete('app')).toBe('approvals');
    expect(complete('git-hooks', 'in')).toBe('install');
    expect(complete('guard', '--sh')).toBe('--shell');
    expect(complete('guard', '--shell', '')).toBe('bash powershell');
    expect(complete('help', 'doc')).toBe('doctor');
  });

  it.skipIf(isMissing('fish'))('for fish knows commands, words, options and their values', () => {
    const script = `node ${builtBundles()}/bridge.js completion fish | source`;
    const complete = (line: string) => {
      const text = `${script}; complete -C '${line}'`;
      const { stdout } = spawnSync('fish', ['--no-config', '-c', text], { encoding: 'utf8' });
      return stdout
        .trim()
        .split('\n')
        .map(found => found.split('\t')[0]);
    };
    expect(complete('interlock app')).toEqual(['approvals']);
    expect(complete('interlock git-hooks in')).toEqual(['install']);
    expect(complete('interlock guard --sh')).toEqual(['--shell']);
    expect(complete('interlock guard --shell ')).toEqual(['bash', 'powershell']);
  });

  it.skipIf(isMissing('zsh'))(
    'for zsh hands commands, words, options and their values to its own functions',
    () => {
      const script = `
      compdef() { : }
      _describe() { print -l -- \${(P)2} }
      _arguments() { print -l -- $@ }
      source <(node ${builtBundles()}/bridge.js completion zsh)`;
      const complete = (...words: string[]) => {
        const line = `words=(interlock ${words.join(' ')} ''); CURRENT=${words.length + 2}; _interlock`;
        const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', `${script}\n${line}`], { encoding: 'utf8' });
        expect(stderr).toBe('');
        return stdout;
      };
      expect(complete()).toMatch(/^approvals:/m);
      expect(complete('git-hooks')).toContain('1:what:(install remove status)');
      expect(complete('guard')).toMatch(/--shell\[.*\]:value:\(bash powershell\)/);
    },
  );

  it('for each shell names every command', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { stdout } = await runBridge(['completion', shell], around);
      for (const name of ['status', 'doctor', 'migrate', 'git-hooks']) expect(stdout).toContain(name);
    }
  });
});

function isMissing(shell: string): boolean {
  return spawnSync(shell, ['--version']).error !== undefined;
}

async function emptyDatabase(): Promise<string> {
  const name = `empty_${crypto.randomUUID().replaceAll('-', '_')}`;
  const admin = openPostgres({ url: inject('postgresUrl'), report: () => undefined });
  await admin.query(sql`create database ${sql.id(name)}`);
  await admin.close();
  return databaseUrl(inject('postgresUrl'), name);
}
