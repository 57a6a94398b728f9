import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DemoAgent, Verdict } from './agent.ts';

/** How the story is told. */
export interface Stage {
  /** Seconds of a thought; 0 plays the story as fast as it goes. */
  readonly pace: number;
  readonly say: (name: string, words: string) => void;
}

/** A call that is not answered by then, in milliseconds, waits for a person. */
const patienceMs = 2_000;

export async function takeLock(stage: Stage, agent: DemoAgent, file: string, more: object): Promise<void> {
  const answer = await agent.call('acquire_lock', { file_path: file, ...more });
  if (answer.success === true) stage.say(agent.name, `holds ${file}, fence ${answer.fence}`);
  else stage.say(agent.name, `is refused ${file}: ${answer.reason}. ${answer.suggestion}`);
  await think(stage, 2);
}

/** Edits a file as a harness does: the hook first, and only if it has no objection the file. */
export async function edit(
  stage: Stage,
  agent: DemoAgent,
  file: string,
  before: string,
  after: string,
): Promise<void> {
  const absolute = path.join(agent.place.folder, file);
  const input = { file_path: absolute, old_string: before, new_string: after };
  const verdict = await agent.beforeTool('Edit', input);
  stage.say(agent.name, `edits ${file}: ${wordsOf(verdict)}`);
  if (verdict.decision === 'none')
    await writeFile(absolute, (await readFile(absolute, 'utf8')).replace(before, after));
  await think(stage, 3);
}

/** Runs git or node as a harness does: the hook first, which may take as long as a person needs. */
export async function run(stage: Stage, agent: DemoAgent, line: string, args: readonly string[]) {
  const verdict = await askAbout(stage, agent, line);
  if (verdict.decision === 'none') await carryOut(agent, args);
  else if (await isApprovedLater(stage, agent, verdict)) await run(stage, agent, line, args);
  await think(stage, 2);
}

/** Asks for what no answer would make the demo do. */
export async function attempt(stage: Stage, agent: DemoAgent, line: string): Promise<void> {
  await askAbout(stage, agent, line);
  await think(stage, 2);
}

async function askAbout(stage: Stage, agent: DemoAgent, line: string): Promise<Verdict> {
  stage.say(agent.name, `$ ${line}`);
  const waiting = setTimeout(
    () => stage.say(agent.name, 'waits: a person has to decide in the editor'),
    patienceMs,
  );
  const verdict = await agent.beforeTool('Bash', { command: line, description: '' });
  clearTimeout(waiting);
  if (verdict.decision !== 'none') stage.say(agent.name, wordsOf(verdict));
  return verdict;
}

async function carryOut({ place }: DemoAgent, [program = '', ...args]: readonly string[]): Promise<void> {
  const options = { cwd: place.folder, env: place.environment, windowsHide: true };
  // A window that was loaded again plays the story again, and then there is nothing to commit.
  await promisify(execFile)(program, args, options).catch(() => undefined);
}

/** Does what the hook said when its time was over: waits for the person, however long they take. */
async function isApprovedLater(stage: Stage, agent: DemoAgent, { reason }: Verdict): Promise<boolean> {
  const approval = /approval_id ([0-9a-f-]{36})/.exec(reason)?.[1];
  if (approval === undefined) return false;
  for (;;) {
    const { status } = await agent.call('wait_for_approval', { approval_id: approval });
    if (status === 'pending') continue;
    stage.say(agent.name, `learns that it was ${status}`);
    return status === 'approved';
  }
}

export async function think({ pace }: Stage, seconds: number): Promise<void> {
  await delay(seconds * pace * 1000);
}

function wordsOf({ decision, reason }: Verdict): string {
  if (decision === 'none') return 'no objection';
  return `${decision === 'deny' ? 'denied' : 'a person is asked'}: ${reason}`;
}
