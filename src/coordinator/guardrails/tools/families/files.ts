import type { Deed } from '../../effects.ts';
import { type Arg, isKnown, joinOrigins, plainArg, unknown, unknownStream } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';

type Manner = Extract<Deed, { kind: 'delete' }>['manner'];

export function remove(
  call: Call,
  targets: readonly Arg[],
  recursive: boolean,
  manner: Manner = 'remove',
): void {
  for (const target of targets) {
    const path = call.place(target);
    if (path.area === 'device') call.effect({ kind: 'wipe-device', device: path.text });
    else call.effect({ kind: 'delete', path, recursive: recursive || target.text.includes('/**/'), manner });
  }
}

export function write(
  call: Call,
  target: Arg | undefined,
  manner: 'replace' | 'append' | 'edit' | 'move',
): void {
  if (target === undefined) return;
  const path = call.place(target);
  if (path.area === 'device') call.effect({ kind: 'wipe-device', device: path.text });
  else if (path.area !== 'sink') call.effect({ kind: 'write', path, manner });
}

const rm: Tool = {
  options:
    '-r,-R,--recursive -f,--force -i -I --interactive?= -d,--dir -v,--verbose --one-file-system --no-preserve-root --preserve-root?=',
  style: { abbreviations: true },
  run: call => {
    if (call.has('help', 'version')) return undefined;
    remove(call, call.options.operands, call.has('r'));
    return undefined;
  },
};

const shred: Tool = {
  options:
    '-u --remove?= -n,--iterations= -s,--size= -z,--zero -f,--force -v,--verbose -x,--exact --random-source=',
  run: call => {
    remove(call, call.options.operands, false, 'shred');
    return undefined;
  },
};

const truncate: Tool = {
  options: '-s,--size= -c,--no-create -r,--reference= -o,--io-blocks',
  run: call => {
    const size = call.value('s')?.text ?? '';
    // Growing a file loses nothing; everything else may.
    for (const target of call.options.operands) {
      if (size.startsWith('+') || /^\d*[1-9]\d*[KMGTPE]i?B?$/i.test(size)) write(call, target, 'edit');
      else remove(call, [target], false, 'truncate');
    }
    return undefined;
  },
};

/** `dd if=… of=…` has operands of the form name=value only. */
const dd: Tool = {
  run: call => {
    const operand = (name: string) => {
      const found = call.args.find(arg => arg.text.startsWith(`${name}=`));
      return found === undefined ? undefined : { ...found, text: found.text.slice(name.length + 1) };
    };
    const input = operand('if');
    const content = input === undefined ? call.stdin : call.content(input);
    const output = operand('of');
    if (output === undefined) return content;
    if (content.text === '') remove(call, [output], false, 'truncate');
    else write(call, output, 'replace');
    call.wrote(output, content);
    return undefined;
  },
};

/** mv and cp share their shape: sources, then a target, or `-t target` first. */
function sourcesAndTarget(call: Call): { sources: readonly Arg[]; target: Arg | undefined } {
  const named = call.value('t');
  const { operands } = call.options;
  if (named !== undefined) return { sources: operands, target: named };
  return { sources: operands.slice(0, -1), target: operands.at(-1) };
}

/** What lands where: in a folder (that is sure to be one) under its own name, else under the name that is said. */
function putInto(call: Call, sources: readonly Arg[], target: Arg | undefined): void {
  const isFolder =
    target !== undefined && (call.has('t') || /(?:^|\/)\.{0,2}\/?$/.test(target.text) || sources.length > 1);
  if (!isFolder) write(call, target, 'replace');
  else
    for (const source of sources) {
      const name = source.text.replace(/\/+$/, '').split('/').pop() ?? '';
      // The folder itself is named where only its content goes: `x/.`, or what cannot be told.
      const whole = name === '' || name === '.' || name === '..' || source.pattern || !isKnown(name);
      const text = `${target.text.replace(/\/+$/, '') || '/'}/${name}`;
      write(call, whole ? target : { ...target, text }, 'replace');
    }
}

const copyOptions =
  '-t,--target-directory= -S,--suffix= -T,--no-target-directory -f,--force -i,--interactive -n,--no-clobber -u,--update?= -v,--verbose ' +
  '-r,-R,--recursive -a,--archive -p --preserve?= -l,--link -s,--symbolic-link -d -L,--dereference -P --reflink?= --sparse= -b --backup?= -x -Z';

const mv: Tool = {
  options: copyOptions,
  run: call => {
    const { sources, target } = sourcesAndTarget(call);
    const sink = target !== undefined && call.place(target).area === 'sink';
    for (const source of sources) {
      if (sink) {
        remove(call, [source], true);
        remove(call, [source], false, 'truncate');
      } else write(call, source, 'move');
    }
    if (!sink) putInto(call, sources, target);
    return undefined;
  },
};

const cp: Tool = {
  options: copyOptions,
  run: call => {
    const { sources, target } = sourcesAndTarget(call);
    const sourcePlaces = sources.map(source => call.content(source));
    const device = target !== undefined && call.place(target).area === 'device';
    const [source] = sources;
    if (
      target !== undefined &&
      sources.length === 1 &&
      source !== undefined &&
      isNullDevice(source) &&
      !device
    )
      remove(call, [target], false, 'truncate');
    else putInto(call, sources, target);
    const [content] = sourcePlaces;
    if (target !== undefined && content !== undefined && sources.length === 1) call.wrote(target, content);
    return undefined;
  },
};

function isNullDevice(arg: Arg): boolean {
  return arg.text === '/dev/null' || arg.text === '/dev/zero';
}

const tee: Tool = {
  options: '-a,--append -i,--ignore-interrupts -p --output-error?=',
  run: call => {
    for (const target of call.options.operands) {
      write(call, target, call.has('a') ? 'append' : 'replace');
      call.wrote(target, call.stdin);
    }
    return call.stdin;
  },
};

/** `sed -i` edits files; without it, sed only prints. */
const sed: Tool = {
  options:
    '-i,--in-place?= -e,--expression= -f,--file= -n,--quiet,--silent -E,-r,--regexp-extended -s,--separate -u,--unbuffered -z,--null-data -l,--line-length=',
  run: call => {
    const { operands } = call.options;
    const files = call.has('e', 'f') ? operands : operands.slice(1);
    const contents = call.has('i') ? [] : files.map(file => call.content(file));
    if (call.has('i')) for (const file of files) write(call, file, 'edit');
    const script = call.value('e') ?? operands[0];
    // The `e` command of GNU sed runs what it reads; `s/x/y/e` and a lone `e cmd` are the forms in use.
    const runs = script === undefined ? null : /^\d*[,$\d]*e\s+(.+)$/s.exec(script.text);
    if (runs?.[1] !== undefined) call.script(plainArg(runs[1]));
    return unknownStream(joinOrigins(call.stdin.origins, ...contents.map(content => content.origins)));
  },
};

const rsync: Tool = {
  options:
    '-a,--archive -v,--verbose -r,--recursive -z,--compress -n,--dry-run -e,--rsh= --delete --delete-before --delete-during --delete-after ' +
    '--delete-excluded --remove-source-files --exclude= --include= --exclude-from= --files-from= -P --progress -u,--update -h -q,--quiet ' +
    '--rsync-path= --bwlimit= --partial --stats --info= -f,--filter= --chmod= --chown= -l -p -t -g -o -D -H -A -X --port= --password-file= --timeout= -T,--temp-dir= --link-dest= --log-file=',
  run: call => {
    const shell = call.value('e');
    if (shell !== undefined) call.script(shell);
    const target = call.options.operands.at(-1);
    if (target === undefined || call.has('n')) return undefined;
    const deletes = ['delete', 'delete-before', 'delete-during', 'delete-after', 'delete-excluded'].some(
      option => call.has(option),
    );
    if (isRemote(target)) return sendAway(call, target);
    if (deletes) call.effect({ kind: 'delete', path: call.place(target), recursive: true, manner: 'remove' });
    // `x/` is its content, `x` the folder itself, and the target is a folder in most calls.
    else
      for (const source of call.options.operands.slice(0, -1)) {
        if (source.text.endsWith('/')) write(call, target, 'replace');
        else putInto(call, [source], target);
      }
    return undefined;
  },
};

/** What rsync copies to another machine leaves this one. */
function sendAway(call: Call, target: Arg): undefined {
  const files = call.options.operands
    .slice(0, -1)
    .filter(source => !isRemote(source))
    .map(source => call.place(source));
  const host = target.text
    .replace(/^rsync:\/\//, '')
    .replace(/^[^@]*@/, '')
    .replace(/[:/].*$/, '');
  if (files.length > 0)
    call.effect({ kind: 'send', host, what: files.map(file => file.text).join(' '), files, secret: false });
  return undefined;
}

/** `host:path`, `host::module`, `rsync://…` */
export function isRemote(arg: Arg): boolean {
  return /^[^/]*[^/\\]:/.test(arg.text) && !/^[A-Za-z]:[\\/]/.test(arg.text);
}

/** DOS: `del /s /q dir`, `rd /s dir`. */
const dosDelete: Tool = {
  run: call => {
    const switches = call.args
      .filter(arg => /^\/[a-z]/i.test(arg.text) && arg.text.length <= 3)
      .map(arg => arg.text.toLowerCase());
    const targets = call.args.filter(arg => !/^\/[a-z]/i.test(arg.text) || arg.text.length > 3);
    remove(call, targets, switches.includes('/s'));
    return undefined;
  },
};

const reads: Tool = {
  run: call => {
    let content = call.stdin;
    for (const operand of call.options.operands) content = call.content(operand);
    return call.options.operands.length > 1 ? { text: unknown, origins: content.origins } : content;
  },
};

const touch: Tool = {
  options: '-a -c,--no-create -d,--date= -m -r,--reference= -t= --time=',
  run: call => {
    for (const operand of call.options.operands) write(call, operand, 'append');
    return undefined;
  },
};

const ln: Tool = {
  options:
    '-s,--symbolic -f,--force -n,--no-dereference -v,--verbose -t,--target-directory= -T -r,--relative -b -S= -i -L -P',
  run: call => {
    write(call, sourcesAndTarget(call).target, 'replace');
    return undefined;
  },
};

const install: Tool = {
  options:
    '-d,--directory -m,--mode= -o,--owner= -g,--group= -t,--target-directory= -D -v -p -s -S= -C -T -c -b',
  run: call => {
    if (!call.has('d')) write(call, sourcesAndTarget(call).target, 'replace');
    return undefined;
  },
};

const rimraf: Tool = {
  options:
    '-g,--glob --no-glob --preserve-root --no-preserve-root -v,--verbose --impl= --max-retries= --tmp= -r -f',
  run: call => {
    remove(
      call,
      call.options.operands.map(arg => ({ ...arg, pattern: arg.pattern || call.has('g') })),
      true,
    );
    return undefined;
  },
};

export const fileFamily: Family = {
  ...named('rm grm', rm),
  ...named('unlink rmdir', {
    options: '-p,--parents -v,--verbose --ignore-fail-on-non-empty',
    run: call => {
      // rmdir only takes empty directories; unlink takes one file.
      if (call.name === 'unlink') remove(call, call.options.operands, false);
      // DOS has an rmdir as well, which takes everything with /s.
      else if (call.args.some(arg => /^\/s$/i.test(arg.text))) dosDelete.run?.(call);
      return undefined;
    },
  }),
  ...named('shred srm wipe', shred),
  ...named('rimraf del-cli', rimraf),
  ...named('trash trash-put gio-trash', {}),
  truncate,
  dd,
  ...named('dcfldd dc3dd', dd),
  ...named('mv gmv', mv),
  ...named('cp gcp', cp),
  tee,
  ...named('sed gsed', sed),
  rsync,
  ...named('del erase', dosDelete),
  ...named('rd', dosDelete),
  ...named('cat tac nl', reads),
  touch,
  ln,
  install,
};
