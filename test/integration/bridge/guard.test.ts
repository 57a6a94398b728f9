import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBridge, type Surroundings } from '../../support/bridge/program.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let around: Surroundings;

beforeEach(async () => {
  folder = await temporaryFolder();
  around = { home: `${folder.path}/home`, cwd: folder.path };
});
afterEach(() => folder[Symbol.asyncDispose]());

describe('guard', () => {
  it.each([
    ['git commit -m "why rm -rf / is bad"', 'allow', 0],
    ['git push -f origin main', 'ask', 10],
    ['dd if=/dev/zero of=/dev/sda', 'block', 20],
    ['', 'allow', 0],
  ])('says of %j: %s', async (command, verdict, code) => {
    const exit = await runBridge(['guard', '--json', command], around);
    expect(exit.code).toBe(code);
    expect(JSON.parse(exit.stdout)).toEqual({
      verdict,
      violations: code === 0 ? [] : [expect.objectContaining({ rule: expect.any(String), blocked: true })],
      parsed: true,
    });
  });

  it('explains itself to a person', async () => {
    const { stdout, code } = await runBridge(['guard', 'git push --force origin main'], around);
    expect(code).toBe(10);
    expect(stdout).toMatch(/^ask\n\nreplaces the published history.*\n {2}rule {5}git\.force-push /);
  });

  it('judges a line at a time, in order, whatever the lines hold', async () => {
    const lines = [
      { command: 'ls' },
      { command: 'dd if=/dev/zero of=/dev/sda', cwd: '/tmp', shell: 'bash', trust: 2 },
      'not JSON',
      { command: 7 },
      { command: 'ls', trust: 9 },
      { command: 'ls', shell: 'fish' },
      { command: 'echo "\u2028"', paths: ['a.ts'] },
      [],
    ].map(line => (typeof line === 'string' ? line : JSON.stringify(line)));
    const exit = await runBridge(['guard', '--jsonl'], around, `${lines.join('\n')}\n\n`);
    expect(exit.code).toBe(0);
    const verdicts = exit.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([
      'allow',
      'block',
      'ask',
      'ask',
      'ask',
      'ask',
      'allow',
      'ask',
    ]);
    expect(verdicts[2]).toMatchObject({ parsed: false, error: expect.stringContaining('JSON object') });
    expect(verdicts[3]).toMatchObject({ error: expect.stringContaining('command: 7') });
    expect(verdicts[5]).toMatchObject({ error: expect.stringContaining('bash or powershell') });
  });

  it('keeps up with a whole corpus in one process', async () => {
    const line = `${JSON.stringify({ command: 'git status && npm test' })}\n`;
    const exit = await runBridge(['guard', '--jsonl'], around, line.repeat(2_000));
    expect(exit.stdout.split('\n')).toHaveLength(2_001);
  });

  it('ends when nobody reads its verdicts any more', async () => {
    const { startBridge } = await import('../../support/bridge/program.ts');
    const { child, exit } = startBridge(['guard', '--jsonl'], around);
    child.stdout.destroy();
    child.stdin.end(`${JSON.stringify({ command: 'ls' })}\n`.repeat(100));
    expect((await exit).signal).toBeNull();
  });

  it.each([[['guard']], [['guard', 'ls', '--frobnicate']], [['guard', 'ls', '--trust', '5']]])(
    'is not fooled by %j',
    async args => {
      const exit = await runBridge(args, around);
      expect(exit.code).toBe(2);
      expect(exit.stderr).toMatch(/^interlock/);
    },
  );
});
