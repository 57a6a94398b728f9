import type { PathIntent } from '../../kernel/intent.ts';
import type { ShellKind, ToolAction } from '../action.ts';
import { type Fields, pathsIn, recordsIn, textIn, textsIn } from '../fields.ts';
import { readPatch } from '../patch.ts';

interface ReaderContext {
  /** What a terminal of this machine understands, where the tool's name does not say it. */
  readonly hostShell: ShellKind;
}

/** Reads the arguments of one tool; undefined where they are not arguments that the tool takes. */
export type ToolReader = (fields: Fields, context: ReaderContext) => ToolAction | undefined;

/** The tools of one harness, by the name that its hooks call them. */
export type ToolTable = Readonly<Record<string, ToolReader>>;

type FileVerb = 'edit' | 'write' | 'delete' | 'read';

export const harmless: ToolReader = () => ({ kind: 'none' });

/** For tools that are known to be able to change things in ways that nobody can read from their arguments. */
export const unforeseeable: ToolReader = () => undefined;

export const agent: ToolReader = () => ({ kind: 'agent' });

/** A tool with one argument that holds a command line, or the program and its arguments. */
export function shell(language?: ShellKind): ToolReader {
  return (fields, context) => {
    const given = fields.command ?? fields.cmd;
    const cwd = textIn(fields, 'workdir', 'cwd', 'working_directory');
    const place = cwd === undefined ? {} : { cwd };
    if (typeof given === 'string') {
      return { kind: 'shell', command: given, shell: language ?? context.hostShell, ...place };
    }
    const words = textsIn(fields, 'command', 'cmd');
    if (!Array.isArray(given) || words.length === 0 || words.length !== given.length) return undefined;
    return { kind: 'shell', ...commandOfWords(words, language ?? context.hostShell), ...place };
  };
}

/** `["bash", "-lc", "…"]` is the text that the shell is given; anything else is a command with its arguments. */
function commandOfWords(
  words: readonly string[],
  language: ShellKind,
): { command: string; shell: ShellKind } {
  const program =
    words[0]
      ?.replace(/^.*[\\/]/, '')
      .replace(/\.exe$/i, '')
      .toLowerCase() ?? '';
  const last = words.at(-1) ?? '';
  const option = words.at(-2) ?? '';
  if (/^(?:ba|z|da|k|fi)?sh$/.test(program) && words.length === 3 && /^-[a-z]*c$/.test(option)) {
    return { command: last, shell: 'bash' };
  }
  if (/^(?:powershell|pwsh)$/.test(program) && /^-c(?:ommand)?$/i.test(option)) {
    return { command: last, shell: 'powershell' };
  }
  return { command: words.map(word => quoted(word, language)).join(' '), shell: language };
}

/** The word as the shell has to read it to get it back. */
export function quoted(word: string, language: ShellKind): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return language === 'powershell'
    ? `'${word.replaceAll("'", "''")}'`
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A tool that types the text of one argument into a running program. */
export function typing(names: readonly string[], language?: ShellKind): ToolReader {
  return (fields, context) => {
    const text = textIn(fields, ...names);
    return text === undefined
      ? undefined
      : { kind: 'terminal_input', text, shell: language ?? context.hostShell };
  };
}

/** The arguments of an edit: the new text, and the old one that it takes the place of. */
interface Texts {
  readonly content?: readonly string[];
  readonly replaces?: readonly string[];
}

/** A tool that works on the files in one argument, with the new text in another, and maybe the old one in a third. */
export function files(
  verb: FileVerb,
  paths: readonly string[],
  { content = [], replaces = [] }: Texts = {},
): ToolReader {
  return fields =>
    onFiles(verb, pathsIn(fields, ...paths), textIn(fields, ...content), textIn(fields, ...replaces));
}

/** A tool with a list of replacements, each with its texts, in one file or each in its own. */
export function replacements(
  list: string,
  paths: readonly string[],
  { content = [], replaces = [] }: Texts,
): ToolReader {
  return fields => {
    const parts = recordsIn(fields, list);
    const named = [...pathsIn(fields, ...paths), ...parts.flatMap(part => pathsIn(part, ...paths))];
    const all = (names: readonly string[]) => parts.flatMap(part => textIn(part, ...names) ?? []).join('\n');
    return onFiles('edit', [...new Set(named)], all(content), all(replaces));
  };
}

/** A tool that is given a whole patch, with the paths inside its text. */
export const patch: ToolReader = fields => {
  const text = textIn(fields, 'input', 'patch', 'command', 'diff');
  if (text === undefined) return undefined;
  const { paths, added, removed } = readPatch(text);
  if (paths.length === 0) return undefined;
  const [only] = paths;
  const verb = paths.length === 1 && only?.access === 'delete' ? 'delete' : 'edit';
  return { kind: verb, paths, content: added, ...(removed === '' ? {} : { replaces: removed }) };
};

/** A tool that gets what is at the addresses in one argument. */
export function fetching(...names: readonly string[]): ToolReader {
  return fields => {
    const urls = textsIn(fields, ...names);
    return urls.length === 0 ? undefined : { kind: 'fetch', urls };
  };
}

export function onFiles(
  verb: FileVerb,
  paths: readonly string[],
  content: string | undefined,
  replaces?: string,
): ToolAction | undefined {
  if (paths.length === 0) return undefined;
  const access: PathIntent['access'] = verb === 'read' || verb === 'delete' ? verb : 'write';
  return {
    kind: verb,
    paths: paths.map(path => ({ path, access })),
    ...(content === undefined ? {} : { content }),
    ...(replaces ? { replaces } : {}),
  };
}
