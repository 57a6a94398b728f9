import { assignmentDeed } from '../../shell/assigned.ts';
import { ansiCText as ansi } from '../../shell/text.ts';
import {
  type Arg,
  isKnown,
  nothing,
  plainArg,
  type Stream,
  unknown,
  unknownStream,
} from '../../shell/value.ts';
import { type Call, type Family, named, type Surroundings, type Tool } from '../tool.ts';
import { namedFor } from '../unlisted.ts';
import { isSecretName } from './secret-names.ts';

/** A project script larger than this is not followed. */
const maximumScriptLength = 64 * 1024;

/** `sh -c text name args…`, `sh file args…`, or a script on standard input. */
const shell: Tool = {
  options:
    '-c -l,--login -i,--interactive -s -e -u -x -v -n -a -b -h -k -m -p -r -t -B -C -E -H -P -T -D -o= -O= --rcfile,--init-file= --norc --noprofile --posix --restricted --verbose --version --help --debugger --pretty-print --noediting',
  style: { stopAtOperand: true },
  run: call => {
    if (call.has('version', 'help') || (call.has('n') && !call.has('c'))) return undefined;
    const [first, ...rest] = call.options.operands;
    for (const file of call.all('rcfile')) call.content(file);
    if (call.has('c'))
      return first === undefined
        ? fromInput(call)
        : runText(call, first, 'its arguments', { parameters: rest.length > 0 ? rest : [plainArg('bash')] });
    if (first === undefined || call.has('s') || first.text === '-') return fromInput(call);
    return runFile(call, first, [first, ...rest], false);
  },
};

/** A shell that reads its script from a pipe: what it runs is whatever comes through. */
function fromInput(call: Call): Stream | undefined {
  if (call.stdin.text === '') return undefined;
  return runText(call, call.stdin, 'its standard input');
}

/** Shell text from somewhere: followed where it is known, judged by its origin where it is not. */
export function runText(call: Call, text: Stream, from: string, surroundings: Surroundings = {}): Stream {
  const fetched = text.origins.find(origin => origin.kind === 'fetched');
  if (fetched !== undefined) {
    call.effect({ kind: 'run-fetched', host: fetched.host });
    return unknownStream(text.origins);
  }
  if (isKnown(text.text)) return call.script({ ...text, pattern: false, quoted: true }, surroundings);
  const known = text.text.replaceAll(unknown, ' ').trim();
  if (known !== '') return call.script({ ...text, pattern: false, quoted: true }, surroundings);
  if (
    text.origins.some(origin => origin.kind === 'program' && printsShellText.has(origin.name)) &&
    !text.origins.some(origin => origin.kind === 'file')
  )
    return unknownStream();
  const reason = text.origins.some(origin => origin.kind === 'decoded')
    ? `runs decoded text that nobody can read from ${from}`
    : `runs text from ${from} that is only known when it runs`;
  call.effect({ kind: 'opaque', reason });
  return unknownStream();
}

/** Programs whose documented use is `eval "$(program …)"`. */
const printsShellText = new Set(
  (
    'ssh-agent gpg-agent brew direnv pyenv rbenv nodenv goenv jenv nvm fnm volta asdf mise rtx conda mamba micromamba starship zoxide ' +
    'thefuck dircolors docker-machine minikube opam luarocks perl register-python-argcomplete kubectl helm gh npm pnpm pip pipenv poetry ' +
    'rustup deno bun argocd flux kind k3d stern atuin mcfly fzf navi broot hub heroku aws_completer oh-my-posh keychain tmuxifier ' +
    'resize tset lesspipe lesspipe.sh locale tty stty sdk jabba hcloud doctl yq chezmoi just task op devbox nix'
  ).split(' '),
);

/** A script file: what this very text wrote there, or the file itself where it can be read. */
export function runFile(
  call: Call,
  file: Arg,
  parameters: readonly Arg[],
  sameShell: boolean,
): Stream | undefined {
  const fetched = file.origins.find(origin => origin.kind === 'fetched');
  if (fetched !== undefined) {
    call.effect({ kind: 'run-fetched', host: fetched.host });
    return undefined;
  }
  const written = call.written(file);
  if (written !== undefined) return runText(call, written, file.text, { sameShell });
  const { absolute } = call.place(file);
  const text = absolute === undefined ? undefined : call.read(absolute);
  const said = namedFor(file.text);
  if (said !== undefined) call.effect(said);
  if (text === undefined || text.length > maximumScriptLength) return undefined;
  return call.script(plainArg(text), { parameters, fromFile: true, sameShell });
}

const evaluate: Tool = {
  style: { stopAtOperand: true },
  run: call => {
    const { operands } = call.options;
    if (operands.length === 0) return nothing;
    const origins = operands.flatMap(arg => arg.origins);
    return runText(call, { text: operands.map(arg => arg.text).join(' '), origins }, 'eval', {
      sameShell: true,
    });
  },
};

const source: Tool = {
  style: { stopAtOperand: true },
  run: call => {
    const [file] = call.options.operands;
    if (file === undefined) return nothing;
    if (file.text === '/dev/stdin' || file.text === '/dev/fd/0') return fromInput(call);
    return runFile(call, file, call.options.operands, true);
  },
};

const changeDirectory: Tool = {
  options: '-L -P -e -@',
  run: call => {
    const [target] = call.options.operands;
    if (target?.text === '-') call.shell.cwd = undefined;
    else if (target === undefined) call.shell.cwd = call.home;
    else call.shell.cwd = call.place(target).absolute;
    return nothing;
  },
};

const popd: Tool = {
  run: call => {
    call.shell.cwd = undefined;
    return nothing;
  },
};

/** `export A=b`, `local x=y`, `declare -r …` */
const declare: Tool = {
  options: '-a -A -f -F -g -i -I -l -n -r -t -u -x -p',
  run: call => {
    for (const operand of call.options.operands) {
      const match = /^([A-Za-z_]\w*)\+?=(.*)$/s.exec(operand.text);
      if (match?.[1] === undefined) continue;
      call.shell.assign(match[1], { text: match[2] ?? '', origins: operand.origins });
      const deed = assignmentDeed(match[1], match[2] ?? '');
      if (deed !== undefined) call.effect(deed);
    }
    return nothing;
  },
};

const alias: Tool = {
  run: call => {
    for (const operand of call.options.operands) {
      const match = /^([^=]+)=(.*)$/s.exec(operand.text);
      if (match?.[1] !== undefined) call.shell.define(match[1], match[2] ?? '');
    }
    return nothing;
  },
};

const unset: Tool = {
  options: '-f -v -n',
  run: call => {
    for (const operand of call.options.operands) {
      call.shell.unset(operand.text);
      const deed = /^(?:HISTFILE|INTERLOCK_\w+)$/.test(operand.text)
        ? assignmentDeed(operand.text, '')
        : undefined;
      if (deed !== undefined) call.effect(deed);
    }
    return nothing;
  },
};

/** `read a b < input`: the names hold something nobody knows here, of the input's origins. */
const read: Tool = {
  options: '-a= -d= -e -i= -n= -N= -p= -r -s -t= -u=',
  run: call => {
    for (const operand of call.options.operands)
      call.shell.assign(operand.text, unknownStream(call.stdin.origins));
    const list = call.value('a');
    if (list !== undefined) call.shell.assign(list.text, unknownStream(call.stdin.origins));
    return nothing;
  },
};

/** `trap 'text' EXIT` runs its text later. */
const trap: Tool = {
  options: '-l -p',
  run: call => {
    const [text, ...signals] = call.options.operands;
    if (text !== undefined && signals.length > 0 && text.text !== '-') call.script(text);
    return nothing;
  },
};

/** `command rm`, `builtin cd`, `exec rm`: the rest of the line is the command, in this very shell. */
const command: Tool = {
  options: '-p -v -V',
  style: { stopAtOperand: true },
  run: call => {
    if (call.has('v', 'V')) return unknownStream();
    return call.options.operands.length > 0 ? call.run(call.options.operands, { sameShell: true }) : nothing;
  },
};

const exec: Tool = {
  options: '-c -l -a=',
  style: { stopAtOperand: true },
  run: call => (call.options.operands.length > 0 ? call.run(call.options.operands) : nothing),
};

/** A secret variable that is printed where everyone sees it. */
function showsSecrets(call: Call): void {
  if (call.captured) return;
  for (const origin of call.args.flatMap(arg => arg.origins))
    if (origin.kind === 'variable' && isSecretName(origin.name))
      call.effect({ kind: 'reveal-secret', what: `the variable ${origin.name}` });
}

const echo: Tool = {
  run: call => {
    showsSecrets(call);
    let args = call.args;
    let escapes = false;
    while (/^-[neE]+$/.test(args[0]?.text ?? '')) {
      escapes ||= args[0]?.text.includes('e') === true;
      args = args.slice(1);
    }
    const text = args.map(arg => arg.text).join(' ');
    return { text: `${escapes ? ansi(text) : text}\n`, origins: args.flatMap(arg => arg.origins) };
  },
};

const printf: Tool = {
  run: call => {
    showsSecrets(call);
    const args = call.args[0]?.text === '-v' ? call.args.slice(2) : call.args;
    const [format, ...rest] = args;
    if (format === undefined) return nothing;
    const origins = args.flatMap(arg => arg.origins);
    let next = 0;
    const fill = (text: string) =>
      text.replace(/%(?:%|[-+ #0]*\d*(?:\.\d+)?([a-zA-Z]))/g, (whole, kind: string | undefined) => {
        if (kind === undefined) return whole === '%%' ? '%' : whole;
        const value = rest[next++]?.text ?? '';
        return kind === 'b' ? ansi(value) : value;
      });
    let text = fill(ansi(format.text));
    // The format is used again for what is left of the arguments.
    for (let round = 0; next < rest.length && next > 0 && round < 64; round++)
      text += fill(ansi(format.text));
    const output: Stream = { text, origins };
    if (call.args[0]?.text === '-v' && call.args[1] !== undefined)
      call.shell.assign(call.args[1].text, output);
    return output;
  },
};

/** `which x` prints where x is, which as a command is x. */
const which: Tool = {
  run: call => {
    const [last] = call.options.operands;
    return last === undefined ? nothing : { text: last.text, origins: [] };
  },
};

const pwd: Tool = { run: call => (call.cwd === undefined ? undefined : { text: call.cwd, origins: [] }) };

const mktemp: Tool = {
  options: '-d,--directory -q,--quiet -t -u,--dry-run -p,--tmpdir?= --suffix=',
  run: () => ({ text: `/tmp/tmp.${unknown}`, origins: [] }),
};

const base64: Tool = {
  options: '-d,-D,--decode -i,--ignore-garbage -w,--wrap= -b= -o= --input=',
  run: call => {
    const [file] = call.options.operands;
    const input = file === undefined ? call.stdin : call.content(file);
    if (!call.has('d')) return unknownStream(input.origins);
    const origins = [...input.origins, { kind: 'decoded' } as const];
    if (!isKnown(input.text)) return unknownStream(origins);
    return {
      text: Buffer.from(input.text.replace(/\s+/g, ''), 'base64').toString('utf8'),
      origins: input.origins,
    };
  },
};

const hex: Tool = {
  options: '-r -p,-ps,-plain -c= -l= -s= -u -g= -i -b -E -e',
  run: call => {
    if (!call.has('r')) {
      const [dumped] = call.options.operands;
      return unknownStream((dumped === undefined ? call.stdin : call.content(dumped)).origins);
    }
    const [file] = call.options.operands;
    const input = file === undefined ? call.stdin : call.content(file);
    const origins = [...input.origins, { kind: 'decoded' } as const];
    if (!isKnown(input.text) || !call.has('p')) return unknownStream(origins);
    return {
      text: Buffer.from(input.text.replace(/[^0-9a-fA-F]/g, ''), 'hex').toString('utf8'),
      origins: input.origins,
    };
  },
};

const decoder: Tool = {
  run: call => unknownStream([...call.stdin.origins, { kind: 'decoded' }]),
};

const reverse: Tool = {
  run: call =>
    isKnown(call.stdin.text)
      ? {
          ...call.stdin,
          text: call.stdin.text
            .split('\n')
            .map(line => [...line].reverse().join(''))
            .join('\n'),
        }
      : undefined,
};

export const shellFamily: Family = {
  ...named(': true false', { run: () => nothing }),
  ...named('sh bash dash zsh ksh ksh93 mksh ash fish csh tcsh rbash pdksh yash shell', shell),
  eval: evaluate,
  ...named('source .', source),
  ...named('cd chdir pushd', changeDirectory),
  popd,
  ...named('export declare local readonly typeset', declare),
  alias,
  unset,
  ...named('read readarray mapfile', read),
  trap,
  ...named('command builtin nocorrect noglob coproc', command),
  exec,
  echo,
  printf,
  which,
  ...named('whence where type', which),
  pwd,
  mktemp,
  ...named('base64 gbase64', base64),
  xxd: hex,
  ...named('uudecode base32 zcat gunzip bunzip2 xzcat unxz zstdcat bzcat', decoder),
  rev: reverse,
};
