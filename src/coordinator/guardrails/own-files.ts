import path from 'node:path';
import type { GuardContext } from './judgement.ts';
import { normalize, type Place } from './places.ts';

/**
 * Hook and settings files that put the guard between an agent and its tools, and the folders that hold nothing else of
 * weight: who moves the folder away moves them. Capitals do not count, since on some systems they are the same file.
 */
const guardFiles = [
  String.raw`\.claude(?:\/settings(?:\.local)?\.json)?`,
  String.raw`\.codex(?:\/(?:hooks\.json|(?:[^/\s]+\.)?config\.toml))?`,
  String.raw`\.(?:copilot|github)\/hooks(?:\/.*)?`,
  String.raw`\.copilot(?:\/(?:settings|config)\.json)?`,
  String.raw`\.github\/copilot\/settings(?:\.local)?\.json`,
  String.raw`\.git\/interlock(?:\/.*)?`,
  String.raw`\.gemini\/settings\.json`,
  String.raw`\.cursor\/(?:hooks|mcp)\.json`,
  String.raw`\.interlock(?:\/.*)?`,
  String.raw`\.vscode\/(?:settings|mcp)\.json`,
  String.raw`(?:Code[^/]*|VSCodium|Cursor|code-server|data)\/(?:User|Machine)\/(?:settings|mcp)\.json`,
  String.raw`extensions\/interlock\.[^/]*(?:\/.*)?`,
].join('|');

const isGuardFile = new RegExp(String.raw`(?:^|\/)(?:${guardFiles})\/?$`, 'i');
/** The same anywhere in a piece of code or among the words of a command: what lies below a folder begins with its name. */
const mentionsGuardFile = new RegExp(
  String.raw`(?:^|[\s\/'"=:(])(?:${guardFiles.replaceAll(String.raw`(?:\/.*)?`, '')}|\.git\/hooks)(?=$|[\s\/'",;:)])`,
  'i',
);

/** Where the files above are in a repository, for who asks whether any of them has changes. */
export const guardPathsOfRepository = [
  '.claude/settings.json',
  '.claude/settings.local.json',
  '.codex/hooks.json',
  '.codex/config.toml',
  '.github/hooks',
  '.github/copilot',
  '.cursor/hooks.json',
  '.cursor/mcp.json',
  '.interlock',
  '.vscode/settings.json',
  '.vscode/mcp.json',
] as const;

/** Whether a word of a command, or a program in another language, says such a file. */
export function namesGuardFile(text: string): boolean {
  return mentionsGuardFile.test(text);
}

/** Whether a path leads to part of what watches over agents, by its name or through links. */
export function isGuardPlace(place: Place, context: GuardContext): boolean {
  const { absolute, text, area, within } = place;
  // What a copy in a temporary folder says watches over nobody.
  if (area !== 'temporary' && isGuardFile.test(absolute ?? text)) return true;
  // Something is written into the folder, and its name is not known.
  if (absolute === undefined) return within !== undefined && isGuardFile.test(within);
  const real = realPath(absolute, context);
  return (real !== absolute && isGuardFile.test(real)) || isOwn(absolute, context) || isOwn(real, context);
}

/** Whether it lies in the folder of Interlock's store and sockets. */
export function isOwn(absolute: string, context: GuardContext): boolean {
  return ownPaths(context).some(own => `${absolute}/`.startsWith(`${own}/`));
}

/** Whether the folder holds Interlock's: a directory goes with everything in it. */
export function holdsOwn(absolute: string, context: GuardContext): boolean {
  return ownPaths(context).some(own => `${own}/`.startsWith(`${absolute === '/' ? '' : absolute}/`));
}

function ownPaths(context: GuardContext): string[] {
  return (context.protectedPaths ?? []).flatMap(given => {
    const own = normalize(given);
    return [own, realPath(own, context)];
  });
}

export function realPath(absolute: string, { disk }: GuardContext): string {
  return disk === undefined ? absolute : disk.realPath(absolute);
}

const hookNames = ['pre-commit', 'pre-push', 'prepare-commit-msg', 'pre-merge-commit'];
const lefthook = /^\.?lefthook(-local)?\.(ya?ml|toml|jsonc?)$/;

/** Whether the file is a hook of git, or lefthook's list of them, that asks Interlock. */
export function asksInterlock(file: string, { disk }: GuardContext): boolean {
  const name = path.posix.basename(file);
  if (!hookNames.includes(name) && !lefthook.test(name)) return false;
  return /\binterlock\b/i.test(disk?.readFile(file) ?? '');
}

/** Whether a hook that asks Interlock is gone once the file or folder is. */
export function holdsAskingHook(file: string, context: GuardContext): boolean {
  const inside = ['', 'hooks/'].flatMap(folder => hookNames.map(name => `${file}/${folder}${name}`));
  // Without its main file lefthook reads no other.
  const [, local, ending] = lefthook.exec(path.posix.basename(file)) ?? [];
  const beside =
    ending === undefined || local !== undefined
      ? []
      : [`${path.posix.dirname(file)}/lefthook-local.${ending}`];
  return [file, ...inside, ...beside].some(candidate => asksInterlock(candidate, context));
}
