import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { homeFolder } from '../../../src/coordinator/home.ts';
import { type Agent, knownAgents, type Scope } from '../../../src/extension/agent-files.ts';
import { hookLauncherIn, launcherIn, updateLauncher } from '../../../src/extension/launcher.ts';
import type { Workplace } from './workplace.ts';

/**
 * Does to the configuration of an agent what “Interlock: Connect an Agent…” does after a person has agreed, by the same
 * functions. Answers the agent as the editor knows it.
 */
export async function connect(
  { run, repository, bridge }: Workplace,
  id: Agent['id'],
  scope: Scope = 'user',
): Promise<Agent> {
  const store = homeFolder({ env: {}, userHome: run.home });
  await updateLauncher(store, bridge.program);
  const launchers = { bridge: launcherIn(store), hook: hookLauncherIn(store) };
  const agent = knownAgents(launchers, run.home).find(known => known.id === id);
  if (agent === undefined) throw new Error(`Nobody knows an agent ${id}.`);
  for (const file of agent.files(scope, repository.folder)) {
    await mkdir(path.dirname(file.path), { recursive: true });
    await writeFile(file.path, file.add(await readFile(file.path, 'utf8').catch(() => undefined)));
  }
  return agent;
}
