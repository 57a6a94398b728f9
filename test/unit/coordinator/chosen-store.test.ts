import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseStore } from '../../../src/coordinator/choose-store.ts';
import { chosenStore } from '../../../src/coordinator/chosen-store.ts';
import { claimFolder } from '../../../src/coordinator/host/folder.ts';

const url = 'postgres://robin:s3cret@db.example/interlock';

describe('the store that agents find who are told no more than the home', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'interlock-chosen-'));
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  test('is the embedded one where nobody chose, and where there is no home yet', () => {
    expect(chosenStore(home)).toEqual({ folder: home, isShared: false });
    const missing = path.join(home, 'missing');
    expect(chosenStore(missing)).toEqual({ folder: missing, isShared: false });
  });

  test('is where the coordinator of the chosen database has its claims', async () => {
    await chooseStore(home, url);
    expect(chosenStore(home)).toEqual({ folder: await claimFolder(home, url), isShared: true });
    await chooseStore(home, `${url}2`);
    expect(chosenStore(home).folder).toBe(await claimFolder(home, `${url}2`));
  });

  test('is the embedded one again when that is chosen', async () => {
    await chooseStore(home, url);
    await chooseStore(home, undefined);
    await chooseStore(home, undefined);
    expect(chosenStore(home).isShared).toBe(false);
  });

  test('tells nothing of the address, and leaves no drafts', async () => {
    await chooseStore(home, url);
    const [choice, ...others] = await readdir(path.join(home, 'shared'));
    expect(others).toEqual([]);
    expect(await readFile(path.join(home, 'shared', choice ?? ''), 'utf8')).toMatch(/^[0-9a-f]{16}\n$/);
  });

  test('is never a folder elsewhere, whatever stands in the file', async () => {
    await chooseStore(home, url);
    for (const text of ['', '../../etc', '/etc', `${'a'.repeat(16)}/..`]) {
      await writeFile(path.join(home, 'shared', 'chosen'), text);
      expect(chosenStore(home)).toEqual({ folder: home, isShared: false });
    }
  });
});
