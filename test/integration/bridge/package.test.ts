import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endOwner } from '../../support/bridge/coordinators.ts';
import { builtBundles } from '../../support/bridge/program.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

const root = join(import.meta.dirname, '../../..');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let home: string;
let packed: readonly string[];

beforeAll(async () => {
  builtBundles();
  folder = await temporaryFolder();
  home = join(folder.path, 'home');
  const [made] = JSON.parse(
    npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder.path),
  );
  packed = made.files.map(({ path }: { path: string }) => path);
  writeFileSync(join(folder.path, 'package.json'), '{ "private": true, "type": "module" }\n');
  npm(folder.path, 'install', '--offline', '--no-audit', '--no-fund', join(folder.path, made.filename));
}, 120_000);
afterAll(async () => {
  await endOwner(home);
  await folder[Symbol.asyncDispose]();
});

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function interlock(args: readonly string[], input = '') {
  const program = join(folder.path, 'node_modules', '.bin', 'interlock');
  const env = { PATH: process.env.PATH ?? '', HOME: folder.path, INTERLOCK_HOME: home };
  return spawnSync(program, [...args], { cwd: folder.path, env, input, encoding: 'utf8' });
}

it('the package of npm holds the command line and the client, and nothing else', () => {
  const expected =
    /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|dist\/(?:bridge\.js|(?:bridge|coordinator)[\w-]*\.mjs|hook\.sh|package\.json|THIRD-PARTY-NOTICES\.txt|assets\/[\w.-]+\.br|client\/.+\.(?:js|json|d\.ts)))$/;
  expect(packed.filter(name => !expected.test(name))).toEqual([]);
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/bridge.js',
      'dist/coordinator.mjs',
      'dist/hook.sh',
      'dist/client/client.d.ts',
    ]),
  );
});

it('installed in an empty folder it guards, starts a coordinator, and finds itself well', () => {
  expect(interlock(['version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(interlock(['guard', '--json', 'git push --force']).status).toBe(10);
  expect(JSON.parse(interlock(['status', '--json']).stdout)).toMatchObject({ store: expect.anything() });
  const { status, stdout } = interlock(['doctor', '--json']);
  expect({ status, report: JSON.parse(stdout) }).toMatchObject({ status: 0, report: { status: 'ok' } });
});

it('its MCP server answers', () => {
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  };
  const { stdout } = interlock(['mcp'], `${JSON.stringify(initialize)}\n`);
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ id: 1, result: { serverInfo: {} } });
});

it('interlock/client is imported, with types that hold', () => {
  const text = `import { createInterlock, InterlockProblem } from 'interlock/client';
const interlock = createInterlock({ url: 'http://127.0.0.1:1', apiKey: 'k' });
export const held: Promise<{ success: boolean }> = interlock.acquire_lock({ file_path: 'a.ts' });
// @ts-expect-error a path is a text
held.then(() => interlock.acquire_lock({ file_path: 7 }), error => console.log(error instanceof InterlockProblem));
`;
  writeFileSync(join(folder.path, 'use.mts'), text);
  const options = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--skipLibCheck',
    'false',
  ];
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')];
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, ...types, 'use.mts'], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  const run = "import { createInterlock } from 'interlock/client'; console.log(typeof createInterlock);";
  const imported = execFileSync(process.execPath, ['--input-type=module', '-e', run], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  expect(imported).toBe('function\n');
});
