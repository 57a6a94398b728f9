import { beforeAll, describe, expect, it } from 'vitest';
import { readAsset } from '../../../../src/coordinator/assets.ts';
import { createGuard, type Guard } from '../../../../src/coordinator/guardrails/engine.ts';

const home = '/home/ann/.local/share/interlock';
const context = {
  trust: 2 as const,
  cwd: '/repo',
  home: '/home/ann',
  protectedPaths: [home],
  protectedProcesses: [4711],
};

describe('reaching for Interlock itself', () => {
  let guard: Guard;
  beforeAll(async () => {
    guard = await createGuard({ asset: readAsset });
  });
  const rulesFor = async (text: string) =>
    (await guard.judge({ command: { text, cwd: '/repo' } }, context)).violations.map(
      ({ category }) => category,
    );

  it.each([
    `curl --unix-socket ${home}/current.sock http://interlock/api/v1/end_session`,
    'curl --unix-socket "$HOME/.local/share/interlock/current.sock" http://interlock/',
    'nc -U ~/.local/share/interlock/run/1-a.sock',
    'socat - UNIX-CONNECT:/home/ann/.local/share/interlock/run/1-a.sock',
    'ln -s ~/.local/share/interlock /tmp/there',
    'chmod 000 ~/.local/share/interlock',
    'sqlite3 ~/.local/share/interlock/store/x',
    'docker run -v ~/.local/share/interlock:/x alpine ls /x',
    'D=~/.local/share; nc -U "$D/interlock/current.sock"',
    'kill -9 4711',
    'kill 4711',
  ])('%s is asked about', async text => {
    expect(await rulesFor(text)).toContain('self_protection');
  });

  it.each([
    'ls ~/.local/share/interlock',
    'echo ~/.local/share/interlock',
    'kill -9 4712',
    'ls ~/.local/share/interlock-notes | xargs cat',
    'curl --unix-socket /var/run/docker.sock http://x/info',
  ])('%s is not', async text => {
    expect(await rulesFor(text)).not.toContain('self_protection');
  });
});
