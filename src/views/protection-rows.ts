import path from 'node:path';
import * as l10n from '@vscode/l10n';
import type { HookFileState, HookStanding } from '../extension/hook-files.ts';
import { colors, commands, rowKinds } from '../extension/ids.ts';
import type { ProjectState } from '../extension/project-state.ts';
import type { WindowState } from '../extension/window-state.ts';
import { ago, moment } from './durations.ts';
import { harnessTitle, hookTrouble, isBroken } from './hook-words.ts';
import { facts, type Icon, type Row } from './row.ts';
import { unguardedWords } from './status-words.ts';

/** The file that the commands of a row act on. */
export interface HookSubject {
  readonly hookFile: HookFileState;
}

/** Worst first: of several files of a harness, this one is what a person has to know of. */
const gravity: readonly HookStanding[] = [
  'missing',
  'altered',
  'switchedOff',
  'outdated',
  'inForce',
  'absent',
];

/**
 * Harness by harness, whether its edits and commands are checked. Only hooks that have called are said to guard: that a file
 * says so does not prove that anybody reads it.
 */
export function protectionRow(state: WindowState, project: ProjectState, now: number): Row<HookSubject> {
  const files = (state.hookFiles ?? []).filter(
    ({ scope, folder }) => scope === 'user' || folder === project.folder,
  );
  const harnesses = [...new Set(files.map(({ harness }) => harness))];
  const rows = [
    editorRow(state, project, now),
    ...harnesses.map(harness =>
      harnessRow(
        project,
        files.filter(file => file.harness === harness),
        now,
      ),
    ),
  ];
  const guarding = rows.filter(({ icon }) => icon === guards).length;
  const first = files.find(isBroken);
  const description =
    first === undefined
      ? l10n.t('{0} of {1} guarded', guarding, rows.length - (state.isWithoutAgents ? 1 : 0))
      : l10n.t('hooks of {0} do not work', first.title);
  return {
    id: `protection ${project.folder}`,
    label: l10n.t('Protection'),
    description,
    ...(first === undefined ? {} : { icon: fails }),
    children: rows,
    folded: true,
  };
}

const guards: Icon = { name: 'shield', color: colors.clear };
const waits: Icon = { name: 'circle-outline', color: colors.clear };
const fails: Icon = { name: 'warning', color: colors.refused };
const isOff: Icon = { name: 'circle-slash' };

interface Said {
  readonly words: string;
  readonly text: string;
  readonly icon: Icon;
}

/** The agent of this editor, whose hooks come with the extension. */
function editorRow(state: WindowState, project: ProjectState, now: number): Row<HookSubject> {
  const title = l10n.t('VS Code’s agent');
  const fired = firedAt(project, 'vscode');
  const said = editorSays(state, project, fired, now);
  return {
    id: `protection vscode ${project.folder}`,
    label: title,
    description: said.words,
    spoken: `${title}, ${said.words}`,
    icon: said.icon,
    tooltip: {
      title,
      text: said.text,
      facts: facts(
        [l10n.t('Hooks'), l10n.t('a plugin of this extension')],
        [l10n.t('Last called'), fired && moment(fired, now)],
      ),
    },
    kind: rowKinds.editorHooks,
    click: { command: commands.openHookSettings, title: l10n.t('Open Settings') },
  };
}

function editorSays(
  { unguarded, isWithoutAgents }: WindowState,
  { project }: ProjectState,
  fired: string | undefined,
  now: number,
): Said {
  if (isWithoutAgents) {
    const text = l10n.t('The setting chat.disableAIFeatures is on, so this editor has no agent to guard.');
    return { words: l10n.t('no agent here'), text, icon: isOff };
  }
  if (unguarded !== undefined)
    return { words: l10n.t('switched off'), text: unguardedWords(unguarded), icon: fails };
  const silent = project?.troubles.find(({ what }) => what === 'guard');
  if (silent !== undefined)
    return { words: l10n.t('not running'), text: `${silent.message} ${silent.next}`, icon: fails };
  return sayings(l10n.t('VS Code’s agent'), fired, now);
}

function harnessRow(project: ProjectState, files: readonly HookFileState[], now: number): Row<HookSubject> {
  const [file] = [...files].sort((a, b) => gravity.indexOf(a.standing) - gravity.indexOf(b.standing));
  if (file === undefined) throw new Error('a harness without a file has no row');
  const title = harnessTitle(file.harness);
  const fired = firedAt(project, file.harness);
  const said = fileSays(file, fired, now);
  const description = file.standing === 'absent' ? said.words : `${said.words} · ${place(file)}`;
  return {
    id: `protection ${file.harness} ${project.folder}`,
    label: title,
    description,
    spoken: `${title}, ${description}`,
    icon: said.icon,
    tooltip: {
      title,
      text: said.text,
      facts: facts(
        ...files
          .filter(({ standing }) => standing !== 'absent')
          .map(each => [scopeWords(each), each.path] as const),
        [l10n.t('Last called'), fired && moment(fired, now)],
      ),
    },
    kind: kindOf(file),
    subject: { hookFile: file },
  };
}

function fileSays(file: HookFileState, fired: string | undefined, now: number): Said {
  const { title, standing } = file;
  switch (standing) {
    case 'absent':
      return {
        words: l10n.t('not connected'),
        text: l10n.t(
          '{0} has no hooks of Interlock here: its edits and commands are not checked. If it calls Interlock’s tools, it is only advised.',
          title,
        ),
        icon: isOff,
      };
    case 'missing':
      return { words: l10n.t('hooks removed'), text: hookTrouble(file) ?? '', icon: fails };
    case 'altered':
      return { words: l10n.t('hooks altered'), text: hookTrouble(file) ?? '', icon: fails };
    case 'switchedOff':
      return { words: l10n.t('switched off'), text: hookTrouble(file) ?? '', icon: fails };
    case 'outdated': {
      const said = sayings(title, fired, now);
      const older = l10n.t('An earlier version wrote its hooks; Restore Hooks brings them up to date.');
      return { ...said, text: `${said.text} ${older}` };
    }
    case 'inForce': {
      const said = sayings(title, fired, now);
      if (fired !== undefined || file.harness !== 'codex') return said;
      const trust = l10n.t('Codex runs hooks only after you have trusted them: enter /hooks in it once.');
      return { ...said, text: `${said.text} ${trust}` };
    }
  }
}

/** Of hooks that stand where they should: whether they are known to run. */
function sayings(title: string, fired: string | undefined, now: number): Said {
  return fired === undefined
    ? {
        words: l10n.t('installed, has not called yet'),
        text: l10n.t(
          'The hooks are in place, and none has called from this project yet. Until one does, nothing shows that {0} runs them.',
          title,
        ),
        icon: waits,
      }
    : {
        words: l10n.t('guarded, called {0}', ago(fired, now)),
        text: l10n.t(
          'Before an edit or a command, {0} asks Interlock: locks, guardrails, policies and approvals hold. What a program does once it runs is not watched.',
          title,
        ),
        icon: guards,
      };
}

function firedAt({ hooks }: ProjectState, harness: string): string | undefined {
  return hooks?.fired.find(fired => fired.harness === harness)?.fired_at;
}

function kindOf(file: HookFileState) {
  if (isBroken(file)) return rowKinds.brokenHooks;
  switch (file.standing) {
    case 'absent':
      return rowKinds.absentHooks;
    case 'outdated':
      return rowKinds.outdatedHooks;
    default:
      return rowKinds.hooks;
  }
}

function scopeWords({ scope }: HookFileState): string {
  return scope === 'user' ? l10n.t('For all repositories') : l10n.t('For this repository');
}

/** The file as people spell it; which folder it is in says the tooltip. */
function place({ scope, path: file }: HookFileState): string {
  const parts = file.split(path.sep);
  // From the agent's own folder on.
  const short = path.join(...parts.slice(parts.findLastIndex(part => part.startsWith('.'))));
  return scope === 'user' ? path.join('~', short) : short;
}
