import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { plainEnvironment, repository } from './machine.ts';

export interface ScratchRepository {
  /** The work tree, on `main`, clean and pushed. */
  readonly folder: string;
  /** The bare repository that `origin` names. */
  readonly remote: string;
  /** Runs git in the work tree and returns what it printed, without the last line end. */
  git(...args: string[]): Promise<string>;
}

const shop = path.join(repository, 'test/e2e/fixtures/shop');

const commits: readonly (readonly [message: string, files: readonly string[]])[] = [
  ['Start the corner shop', ['README.md', 'package.json', 'docs/api.md']],
  ['Price orders, with a discount from ten on', ['src/pricing.js', 'test/pricing.test.js']],
  [
    'Place and cancel orders over HTTP',
    ['src/server.js', 'src/orders.js', 'src/stock.js', 'test/orders.test.js'],
  ],
];

/**
 * Makes a small git repository that looks like a real one: a few source files and a short history, pushed to a bare
 * remote beside it. `parent` is made if it is missing and must not hold a `shop` folder yet.
 */
export async function createScratchRepository(parent: string): Promise<ScratchRepository> {
  const folder = path.join(parent, 'shop');
  const remote = path.join(parent, 'shop.git');
  await mkdir(folder, { recursive: true });
  const git = (...args: string[]) => runGit(folder, args);
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Robin Keeper');
  await git('config', 'user.email', 'robin@corner-shop.example');
  for (const [message, files] of commits) {
    for (const file of files) await cp(path.join(shop, file), path.join(folder, file), { recursive: true });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  }
  await git('clone', '--quiet', '--bare', folder, remote);
  await git('remote', 'add', 'origin', remote);
  await git('fetch', '--quiet', 'origin');
  await git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
  return { folder, remote, git };
}

async function runGit(folder: string, args: readonly string[]): Promise<string> {
  // The person's own git settings (signing, templates, hooks) must not reach in.
  const env = { ...plainEnvironment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const { stdout } = await promisify(execFile)('git', args, { cwd: folder, env });
  return stdout.trimEnd();
}
