import * as l10n from '@vscode/l10n';
import type { HookFileState } from '../extension/hook-files.ts';
import { commands } from '../extension/ids.ts';
import type { Trouble } from '../extension/project-state.ts';
import { projectsOf, troublesIn, type Unguarded, type WindowState } from '../extension/window-state.ts';
import { hookTrouble, isBroken } from './hook-words.ts';
import { onOneLine } from './shown-text.ts';
import { unguardedWords } from './status-words.ts';

/** Something that a person has to know of and can do something about. */
export interface Problem {
  /** The same for the same problem: it is told once until it has gone. */
  readonly id: string;
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly remedies: readonly Remedy[];
  /** It may well be meant so: a message pops up once for the workspace and not at every start. */
  readonly isMaybeMeant?: boolean;
}

export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** The one problem that stands in the way most. Others come up when it is solved. */
export function problemIn(state: WindowState): Problem | undefined {
  if (state.link === 'noFolder') return undefined;
  if (state.link === 'broken') return brokenLink(state);
  if (state.standing.is === 'stranger') return stranger(state.standing.error.message);
  const [trouble] = troublesIn(state);
  if (trouble) return troubleProblem(trouble);
  const broken = state.hookFiles?.find(file => hookTrouble(file) !== undefined);
  if (broken) return hookProblem(broken);
  const { unguarded } = state;
  if (unguarded !== undefined && !isChosen(unguarded)) return unguardedProblem(unguarded);
  const bare = projectsOf(state).find(({ isRepository }) => isRepository === false);
  return bare && noRepository(bare.project?.name ?? bare.folder);
}

function troubleProblem({ what, message, next }: Trouble): Problem {
  const showLog = { title: l10n.t('Show Log'), command: commands.showLog };
  const openSettings = {
    title: l10n.t('Open Settings'),
    command: 'workbench.action.openSettings',
    arguments: ['@id:chat.useHooks,chat.plugins.enabled,interlock.hooks.enabled'],
  };
  const setDatabase = { title: l10n.t('Set Shared Database…'), command: commands.setSharedDatabase };
  return {
    id: `trouble ${what}`,
    severity: 'warning',
    message: `${onOneLine(message)} ${onOneLine(next)}`,
    remedies: what === 'guard' ? [openSettings] : what === 'events' ? [showLog, setDatabase] : [showLog],
  };
}

function hookProblem(file: HookFileState): Problem {
  const openFile = { title: l10n.t('Open File'), command: commands.openHookFile, arguments: [file.path] };
  const remedies = isBroken(file)
    ? [
        { title: l10n.t('Restore'), command: commands.restoreHooks, arguments: [file.path] },
        { title: l10n.t('Leave Them Off'), command: commands.leaveHooksOff, arguments: [file.path] },
      ]
    : [openFile];
  return {
    id: `hooks ${file.standing} ${file.path}`,
    severity: 'warning',
    message: hookTrouble(file) ?? '',
    remedies,
    // A setting is nearly always a person's; what was taken out of a file may be anybody's.
    isMaybeMeant: !isBroken(file),
  };
}

function noRepository(name: string): Problem {
  return {
    id: `no repository ${name}`,
    severity: 'warning',
    message: l10n.t(
      '{0} is no git repository. Locks and approvals work, but nothing that an agent overwrites can be brought back.',
      onOneLine(name),
    ),
    remedies: [{ title: l10n.t('Initialize Repository'), command: 'git.init' }],
    isMaybeMeant: true,
  };
}

/** What the person has chosen, or the editor says already: shown in the status, but no message pops up for it. */
export function quietProblems({ unguarded }: WindowState): readonly Problem[] {
  return unguarded !== undefined && isChosen(unguarded) ? [unguardedProblem(unguarded)] : [];
}

function isChosen(unguarded: Unguarded): boolean {
  return unguarded === 'switchedOff' || unguarded === 'untrusted';
}

function brokenLink({ trouble }: WindowState): Problem | undefined {
  if (!trouble) return undefined;
  const message = trouble.next === undefined ? trouble.message : `${trouble.message} ${trouble.next}`;
  return { id: `link ${trouble.code}`, severity: 'error', message, remedies: remediesFor(trouble.code) };
}

function remediesFor(code: string): readonly Remedy[] {
  const tryAgain = { title: l10n.t('Try Again'), command: commands.reconnect };
  const showLog = { title: l10n.t('Show Log'), command: commands.showLog };
  switch (code) {
    case 'schema_too_new':
    case 'client_too_old':
      return [
        { title: l10n.t('Check for Updates'), command: 'workbench.extensions.action.checkForUpdates' },
        showLog,
      ];
    case 'store_unavailable':
      return [
        tryAgain,
        { title: l10n.t('Set Shared Database…'), command: commands.setSharedDatabase },
        showLog,
      ];
    default:
      return [tryAgain, showLog];
  }
}

function stranger(reason: string): Problem {
  return {
    id: 'stranger',
    severity: 'warning',
    message: l10n.t('This editor may look but not decide: {0}', reason),
    remedies: [
      { title: l10n.t('Copy a Request to Become an Operator'), command: commands.copyOperatorRequest },
      { title: l10n.t('Try Again'), command: commands.reconnect },
    ],
  };
}

function unguardedProblem(because: Unguarded): Problem {
  return {
    id: `unguarded ${because}`,
    severity: 'warning',
    message: unguardedWords(because),
    remedies: [remedyFor(because)],
  };
}

function remedyFor(because: Unguarded): Remedy {
  const openSetting = (name: string) => ({
    title: l10n.t('Open Setting'),
    command: 'workbench.action.openSettings',
    arguments: [`@id:${name}`],
  });
  switch (because) {
    case 'untrusted':
      return { title: l10n.t('Manage Trust'), command: 'workbench.trust.manage' };
    case 'chatHooksOff':
      return openSetting('chat.useHooks');
    case 'chatPluginsOff':
      return openSetting('chat.plugins.enabled');
    case 'switchedOff':
      return openSetting('interlock.hooks.enabled');
  }
}
