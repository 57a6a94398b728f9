import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { runBridge } from '../../e2e/support/bridge.ts';
import { connectAgent } from '../../e2e/support/mcp-agent.ts';
import type { ToolUse } from './conversation.ts';
import type { Workplace } from './workplace.ts';

/** An agent as a suite runs it: how it is asked, how its model changes a file, and how it is called among agents. */
export interface AgentBeside {
  readonly ask: (prompt: string) => Promise<unknown>;
  readonly change: (file: string, before: string, after: string) => ToolUse;
}

/** What is locked in the repository, in the order of names. */
export async function lockedFiles({ bridge }: Workplace): Promise<readonly string[]> {
  const { stdout } = await runBridge(bridge, ['locks', '--json']);
  const { locks }: { locks: { file_path: string }[] } = JSON.parse(stdout);
  return locks.map(({ file_path }) => file_path).sort();
}

/** Another agent holds one of two files that the agent is told to change: it changes the free one, and its locks end with it. */
export async function changesWhatIsFree(workplace: Workplace, { ask, change }: AgentBeside): Promise<void> {
  const { model, bridge, repository } = workplace;
  const textOf = (file: string) => readFileSync(path.join(repository.folder, file), 'utf8');
  const before = textOf('src/orders.js');
  const other = await connectAgent(bridge, 'other-agent');
  await other.call('acquire_lock', { file_path: 'src/orders.js', reason: 'jam' });
  let held: readonly string[] = [];
  model.play('Count from two thousand', [
    { use: [change('src/orders.js', 'let lastNumber = 1000;', 'let lastNumber = 2000;')] },
    { use: [change('src/stock.js', '/** Puts goods back on the shelf. */', '/** Gives goods back. */')] },
    async () => {
      held = await lockedFiles(workplace);
      return { say: 'One of them.' };
    },
  ]);
  await ask('Count from two thousand');
  const [refused] = model.results('Count from two thousand');
  expect(refused?.text).toMatch(/src\/orders\.js is locked by other_agent .*“jam”/);
  expect(textOf('src/orders.js')).toBe(before);
  expect(textOf('src/stock.js')).toContain('Gives goods back');
  expect(held).toEqual(['src/orders.js', 'src/stock.js']);
  // Its end was announced, and gave back what it held.
  expect(await lockedFiles(workplace)).toEqual(['src/orders.js']);
  await other.call('end_session');
  await other.close();
  await repository.git('checkout', '--', '.');
}

/** The agent locks a file by a tool of Interlock and changes it by its own; meanwhile nobody else gets it, and then it is free. */
export async function changesWhatItLocked(
  workplace: Workplace,
  { ask, change, acquireLock, name }: AgentBeside & { readonly acquireLock: string; readonly name: string },
): Promise<void> {
  const { model, bridge, repository } = workplace;
  const other = await connectAgent(bridge, 'other-agent');
  let refusal: unknown;
  model.play('Lock, then change', [
    { use: [{ tool: acquireLock, input: { file_path: 'src/stock.js' } }] },
    async () => {
      refusal = await other.call('acquire_lock', { file_path: 'src/stock.js' });
      return { use: [change('src/stock.js', '/** Puts goods back on the shelf. */', '/** Mine. */')] };
    },
    { say: 'Done.' },
  ]);
  await ask('Lock, then change');
  expect(model.results('Lock, then change')[0]?.text).toContain('"success":true');
  expect(refusal).toMatchObject({ success: false, locked_by: name });
  expect(readFileSync(path.join(repository.folder, 'src/stock.js'), 'utf8')).toContain('Mine.');
  expect(await lockedFiles(workplace)).toEqual([]);
  await other.close();
  await repository.git('checkout', '--', '.');
}
