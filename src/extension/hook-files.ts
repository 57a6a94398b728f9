import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Harness } from '../coordinator/tool-use/harnesses.ts';
import { type HookSwitch, hookSwitches } from '../coordinator/tool-use/hook-switches.ts';
import type { Agent, AgentFile, HooksPart, Scope } from './agent-files.ts';
import type { Input, Output } from './api.ts';

export type KnownHookFile = Output<'list_hook_files'>['files'][number];
type Report = Input<'report_hook_file'>;

/**
 * How it stands with the hooks in a file. `outdated`: as an earlier version wrote them, and at work. `missing` and `altered` are
 * said only of what was written; a file that nobody connected is `absent`.
 */
export type HookStanding = 'absent' | 'inForce' | 'outdated' | 'missing' | 'altered' | 'switchedOff';

/** What a look at a file that may hold hooks found. */
export interface HookFileState {
  readonly agent: Agent['id'];
  readonly title: string;
  readonly harness: Harness;
  readonly scope: Scope;
  /** The folder of the window that it belongs to; empty for the person's own. */
  readonly folder: string;
  readonly path: string;
  readonly standing: HookStanding;
  /** The setting that keeps these hooks from running. */
  readonly switchedOffBy: HookSwitch | undefined;
  /** What the coordinator has to be told, since it knows otherwise. */
  readonly report: Report | undefined;
}

export interface HookSurroundings {
  /** The person's own folder. */
  readonly home: string;
  /** The folders of the window. */
  readonly folders: readonly string[];
  /** What was written, as the coordinator has it. */
  readonly known: readonly KnownHookFile[];
}

/** A file in which hooks of an agent may stand. */
interface Place {
  readonly agent: Agent;
  readonly scope: Scope;
  readonly folder: string;
  readonly file: AgentFile;
  readonly hooks: HooksPart;
}

/** Looks at every file of these agents in which hooks may stand. */
export async function lookAtHookFiles(
  agents: readonly Agent[],
  surroundings: HookSurroundings,
): Promise<readonly HookFileState[]> {
  return Promise.all(placesOf(agents, surroundings.folders).map(place => look(place, surroundings)));
}

/** The files whose change may change what {@link lookAtHookFiles} finds. */
export function watchedFiles(
  agents: readonly Agent[],
  { home, folders }: Omit<HookSurroundings, 'known'>,
): readonly string[] {
  const files = placesOf(agents, folders).flatMap(({ hooks, folder, file }) => [
    file.path,
    ...hookSwitches(hooks.harness, home, folder || home).map(({ path }) => path),
  ]);
  return [...new Set(files)];
}

/** What the record knows a file's hooks by. */
export function digestOf(part: string): string {
  return createHash('sha256').update(part).digest('hex');
}

function placesOf(agents: readonly Agent[], folders: readonly string[]): readonly Place[] {
  const scopes = [
    { scope: 'user' as const, folder: '' },
    ...folders.map(folder => ({ scope: 'project' as const, folder })),
  ];
  const places = agents.flatMap(agent =>
    scopes.flatMap(({ scope, folder }) =>
      agent.files(scope, folder).flatMap((file): Place[] => {
        const { hooks } = file;
        return hooks === undefined ? [] : [{ agent, scope, folder, file, hooks }];
      }),
    ),
  );
  // Some agents have one place for both.
  return places.filter(
    ({ file }, index) => places.findIndex(other => other.file.path === file.path) === index,
  );
}

async function look(place: Place, { home, folders, known }: HookSurroundings): Promise<HookFileState> {
  const { agent, scope, folder, file, hooks } = place;
  const before = known.find(({ path }) => path === file.path);
  const { standing, digest } = standingOf(place, await textOf(file.path), before);
  const isThere = standing === 'inForce' || standing === 'outdated';
  const around = scope === 'project' ? [folder] : folders.length === 0 ? [home] : folders;
  const switches = isThere ? await switchedOff(hooks.harness, home, around) : [];
  // What the record says of a person's own file must not depend on which project a window has open.
  const ownSwitches = hookSwitches(hooks.harness, home, home).map(({ path }) => path);
  const isOffForAll = switches.some(({ path }) => scope === 'project' || ownSwitches.includes(path));
  return {
    agent: agent.id,
    title: agent.title,
    harness: hooks.harness,
    scope,
    folder,
    path: file.path,
    standing: switches.length > 0 ? 'switchedOff' : standing,
    switchedOffBy: switches[0],
    report: reportOf(place, isOffForAll ? 'switchedOff' : standing, digest, before),
  };
}

function standingOf(
  { file, hooks }: Place,
  text: string | undefined,
  before: KnownHookFile | undefined,
): { readonly standing: HookStanding; readonly digest?: string } {
  const gone = { standing: before === undefined ? 'absent' : 'missing' } as const;
  if (text === undefined) return gone;
  try {
    const part = hooks.read(text);
    if (part === undefined) return gone;
    const digest = digestOf(part);
    if (part === hooks.read(file.add(text))) return { standing: 'inForce', digest };
    // Without a record there is nothing to compare with but what this version would write.
    return { standing: before === undefined || before.digest === digest ? 'outdated' : 'altered', digest };
  } catch {
    // Not even the harness can read it, so no hook of it runs.
    return { standing: before === undefined ? 'absent' : 'altered' };
  }
}

function reportOf(
  { file, hooks, scope }: Place,
  standing: HookStanding,
  digest: string | undefined,
  before: KnownHookFile | undefined,
): Report | undefined {
  const about = { path: file.path, harness: hooks.harness, scope };
  switch (standing) {
    case 'absent':
      return undefined;
    case 'inForce':
    case 'outdated':
      return before?.state === 'in_force' && before.digest === digest
        ? undefined
        : { ...about, what: 'in_force', digest };
    case 'missing':
    case 'altered':
      return before === undefined || before.state === standing ? undefined : { ...about, what: standing };
    case 'switchedOff':
      return before === undefined || before.state === 'switched_off'
        ? undefined
        : { ...about, what: 'switched_off' };
  }
}

async function switchedOff(
  harness: Harness,
  home: string,
  folders: readonly string[],
): Promise<HookSwitch[]> {
  const switches = folders.flatMap(folder => hookSwitches(harness, home, folder));
  const states = await Promise.all(switches.map(async one => ({ one, text: await textOf(one.path) })));
  return states.filter(({ one, text }) => text !== undefined && one.isOff(text)).map(({ one }) => one);
}

/** Undefined where there is no such file, or none that can be read: then the harness reads none either. */
function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
