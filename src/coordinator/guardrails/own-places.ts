import { startsWithoutHooks } from './agents-without-hooks.ts';
import type { Effect } from './effects.ts';
import type { GuardContext } from './judgement.ts';
import { asksInterlock, namesGuardFile } from './own-files.ts';
import { baseName, normalize, placeOf } from './places.ts';
import type { Command } from './shell/standing.ts';

/** Commands that change what they name in ways that are no effect of their own here, or run code that nobody follows. */
const changesWhatItNames =
  /^(?:ln|link|chmod|chown|chattr|install|(?:python|perl|ruby|php|node|bun|deno)[\d.]*)$/;

/** Commands that say a path and do nothing to it; what others read is judged as that. */
const onlyLooks =
  /^(?:ls|cd|pwd|echo|printf|test|\[|stat|du|which|interlock|basename|dirname|realpath|readlink)$/;

/**
 * Reaching for Interlock in ways that no effect tells: a socket that is named to some program, a link to the store, a signal
 * to the coordinator's process.
 */
export function reachesForGuard(commands: readonly Command[], context: GuardContext): Effect[] {
  return commands.flatMap(({ words, by }) => {
    const how = reachOf(words, context);
    return how === undefined ? [] : [{ kind: 'protection', how, by, elsewhere: false, guessed: false }];
  });
}

function reachOf([program = '', ...words]: readonly string[], context: GuardContext): string | undefined {
  const name = baseName(program).toLowerCase();
  if (onlyLooks.test(name)) return undefined;
  if ([program, ...words].some(word => /(?:^|\/)hook\.sh$/.test(word)) && words.includes('hook'))
    return 'speaks to Interlock in the name of a harness';
  const own = (context.protectedPaths ?? []).map(normalize);
  if (words.some(word => own.some(path => contains(withHome(word, context), path))))
    return 'names the folder of Interlock’s store and sockets to a program';
  const unwatched = startsWithoutHooks(program, words, word => {
    const path = absoluteOf(word, context);
    return path === undefined ? undefined : context.disk?.readFile(path);
  });
  if (unwatched !== undefined) return unwatched;
  if (
    changesWhatItNames.test(name) &&
    words.some(word => namesGuardFile(word) || isAskingHook(word, context))
  )
    return 'changes a file that is part of what watches over agents';
  const processes = (context.protectedProcesses ?? []).map(String);
  if (name === 'kill' && words.some(word => processes.includes(word.replace(/^-/, ''))))
    return 'ends Interlock’s coordinator';
  return undefined;
}

function isAskingHook(word: string, context: GuardContext): boolean {
  const path = absoluteOf(word, context);
  return path !== undefined && asksInterlock(path, context);
}

function absoluteOf(word: string, { cwd, home }: GuardContext): string | undefined {
  return placeOf(word, { cwd, home, elsewhere: false }).absolute;
}

/** `~` as a shell takes it, and as whoever is handed the word may: at its beginning, and behind `:`, `=` and `,`. */
function withHome(word: string, { home }: GuardContext): string {
  return home === undefined ? word : word.replaceAll(/(^|[:=,])~(?=\/|$)/g, (_, before) => before + home);
}

/** Whether a text holds the path as a whole: not as the beginning of a longer name. */
function contains(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1)) {
    if (/^(?:$|[^\w.-])/.test(text.slice(at + path.length))) return true;
  }
  return false;
}
