import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { runCommand } from './support/command-palette.ts';
import { picture } from './support/screenshots.ts';
import { useSession } from './support/session.ts';
import { containerBadge, foldOthers, rowTexts, showContainer, widenSideBar } from './support/views.ts';

const session = useSession('demo', { settings: { 'workbench.colorTheme': 'Dark Modern' } });

/** The story takes its minute, on a busy machine more. */
const minutes = { timeout: 150_000, interval: 500 };

let demo: Page;

it('opens a window of its own, and makes every view alive there', { timeout: 300_000 }, async () => {
  const { page } = session();
  const opening = page.context().waitForEvent('page', { timeout: 60_000 });
  await runCommand(page, 'Interlock: Show Demo');
  demo = await opening;
  demo.setDefaultTimeout(30_000);
  await showContainer(demo, 'Interlock');
  await widenSideBar(demo, 170);
  await expect.poll(() => containerBadge(demo, 'Interlock'), minutes).toBe(1);
  await picture(demo, 'demo');
  await expect
    .poll(() => rowTexts(demo, 'Approvals'))
    .toEqual([expect.stringMatching(/^git push --force origin main .*ada$/)]);
  // Who was seen last comes first.
  expect((await rowTexts(demo, 'Agents')).sort()).toEqual([
    expect.stringMatching(/^ada waits for you/),
    expect.stringMatching(/^otto sell jam · 2 locks · 1 task/),
  ]);
  expect(await rowTexts(demo, 'Locks')).toContainEqual(expect.stringMatching(/^pricing\.js otto/));
  await foldOthers(demo, 'Work');
  await expect
    .poll(() => rowTexts(demo, 'Work'))
    .toEqual(expect.arrayContaining(['At work 1', 'Ready 1', 'Waiting for others 1', 'Ended 1']));
  await foldOthers(demo, 'Activity');
  await picture(demo, 'demo activity');
  expect(await rowTexts(demo, 'Activity')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ada left a handoff/),
      expect.stringMatching(/^ada remembers something/),
      expect.stringMatching(/^otto found src\/pricing\.js locked|^otto was kept out/),
      expect.stringMatching(/^ada was stopped: deletes /),
    ]),
  );
});

it('keeps the person’s own views as they were', async () => {
  const { page } = session();
  await showContainer(page, 'Interlock');
  expect(await rowTexts(page, 'Agents')).toEqual([]);
});

it('ends by command, and leaves nothing behind', async () => {
  const { run } = session();
  const demos = path.join(run.userData, 'User/globalStorage/interlock.interlock/demo');
  expect(readdirSync(demos)).toHaveLength(1);
  await runCommand(demo, 'Interlock: End Demo');
  await expect.poll(() => readdirSync(demos)).toEqual([]);
  // In a browser the window stays, without the folder that is gone.
  await expect.poll(() => demo.url()).not.toContain('shop');
});
