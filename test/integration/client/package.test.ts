import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onEachDatabase } from '../../support/databases.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/host/processes.ts';
import { openTcpStand, type TcpStand } from '../../support/http/tcp-stand.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What somebody else would write: it prints what it learned as one line of JSON. */
const program = `
import { createInterlock, InterlockProblem } from 'interlock/client';

const [url = '', apiKey = ''] = process.argv.slice(2);
const ada = createInterlock({ url, apiKey, session: 'ada’s' });
const bob = createInterlock({ url, apiKey, session: 'bob' });

const stop = new AbortController();
const heard = [];
const listening = (async () => {
  for await (const event of ada.events({ topics: ['lock'], signal: stop.signal })) heard.push(event.topic);
})();
const taken = await ada.acquire_lock({ file_path: 'src/a.ts', reason: 'the test' });
const refused = await bob.acquire_lock({ file_path: 'src/a.ts' });
const problem = await bob.release_lock({ file_path: 'src/a.ts' }, { requestId: 'from-outside' }).catch(error => error);
const wrongKey = await createInterlock({ url, apiKey: 'x' }).describe_project({}).catch(error => error);
const slow = await bob.get_work({ wait_seconds: 30 }, { timeoutMs: 300 }).catch(error => error.name);
for (let turn = 0; heard.length === 0; turn += 1) {
  await ada.acquire_lock({ file_path: 'turn-' + turn });
}
stop.abort();
await listening;
console.log(JSON.stringify({
  taken: taken.success,
  refused: refused.success === false && refused.reason,
  problem: problem instanceof InterlockProblem && [problem.code, problem.status, problem.requestId],
  wrongKey: wrongKey instanceof InterlockProblem && wrongKey.code,
  slow,
  heard: heard[0],
}));
`;

/** The same operations as a compiler sees them. */
const typed = `
import { createInterlock, type Operations } from 'interlock/client';

const interlock = createInterlock({ url: 'http://localhost:1', apiKey: 'x' });
const answer = await interlock.acquire_lock({ file_path: 'a.ts', ttl_minutes: 5 });
if (answer.success) answer.expires_at.toUpperCase();
export const input: Operations['get_work']['input'] = { task_types: ['test'] };
// @ts-expect-error: there is no such mode
await interlock.acquire_lock({ file_path: 'a.ts', mode: 'greedy' });
// @ts-expect-error: there is no such operation
await interlock.take_everything({});
`;

onEachDatabase('the client, packed and installed by somebody else', fixture => {
  let stand: TcpStand;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    stand = await openTcpStand(fixture.db);
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'package.json'), '{ "type": "module", "private": true }');
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder.path], { cwd: root });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${filename}`], {
      cwd: folder.path,
    });
  }, 120_000);
  afterAll(async () => {
    await stand.close();
    await folder[Symbol.asyncDispose]();
  });

  test('calls, is refused, is told of changes and gives up in time', { timeout: 60_000 }, async () => {
    const { key } = await stand.key('from-outside');
    await writeFile(join(folder.path, 'program.js'), program);
    const url = `http://127.0.0.1:${stand.port}`;
    const { stdout } = await run(process.execPath, ['program.js', url, key], { cwd: folder.path });
    expect(JSON.parse(stdout)).toEqual({
      taken: true,
      refused: 'locked_by_other',
      problem: ['lock_not_found_or_not_owner', 404, 'from-outside'],
      wrongKey: 'unauthenticated',
      slow: 'TimeoutError',
      heard: 'lock.acquired',
    });
  });

  test('has types that hold outside of this repository', { timeout: 60_000 }, async () => {
    await writeFile(join(folder.path, 'typed.ts'), typed);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = '--noEmit --strict --skipLibCheck false --target es2023 --module nodenext --types node';
    const types = ['--typeRoots', join(root, 'node_modules/@types')];
    const compiled = run(process.execPath, [compiler, ...options.split(' '), ...types, 'typed.ts'], {
      cwd: folder.path,
    });
    await expect(compiled.catch(({ stdout }) => stdout)).resolves.toMatchObject({ stdout: '' });
  });
});
