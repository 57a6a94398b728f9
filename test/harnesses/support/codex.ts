import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { type Finished, runToEnd } from './finished.ts';
import { cli } from './machine.ts';
import type { Workplace } from './workplace.ts';

export interface CodexOptions {
  /** Codex has other tools for other models; default: one that calls each tool by itself and has `apply_patch`. */
  readonly model?: string;
  readonly args?: readonly string[];
}

const settings = (...each: readonly string[]) => each.flatMap(setting => ['-c', setting]);

/** Looks for nothing outside. */
const quiet = settings(
  'check_for_update_on_startup=false',
  'analytics.enabled=false',
  'features.plugins=false',
  'features.apps=false',
);

/**
 * Puts a prompt to the real Codex in the workplace's repository, with the scripted model behind it, and waits for its end. It
 * asks for nothing and confines nothing, so that nothing but Interlock is in its way.
 */
export function askCodex(
  { model: { address }, repository, environment }: Workplace,
  prompt: string,
  { model = 'gpt-5.5', args = [] }: CodexOptions = {},
): Promise<Finished> {
  const provider = `{ name = "scripted", base_url = "${address}/v1", wire_api = "responses", env_key = "SCRIPTED_KEY" }`;
  const scripted = settings(
    `model=${JSON.stringify(model)}`,
    'model_provider="scripted"',
    `model_providers.scripted=${provider}`,
  );
  return runToEnd({
    command: cli('codex'),
    args: ['exec', ...quiet, ...scripted, '--dangerously-bypass-approvals-and-sandbox', ...args, prompt],
    folder: repository.folder,
    environment: { ...environment, SCRIPTED_KEY: 'scripted' },
  });
}

const Hooks = z.object({
  data: z.array(
    z.object({
      hooks: z.array(z.object({ key: z.string(), currentHash: z.string(), trustStatus: z.string() })),
    }),
  ),
});

/**
 * Does what a person does in Codex with `/hooks`: looks at the hooks that it has found and trusts them. By the protocol
 * that its own surfaces speak, since that one is a screen. Answers how many they are.
 */
export async function trustHooks({ repository, environment }: Workplace): Promise<number> {
  const child = spawn(cli('codex'), [...quiet, 'app-server'], {
    cwd: repository.folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let asked = 0;
  const ask = async (method: string, params: object): Promise<unknown> => {
    asked += 1;
    const id = asked;
    child.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    for (;;) {
      const { value: line, done } = await lines.next();
      if (done) throw new Error(`Codex ended before it answered ${method}.`);
      const message: { id?: number; result?: unknown; error?: unknown } = JSON.parse(line);
      if (message.id !== id) continue;
      if (message.error !== undefined) throw new Error(`${method}: ${JSON.stringify(message.error)}`);
      return message.result;
    }
  };
  try {
    await ask('initialize', { clientInfo: { name: 'interlock-test', version: '0' } });
    const { data } = Hooks.parse(await ask('hooks/list', { cwds: [repository.folder] }));
    const hooks = data.flatMap(each => each.hooks);
    const value = Object.fromEntries(
      hooks.map(({ key, currentHash }) => [key, { trusted_hash: currentHash }]),
    );
    await ask('config/batchWrite', { edits: [{ keyPath: 'hooks.state', mergeStrategy: 'upsert', value }] });
    return hooks.length;
  } finally {
    child.kill();
  }
}
