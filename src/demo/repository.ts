import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** A small git repository that looks like a real one. */
export interface DemoRepository {
  /** The work tree, on `main`, clean and pushed. */
  readonly folder: string;
  /** The bare repository that `origin` names. */
  readonly remote: string;
  /** Runs git in the work tree and returns what it printed, without the last line end. */
  git(...args: string[]): Promise<string>;
}

const commits: readonly (readonly [message: string, files: readonly string[]])[] = [
  ['Start the corner shop', ['README.md', 'package.json', 'docs/api.md']],
  ['Price orders, with a discount from ten on', ['src/pricing.js', 'test/pricing.test.js']],
  [
    'Place and cancel orders over HTTP',
    ['src/server.js', 'src/orders.js', 'src/stock.js', 'test/orders.test.js'],
  ],
];

/**
 * Makes the repository of a corner shop: a few source files and a short history, pushed to a bare remote beside it.
 * @param parent made if it is missing; it must not hold a `shop` folder yet
 * @param sources the folder of the shop's files, `media/demo`
 * @param environment for git, which is told to leave the person's own settings (signing, templates, hooks) alone
 */
export async function createDemoRepository(
  parent: string,
  sources: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<DemoRepository> {
  const folder = path.join(parent, 'shop');
  const remote = path.join(parent, 'shop.git');
  await mkdir(folder, { recursive: true });
  const env = { ...environment, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('git', args, { cwd: folder, env, windowsHide: true });
    return stdout.trimEnd();
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Robin Keeper');
  await git('config', 'user.email', 'robin@corner-shop.example');
  for (const [message, files] of commits) {
    for (const file of files)
      await cp(path.join(sources, file), path.join(folder, file), { recursive: true });
    await git('add', '--all');
    await git('commit', '--quiet', '--message', message);
  }
  await git('clone', '--quiet', '--bare', folder, remote);
  await git('remote', 'add', 'origin', remote);
  await git('fetch', '--quiet', 'origin');
  await git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
  return { folder, remote, git };
}
