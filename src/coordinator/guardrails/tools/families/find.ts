import { type Arg, plainArg, unknown } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { write } from './files.ts';

/** Options of find that take one value, so that the value is not mistaken for an action. */
const findValueTests =
  /^-(?:name|iname|path|ipath|wholename|iwholename|regex|iregex|lname|ilname|type|xtype|size|mtime|atime|ctime|mmin|amin|cmin|newer\w*|anewer|cnewer|user|group|uid|gid|perm|maxdepth|mindepth|links|inum|samefile|fstype|context|used|printf|regextype|D|files0-from)$/;

const find: Tool = {
  run: call => {
    const args = call.args;
    const starts: Arg[] = [];
    let i = 0;
    while (i < args.length && /^-[HLPO]/.test(args[i]?.text ?? '')) i++;
    for (; i < args.length && !/^[-(!]/.test(args[i]?.text ?? '-'); i++) {
      const start = args[i];
      if (start !== undefined) starts.push(start);
    }
    if (starts.length === 0) starts.push(plainArg('.'));
    let named: string | undefined;
    let limited = false;
    let empty = false;
    const removeFound = () => {
      // What is empty holds nothing that could be lost.
      if (empty) return;
      for (const start of starts)
        call.effect({
          kind: 'delete',
          path: findPlace(call, start, named, limited),
          recursive: true,
          manner: 'remove',
        });
    };
    const matches = () => starts.map(start => found(start, named));
    for (; i < args.length; i++) {
      const text = args[i]?.text ?? '';
      if (findValueTests.test(text)) {
        const value = args[++i]?.text ?? '';
        const excludes = /^(?:!|-not)$/.test(args[i - 2]?.text ?? '');
        if (!excludes && /^-i?(?:name|path|wholename|regex)$/.test(text)) named = value;
        if (text !== '-maxdepth' && text !== '-mindepth' && !(text === '-type' && value === 'f'))
          limited = true;
      } else if (text === '-empty') {
        limited = true;
        empty = !/^(?:!|-not)$/.test(args[i - 1]?.text ?? '');
      } else if (text === '-o' || text === '-or' || text === ',') {
        empty = false;
      } else if (text === '-delete') {
        removeFound();
      } else if (/^-fprint/.test(text)) {
        write(call, args[++i], 'replace');
      } else if (/^-(?:exec|execdir|ok|okdir)$/.test(text)) {
        const end = args.findIndex((arg, index) => index > i && /^(?:;|\+)$/.test(arg.text));
        const command = args.slice(i + 1, end < 0 ? undefined : end);
        if (isRemoval(command)) removeFound();
        else runForEach(call, command, '{}', limited ? matches() : starts);
        i = end < 0 ? args.length : end;
      }
    }
    // What it prints, for whatever it is piped into.
    const printed = starts.map(start => {
      const directory = start.text.replace(/\/+$/, '');
      return limited ? `${directory}/**/${named ?? '*'}` : `${directory}/*`;
    });
    return { text: printed.join('\n'), origins: [{ kind: 'program', name: 'find' }] };
  },
};

/** `-exec rm {}` is `-delete`, whatever the options: it takes everything that is found. */
function isRemoval(command: readonly Arg[]): boolean {
  return /^(?:.*\/)?(?:g?rm|unlink|shred)$/i.test(command[0]?.text ?? '');
}

/** The files a search finds: below its start, with a name that may be known. */
function found(start: Arg, named: string | undefined): Arg {
  const directory = start.text.replace(/\/+$/, '');
  const name = named !== undefined && /^[\w.-]+$/.test(named) ? `${unknown}/${named}` : unknown;
  return { ...start, text: `${directory}/${name}`, pattern: false };
}

function findPlace(call: Call, start: Arg, named: string | undefined, limited: boolean) {
  const place = call.place(start);
  if (!limited) return place;
  const name = named ?? '*';
  return {
    ...call.place({ ...start, text: `${start.text.replace(/\/+$/, '')}/**/${name}`, pattern: true }),
    everything: false,
  };
}

/** Runs a command once for each thing, put where the marker stands, or behind it. */
export function runForEach(
  call: Call,
  command: readonly Arg[],
  marker: string,
  things: readonly Arg[],
): void {
  for (const thing of things) {
    const replaced = command.map(arg =>
      arg.text.includes(marker)
        ? {
            ...arg,
            text: arg.text.replaceAll(marker, thing.text),
            origins: thing.origins,
            pattern: thing.pattern,
          }
        : arg,
    );
    call.run(replaced);
  }
}

/** `fd pattern -x cmd`, `-X cmd`: like find with -exec. */
const fd: Tool = {
  options:
    '-e,--extension= -t,--type= -d,--max-depth= -E,--exclude= -g,--glob -H,--hidden -I,--no-ignore -S,--size= -c,--color= -j,--threads= -p,--full-path -a -L -0 -i -s -u -x,--exec -X,--exec-batch --changed-within= --changed-before= -o,--owner= --base-directory= --min-depth= -1 -q -l',
  run: call => {
    const at = call.args.findIndex(arg => /^(?:-x|-X|--exec|--exec-batch)$/.test(arg.text));
    if (at < 0) return undefined;
    const end = call.args.findIndex((arg, index) => index > at && arg.text === ';');
    const command = call.args.slice(at + 1, end < 0 ? undefined : end);
    const all = { ...plainArg('./**/*'), pattern: true };
    const marked = command.some(arg => /\{[./]*\}/.test(arg.text));
    call.run(marked ? command.map(arg => (/^\{[./]*\}$/.test(arg.text) ? all : arg)) : [...command, all]);
    return undefined;
  },
};

export const findFamily: Family = { ...named('find gfind', find), ...named('fd fdfind', fd) };
