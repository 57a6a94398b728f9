import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOwner } from '../../support/bridge/coordinators.ts';
import { runBridge, type Surroundings } from '../../support/bridge/program.ts';
import { temporaryFolder } from '../../support/host/processes.ts';

const noInfra =
  'forbid (principal, action in Action::"write", resource is File)\nwhen { resource.path like "infra/*" };\n';

describe('the command policy', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let around: Surroundings;

  beforeAll(async () => {
    folder = await temporaryFolder();
    around = { home: `${folder.path}/home`, cwd: folder.path };
  });
  afterAll(async () => {
    await endOwner(around.home);
    await folder[Symbol.asyncDispose]();
  });

  const file = async (name: string, text: string) => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return path;
  };
  const run = (...args: string[]) => runBridge(['policy', ...args], around);

  it('validates, with line and column, and says so by its exit code', async () => {
    const good = await file('infra.cedar', noInfra);
    const bad = await file('bad.cedar', noInfra.replace('resource.path', 'resource.pth'));
    expect(await run('validate', good)).toMatchObject({ code: 0, stdout: expect.stringContaining('valid') });
    const { code, stdout } = await run('validate', good, bad);
    expect(code).toBe(1);
    expect(stdout).toMatch(/bad\.cedar:2:8 .*pth/);
  });

  it('tests requests against the decisions that they should come to', async () => {
    const policies = [{ name: 'infra', text: noInfra }];
    const lock = (id: string, expected: string) => ({
      name: `a lock on ${id}`,
      operation: 'acquire_lock',
      resource: { type: 'File', id },
      expect: expected,
    });
    const right = { policies, cases: [lock('infra/a.tf', 'deny'), lock('src/a.ts', 'allow')] };
    const passed = await run('test', await file('right.json', JSON.stringify(right)));
    expect(passed).toMatchObject({ code: 0, stdout: expect.stringContaining('2 passed, 0 failed') });
    const wrong = { policies, cases: [lock('infra/a.tf', 'allow')] };
    const failed = await run('test', '--json', await file('wrong.json', JSON.stringify(wrong)));
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      files: [{ failed: 1, results: [{ decision: 'deny', expected: 'allow' }] }],
    });
  });

  it('shows what a policy would have changed', async () => {
    const { code, stdout } = await run('diff', '--json', await file('new.cedar', noInfra));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, changed: 0 });
  });

  it('says what it can do, and what is no file', async () => {
    expect(await run('nonsense')).toMatchObject({ code: 2 });
    expect((await run('validate', 'nowhere.cedar')).stderr).toContain('nowhere.cedar cannot be read');
  });
});
