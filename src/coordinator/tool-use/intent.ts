import path from 'node:path';
import type { Intent, PathIntent } from '../kernel/intent.ts';
import type { Access, Resource } from '../kernel/operation.ts';
import type { ShellKind, ToolAction } from './action.ts';

/** What the guard and the locks judge of a tool call. A call that cannot change anything has nothing to judge. */
export function intentOf(action: ToolAction, sessionFolder: string): Intent {
  switch (action.kind) {
    case 'shell':
      return commandIn(sessionFolder, action.command, action.shell, action.cwd);
    case 'task':
      return action.command === undefined
        ? {
            unknown: `It starts the task ${JSON.stringify(action.label ?? '')}, whose command the call does not show`,
          }
        : commandIn(sessionFolder, action.command, action.shell, action.cwd);
    case 'terminal_input':
      return commandIn(sessionFolder, action.text, action.shell);
    case 'edit':
    case 'write':
    case 'delete':
    case 'read':
      return {
        // A rename of a symbol may reach every file: it has to be free of others' locks, as before a `git reset`.
        paths: [...action.paths, ...(action.andOthers ? [wholeFolder] : [])].map(named => ({
          path: path.resolve(sessionFolder, named.path),
          access: named.access,
        })),
        ...(action.content === undefined ? {} : { content: action.content }),
        ...(action.replaces === undefined ? {} : { replaces: action.replaces }),
      };
    case 'fetch':
      return { domains: action.urls };
    case 'editor_command':
      return { unknown: `It runs the editor command ${action.command}` };
    case 'unknown':
      return action.mayWrite
        ? { unknown: `It calls ${action.tool}, a tool that Interlock does not know` }
        : {};
    case 'mcp':
    case 'agent':
    case 'none':
      return {};
  }
}

const wholeFolder: PathIntent = { path: '.', access: 'write' };

function commandIn(sessionFolder: string, text: string, shell: ShellKind, cwd = '.'): Intent {
  return { command: { text, shell, cwd: path.resolve(sessionFolder, cwd) } };
}

/** The files and hosts that a tool call names, as policies know them. */
export function thingsOf(action: ToolAction, folder: string, worktree: string | null): readonly Resource[] {
  switch (action.kind) {
    case 'edit':
    case 'write':
    case 'delete':
    case 'read':
      return action.paths.map(named => ({ type: 'File', id: relativeTo(worktree, folder, named.path) }));
    case 'fetch':
      return hostsOf(action.urls).map(id => ({ type: 'Domain', id }));
    default:
      return [];
  }
}

/** Relative to the worktree where it lies in it, else absolute. Links are not followed: the guard step does that. */
function relativeTo(worktree: string | null, folder: string, given: string): string {
  const absolute = path.resolve(folder, given);
  if (worktree === null) return absolute;
  const relative = path.relative(worktree, absolute);
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  if (outside) return absolute;
  return (path.sep === '\\' ? relative.replaceAll('\\', '/') : relative) || '.';
}

function hostsOf(urls: readonly string[]): readonly string[] {
  return urls.flatMap(url => (URL.canParse(url) ? [new URL(url).hostname] : []));
}

/** The access a tool call asks for. What may write counts as writing until something says otherwise. */
export function accessOfAction(action: ToolAction): Access {
  switch (action.kind) {
    case 'read':
    case 'fetch':
    case 'mcp':
    case 'agent':
    case 'none':
      return 'read';
    case 'unknown':
      return action.mayWrite ? 'write' : 'read';
    default:
      return 'write';
  }
}

/** The call in a few words, for the record and for a person: the command, the file, or the tool's name. */
export function subjectOf(action: ToolAction, tool: string): string {
  switch (action.kind) {
    case 'shell':
      return action.command;
    case 'task':
      return action.command ?? action.label ?? tool;
    case 'terminal_input':
      return action.text;
    case 'edit':
    case 'write':
    case 'delete':
    case 'read':
      return action.paths[0]?.path ?? tool;
    case 'fetch':
      return action.urls[0] ?? tool;
    case 'editor_command':
      return action.command;
    default:
      return tool;
  }
}
