import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { commands, l10n, window } from 'vscode';
import { contextKeys, commands as ids, views } from '../ids.ts';
import { registerCommand } from '../register-command.ts';
import type { Services } from '../services.ts';
import { projectsOf } from '../window-state.ts';
import { type DemoPlace, windowFile } from './demo-place.ts';

export interface DemoOptions {
  /** `dist/bridge.js` of this extension. */
  readonly bridge: string;
  /** Gives the store of the demo back, so that its files can go. */
  readonly closeStore: () => Promise<void>;
}

/** The agents say good-bye in this time, in milliseconds, or are ended without. */
const farewellMs = 3_000;

/** Lets the scripted agents work as soon as somebody can decide about what they ask, until the demo is ended. */
export async function runDemo(
  services: Services,
  { root, home }: DemoPlace,
  { bridge, closeStore }: DemoOptions,
): Promise<void> {
  const { context, model, log } = services;
  let agents: ChildProcess | undefined;

  function start(): void {
    const [project] = projectsOf(model.state);
    if (agents || model.state.standing.is !== 'operator' || !project?.project) return;
    const program = context.asAbsolutePath('dist/demo.mjs');
    const env = { ...process.env, INTERLOCK_HOME: home, ELECTRON_RUN_AS_NODE: '1' };
    const args = [program, '--bridge', bridge, '--folder', project.folder];
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
    createInterface(child.stdout).on('line', line => log.info(line));
    createInterface(child.stderr).on('line', line => log.debug(line));
    child.on('error', error => log.error(error));
    agents = child;
    greet().then(undefined, error => log.warn(error));
  }

  async function leave(): Promise<void> {
    const child = agents;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.stdin?.end();
    const late = setTimeout(() => child.kill(), farewellMs);
    await gone;
    clearTimeout(late);
  }

  async function end(): Promise<void> {
    await leave();
    await closeStore();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
    await closeWindow();
  }

  context.subscriptions.push(
    registerCommand(services, ids.endDemo, end),
    model.onChange(start),
    // They leave when their standard input ends.
    { dispose: () => agents?.stdin?.end() },
  );
  await writeFile(path.join(root, windowFile), String(process.pid));
  await commands.executeCommand('setContext', contextKeys.demo, true);
  start();
}

async function greet(): Promise<void> {
  await commands.executeCommand(`${views.approvals}.focus`);
  const endDemo = l10n.t('End Demo');
  const answer = await window.showInformationMessage(
    l10n.t(
      'Two scripted agents are at work here. In about a minute one of them asks you; decide as you like, it touches nothing of yours.',
    ),
    endDemo,
  );
  if (answer === endDemo) await commands.executeCommand(ids.endDemo);
}

/** In a browser an editor cannot close its window, and leaves the folder instead. */
async function closeWindow(): Promise<void> {
  const close = 'workbench.action.closeWindow';
  const isKnown = (await commands.getCommands()).includes(close);
  await commands.executeCommand(isKnown ? close : 'workbench.action.closeFolder');
}
