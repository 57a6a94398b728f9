/**
 * Two scripted agents at work in the repository of the demo, each a real MCP client on the stdio bridge whose edits and
 * commands are put to the real hook first. What they do is printed as it happens. When the story is over they stay
 * connected, so that there is something to look at, until standard input ends.
 *
 * usage: demo --bridge dist/bridge.js --folder <repository> [--pace 1]
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { DemoAgent } from './agent.ts';
import { story } from './story.ts';

/** Often enough for an agent to count as active, in milliseconds. */
const heartbeatMs = 20_000;

const { values: options } = parseArgs({
  options: {
    bridge: { type: 'string' },
    folder: { type: 'string' },
    pace: { type: 'string', default: '1' },
  },
});
if (options.bridge === undefined || options.folder === undefined)
  throw new Error('Say where bridge and repository are: --bridge <dist/bridge.js> --folder <repository>');

const started = Date.now();
const agents: DemoAgent[] = [];
process.stdin.resume();
process.stdin.once('end', leave);

const place = {
  bridge: path.resolve(options.bridge),
  folder: path.resolve(options.folder),
  environment: inherited(),
};
const stage = {
  pace: Number(options.pace),
  say(name: string, words: string) {
    const seconds = Math.round((Date.now() - started) / 1000);
    process.stdout.write(`${String(seconds).padStart(4)} s  ${name.padEnd(5)} ${words}\n`);
  },
};
const { ending } = await story(stage, place, agent => agents.push(agent));
ending.then(() => stage.say('', 'The story is over. The agents stay connected.'), fail);
for (;;) {
  await delay(heartbeatMs);
  for (const agent of agents) await agent.call('heartbeat');
}

/** Whoever started the demo is gone or has had enough of it. A coordinator that is gone too needs no farewell. */
function leave(): void {
  Promise.allSettled(
    agents.map(async agent => {
      await agent.call('end_session').catch(() => undefined);
      await agent.close();
    }),
  ).finally(() => process.exit());
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]),
  );
}
