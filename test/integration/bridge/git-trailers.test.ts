import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { installGitHooks } from '../../../src/bridge/git/install.ts';
import { runGit, write } from '../../support/git/hooked.ts';
import { temporaryFolder } from '../../support/host/processes.ts';
import { git, makeRepository } from '../../support/repository.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let bridge: string;
let number = 0;
let repository: string;

/** What the bridge does for this hook once it knows who makes the commit. */
const program = `
import { addTrailers } from './src/bridge/git/trailers.ts';
const [, event, file] = process.argv.slice(2);
const { AGENT: agent_id, TASK: task = null } = process.env;
if (event === 'prepare-commit-msg' && agent_id) await addTrailers(process.cwd(), file, { agent_id, task });
`;

beforeAll(async () => {
  folder = await temporaryFolder();
  bridge = join(folder.path, 'bridge.mjs');
  const stdin = {
    contents: program,
    resolveDir: join(import.meta.dirname, '../../..'),
    loader: 'ts' as const,
  };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile: bridge });
});
afterAll(() => folder[Symbol.asyncDispose]());

beforeEach(async () => {
  number += 1;
  repository = join(folder.path, `repository-${number}`);
  makeRepository(repository, { 'src/a.ts': 'let a = 1;\n' });
  await installGitHooks(repository, { nodePath: process.execPath, bridge, home: folder.path });
});

const run = (args: readonly string[], variables = {}) => {
  const { code, said } = runGit(folder.path, repository, args, variables);
  expect(code, said).toBe(0);
};
const asAda = { AGENT: 'ada', TASK: 'task-7' };
const commit = (file: string, message: string, variables: object = asAda, ...more: string[]) => {
  write(repository, file, `let at = ${file.length};\n`);
  git(repository, 'add', '--all');
  run(['commit', '-m', message, ...more], variables);
};
const trailers = (revision = 'HEAD') =>
  git(repository, 'log', '-1', '--format=%(trailers:only,unfold)', revision)
    .split('\n')
    .filter(line => line.startsWith('Interlock-'));
const adas = ['Interlock-Agent: ada', 'Interlock-Task: task-7'];

it('a commit names its agent and task below whatever stands there, and a person’s names nobody', () => {
  commit('b.ts', 'one\n\nSigned-off-by: Ann <ann@example.org>');
  expect(trailers()).toEqual(adas);
  expect(git(repository, 'log', '-1', '--format=%B')).toContain('Signed-off-by: Ann');
  commit('c.ts', 'two', {});
  expect(trailers()).toEqual([]);
});

it('what git shows below the message (commit -v, a template of comments) stays out of it', () => {
  write(repository, 'd.ts', 'let d = 1;\n');
  git(repository, 'add', '--all');
  const editor = {
    GIT_EDITOR: `sh -c 'printf "ümlaut\\n\\n" | cat - "$1" > "$1.new" && mv "$1.new" "$1"' _`,
  };
  run(['commit', '-v'], { ...asAda, ...editor });
  expect(git(repository, 'log', '-1', '--format=%B').trim()).toBe(`ümlaut\n\n${adas.join('\n')}`);
});

it('a commit that is amended, picked, reworded or replayed names the same agent once', () => {
  commit('b.ts', 'one');
  run(['commit', '--amend', '--no-edit'], asAda);
  run(['commit', '--amend', '-v'], asAda);
  expect(trailers()).toEqual(adas);
  git(repository, 'branch', 'side');
  git(repository, 'reset', '--quiet', '--hard', 'HEAD~1');
  run(['cherry-pick', 'side'], asAda);
  expect(trailers()).toEqual(adas);
  commit('c.ts', 'two');
  const reword = { GIT_SEQUENCE_EDITOR: "sed -i.bak 's/^pick/reword/'" };
  run(['rebase', '--interactive', '--exec', 'git status', 'HEAD~2'], { ...asAda, ...reword });
  expect(trailers()).toEqual(adas);
  expect(trailers('HEAD~1')).toEqual(adas);
});

it('whoever changes another agent’s commit is named beside it', () => {
  commit('b.ts', 'one');
  run(['commit', '--amend', '--no-edit'], { AGENT: 'bob' });
  expect(trailers()).toEqual([...adas, 'Interlock-Agent: bob']);
});

it('a merge and a squash name who makes them', () => {
  git(repository, 'checkout', '--quiet', '-b', 'side');
  commit('b.ts', 'one');
  commit('c.ts', 'two');
  git(repository, 'checkout', '--quiet', 'main');
  run(['merge', '--no-ff', 'side'], { AGENT: 'bob' });
  expect(trailers()).toEqual(['Interlock-Agent: bob']);
  git(repository, 'reset', '--quiet', '--hard', 'HEAD~1');
  git(repository, 'merge', '--quiet', '--squash', 'side');
  run(['commit', '--no-edit'], { AGENT: 'bob' });
  expect(trailers().at(-1)).toBe('Interlock-Agent: bob');
});
