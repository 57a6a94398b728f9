import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { clockFinding } from '../../../../src/bridge/cli/doctor.ts';
import { checkHarnesses } from '../../../../src/bridge/cli/harness-checks.ts';
import { checkNode, spaceFinding } from '../../../../src/bridge/cli/machine-checks.ts';
import { readEnvironment } from '../../../../src/bridge/environment.ts';
import { refuseOldServer } from '../../../../src/coordinator/database/opening.ts';

const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a Node that is too old is named with the one that is needed', () => {
  expect(checkNode('18.20.0')).toMatchObject({ status: 'bad', mend: expect.stringContaining('20.12') });
  expect(checkNode('20.11.1').status).toBe('bad');
  expect(checkNode('20.12.0').status).toBe('ok');
  expect(checkNode('24.1.0').status).toBe('ok');
});

it('a clock counts as wrong only by as much as the way of the answer cannot explain', () => {
  expect(clockFinding(100_000, 99_000, 101_000).status).toBe('ok');
  expect(clockFinding(100_000, 80_000, 99_000).status).toBe('ok');
  expect(clockFinding(100_000, 110_000, 110_100)).toMatchObject({
    status: 'bad',
    found: expect.stringMatching(/^10 s ahead/),
  });
  expect(clockFinding(100_000, 20_000, 40_000)).toMatchObject({
    status: 'bad',
    found: expect.stringMatching(/^60 s behind/),
  });
});

it('a disk that is nearly full is bad before it is full', () => {
  expect(spaceFinding(50 * 1024 ** 2).status).toBe('bad');
  expect(spaceFinding(500 * 1024 ** 2).status).toBe('note');
  expect(spaceFinding(5 * 1024 ** 3).status).toBe('ok');
});

it('a Postgres that is too old is refused with the one that is needed', () => {
  expect(() => refuseOldServer(14)).toThrow(expect.objectContaining({ next: expect.stringContaining('15') }));
  expect(() => refuseOldServer(15)).not.toThrow();
});

it('hooks of a harness that were written and are gone, or altered, are bad', async () => {
  const environment = readEnvironment({ HOME: folder, INTERLOCK_HOME: folder }, process.execPath, folder);
  const path = join(folder, '.codex', 'hooks.json');
  const known = (state: string) => [{ path, harness: 'codex', state }];
  const found = async (state: string) => checkHarnesses(environment, join(folder, 'work'), known(state));
  expect(await checkHarnesses(environment, join(folder, 'work'), [])).toEqual([]);
  expect(await found('in_force')).toMatchObject([
    { status: 'bad', found: expect.stringContaining('are gone') },
  ]);
  mkdirSync(join(folder, '.codex'));
  expect(await checkHarnesses(environment, join(folder, 'work'), [])).toMatchObject([{ status: 'note' }]);
  writeFileSync(path, '{"hooks":{"PreToolUse":[{"hooks":[{"command":"interlock hook codex PreToolUse"}]}]}}');
  expect(await found('in_force')).toMatchObject([
    { status: 'bad', found: expect.stringContaining('trust'), mend: expect.stringContaining('/hooks') },
  ]);
  const trusted = `[hooks.state."${path}:pre_tool_use:0:0"]\ntrusted_hash = "sha256:1"\n`;
  writeFileSync(join(folder, '.codex', 'config.toml'), trusted);
  expect(await found('in_force')).toMatchObject([{ status: 'ok' }]);
  expect(await found('altered')).toMatchObject([
    { status: 'bad', found: expect.stringContaining('not as they were') },
  ]);
  writeFileSync(join(folder, '.codex', 'config.toml'), '[features]\nhooks = false\n');
  expect(await found('in_force')).toMatchObject([
    { status: 'bad', found: expect.stringContaining('features.hooks') },
  ]);
});

it('settings of a harness that cannot be read are not taken for none', async () => {
  const home = join(folder, 'other');
  const path = join(home, '.claude', 'settings.json');
  mkdirSync(path, { recursive: true });
  const environment = readEnvironment({ HOME: home, INTERLOCK_HOME: home }, process.execPath, home);
  expect(await checkHarnesses(environment, join(home, 'work'), [])).toMatchObject([
    { check: 'Claude Code', status: 'bad', found: `${path} cannot be read (EISDIR)` },
  ]);
});
