/**
 * Two scripted agents at work in a repository, each a real MCP client on the stdio bridge whose edits and commands are
 * put to the real hook first: about a minute in which they connect, take locks, collide, hand over, and one of them
 * tries a force push that a person has to decide on. What they do is printed as it happens.
 *
 * usage: tsx scripts/demo-agents.ts --bridge dist/bridge.js --folder <repository> [--pace 1] [--stay]
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import type { Bridge } from '../test/e2e/support/bridge.ts';
import { askHook, claudeToolUse, type HookAnswer } from '../test/e2e/support/hook.ts';
import { connectAgent, type McpAgent, type ToolAnswer } from '../test/e2e/support/mcp-agent.ts';

interface Stage {
  readonly bridge: Bridge;
  /** Seconds of a thought; 0 plays the story as fast as it goes. */
  readonly pace: number;
  readonly started: number;
}

interface Agent {
  readonly stage: Stage;
  readonly name: string;
  readonly session: string;
  readonly bridge: Bridge;
  readonly mcp: McpAgent;
}

/** A call that is not answered by then, in milliseconds, waits for a person. */
const patienceMs = 2_000;

const { values: options } = parseArgs({
  options: {
    bridge: { type: 'string' },
    folder: { type: 'string' },
    pace: { type: 'string', default: '1' },
    stay: { type: 'boolean', default: false },
  },
});
if (options.bridge === undefined || options.folder === undefined) {
  throw new Error(
    'Say where the bridge and the repository are: --bridge <dist/bridge.js> --folder <repository>',
  );
}
const stage: Stage = {
  bridge: { program: path.resolve(options.bridge), folder: options.folder, environment: inherited() },
  pace: Number(options.pace),
  started: Date.now(),
};
const agents = await story(stage);
if (options.stay) {
  console.log('The story is over. The agents stay connected, so that there is something to look at.');
  await new Promise(() => setInterval(() => {}, 60_000));
}
for (const agent of agents) await agent.mcp.close();

async function story(stage: Stage): Promise<readonly Agent[]> {
  const ada = await join(stage, 'Ada', 'claude-code', 'claude_code_cli');
  const otto = await join(stage, 'Otto', 'codex', 'codex_cloud_worker');

  await takeLock(ada, 'src/pricing.js', 'a fifth off from fifty pieces on');
  await takeLock(otto, 'src/stock.js', 'we sell jam now');
  await edit(
    ada,
    'src/pricing.js',
    'quantity >= 10 ? 0.1 : 0',
    'quantity >= 50 ? 0.2 : quantity >= 10 ? 0.1 : 0',
  );
  await edit(otto, 'src/stock.js', "  ['honey', 12],\n", "  ['honey', 12],\n  ['jam', 30],\n");

  say(otto, 'needs a price for jam, but Ada is still at work in that file');
  await edit(otto, 'src/pricing.js', 'honey: 710 }', 'honey: 710, jam: 450 }');
  await takeLock(otto, 'src/pricing.js', 'the price of jam');
  say(otto, 'queues for the file');
  const itsTurn = takeLock(otto, 'src/pricing.js', 'the price of jam', { wait_seconds: 50 });

  await command(ada, 'node --test');
  await command(ada, 'git commit --message "A fifth off from fifty pieces on" src/pricing.js');
  await command(ada, 'git push origin main');
  await release(ada, 'src/pricing.js');
  await itsTurn;
  await edit(otto, 'src/pricing.js', 'honey: 710 }', 'honey: 710, jam: 450 }');

  say(ada, 'does not like the message of the commit she has just pushed');
  await command(ada, 'git commit --amend --message "Discount: a fifth off from fifty pieces on"');
  const rewrite = command(ada, 'git push --force origin main');
  await command(
    otto,
    'git commit --all --message "Sell jam; explain why rm -rf / is no way to clean a shelf"',
  );
  await release(otto, 'src/pricing.js');
  await rewrite;
  return [ada, otto];
}

async function join(stage: Stage, name: string, client: string, type: string): Promise<Agent> {
  const session = randomUUID();
  const environment = {
    ...stage.bridge.environment,
    INTERLOCK_AGENT_ID: name.toLowerCase(),
    INTERLOCK_AGENT_TYPE: type,
    INTERLOCK_SESSION_ID: session,
  };
  const bridge = { ...stage.bridge, environment };
  const agent = { stage, name, session, bridge, mcp: await connectAgent(bridge, client) };
  say(agent, `connects as ${client}`);
  await think(agent, 2);
  return agent;
}

async function takeLock(agent: Agent, file: string, reason: string, more: ToolAnswer = {}): Promise<void> {
  const answer = await agent.mcp.call('acquire_lock', { file_path: file, reason, ...more });
  if (answer.success === true) say(agent, `holds ${file}, fence ${answer.fence}`);
  else say(agent, `is refused ${file}: ${answer.reason}. ${answer.suggestion}`);
  await think(agent, 2);
}

async function release(agent: Agent, file: string): Promise<void> {
  await agent.mcp.call('release_lock', { file_path: file });
  say(agent, `releases ${file}`);
}

/** Edits a file as a harness does: the hook first, and only if it has no objection the file. */
async function edit(agent: Agent, file: string, oldText: string, newText: string): Promise<void> {
  const absolute = path.join(agent.bridge.folder, file);
  const input = { file_path: absolute, old_string: oldText, new_string: newText };
  const answer = await beforeTool(agent, 'Edit', input);
  say(agent, `edits ${file}: ${verdict(answer)}`);
  if (answer.decision === 'none') {
    await writeFile(absolute, (await readFile(absolute, 'utf8')).replace(oldText, newText));
  }
  await think(agent, 3);
}

/** Runs a command as a harness does: the hook first, which may take as long as a person needs. */
async function command(agent: Agent, line: string): Promise<void> {
  say(agent, `$ ${line}`);
  const waiting = setTimeout(() => say(agent, 'waits: a person has to decide in the editor'), patienceMs);
  const answer = await beforeTool(agent, 'Bash', { command: line, description: '' });
  clearTimeout(waiting);
  if (answer.decision === 'none') {
    if (answer.milliseconds > patienceMs) say(agent, 'may go on');
    const { folder, environment } = agent.bridge;
    await promisify(execFile)('sh', ['-c', line], { cwd: folder, env: environment });
  } else {
    say(agent, verdict(answer));
    const approval = /approval_id ([0-9a-f-]{36})/.exec(answer.reason)?.[1];
    if (approval !== undefined && (await isApproved(agent, approval))) return command(agent, line);
  }
  await think(agent, 2);
}

/** Does what the hook said when its time was over: waits for the person, however long they take. */
async function isApproved(agent: Agent, approval: string): Promise<boolean> {
  for (;;) {
    const { status } = await agent.mcp.call('wait_for_approval', { approval_id: approval });
    if (status === 'pending') continue;
    say(agent, `learns that it was ${status}`);
    return status === 'approved';
  }
}

function beforeTool(agent: Agent, tool: string, input: ToolAnswer): Promise<HookAnswer> {
  return askHook(agent.bridge, 'claude', 'PreToolUse', claudeToolUse(agent.session, tool, input));
}

function verdict({ decision, reason }: HookAnswer): string {
  if (decision === 'none') return 'no objection';
  return `${decision === 'deny' ? 'denied' : 'a person is asked'}: ${reason}`;
}

async function think(agent: Agent, seconds: number): Promise<void> {
  await delay(seconds * agent.stage.pace * 1000);
}

function say(agent: Agent, words: string): void {
  const seconds = Math.round((Date.now() - agent.stage.started) / 1000);
  console.log(`${String(seconds).padStart(4)} s  ${agent.name.padEnd(5)} ${words}`);
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]),
  );
}
