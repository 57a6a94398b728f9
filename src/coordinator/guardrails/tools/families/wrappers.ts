import { assignmentDeed } from '../../shell/assigned.ts';
import { type Arg, plainArg, type Stream, unknown } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { runForEach } from './find.ts';
import { hostOf, isPackageAddress, sendStream } from './network.ts';

/** A program that starts the command behind its own options, and changes nothing that matters here. */
function wrapper(options: string, skip = 0): Tool {
  return {
    options,
    style: { stopAtOperand: true },
    run: call => call.run(withoutAssignments(call, call.options.operands.slice(skip))),
  };
}

/** `sudo X=1 cmd`, `env X=1 cmd`: what stands before the command is its environment. */
function withoutAssignments(call: Call, args: readonly Arg[]): readonly Arg[] {
  let i = 0;
  for (; i < args.length; i++) {
    const match = /^([A-Za-z_]\w*)=(.*)$/s.exec(args[i]?.text ?? '');
    if (match?.[1] === undefined) break;
    const deed = assignmentDeed(match[1], match[2] ?? '');
    if (deed !== undefined) call.effect(deed);
    call.shell.assign(match[1], { text: match[2] ?? '', origins: args[i]?.origins ?? [] });
  }
  return args.slice(i);
}

/** The name of a package, or the address of one, which is fetched and run at once. */
const packageRunner: Tool = {
  options:
    '-p,--package= -y,--yes -q,--quiet --no-install --prefer-offline -w,--workspace= --ignore-existing --bun -c,--call=',
  style: { stopAtOperand: true },
  run: call => {
    const [program] = call.options.operands;
    const from = [...call.all('p'), ...(program === undefined ? [] : [program])].find(arg =>
      isPackageAddress(arg.text),
    );
    if (from !== undefined) {
      call.effect({ kind: 'run-fetched', host: hostOf(from.text.replace(/^git\+/, '')) ?? from.text });
      return undefined;
    }
    const text = call.value('c');
    return text === undefined ? call.run(call.options.operands) : call.script(text);
  },
};

const env: Tool = {
  options:
    '-i,--ignore-environment -u,--unset= -C,--chdir= -S,--split-string= -0,--null -v,--debug -P= --block-signal?= --default-signal?= --ignore-signal?=',
  style: { stopAtOperand: true },
  run: call => {
    const split = call.value('S');
    const operands = call.options.operands.filter((arg, index) => index > 0 || arg.text !== '-');
    const words = split === undefined ? operands : [...splitWords(split), ...operands];
    for (const { text } of call.all('u')) {
      const deed = /^INTERLOCK_/.test(text) ? assignmentDeed(text, '') : undefined;
      if (deed !== undefined) call.effect(deed);
    }
    const directory = call.value('C')?.text;
    const command = withoutAssignments(call, words);
    if (command.length === 0) return { text: unknown, origins: [{ kind: 'program', name: 'env' }] };
    return call.run(command, directory === undefined ? {} : { cwd: directoryFrom(call, directory) });
  },
};

function directoryFrom(call: Call, directory: string): string | null {
  return call.place(plainArg(directory)).absolute ?? null;
}

function splitWords(arg: Arg): Arg[] {
  return (arg.text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map(word => ({
    ...arg,
    text: word.replace(/^(["'])(.*)\1$/s, '$2'),
  }));
}

const sudo: Tool = {
  options:
    '-u,--user= -g,--group= -h,--host= -p,--prompt= -C,--close-from= -D,--chdir= -R,--chroot= -T,--command-timeout= -r,--role= -t,--type= -U,--other-user= ' +
    '-A,--askpass -b,--background -E,--preserve-env?= -e,--edit -H,--set-home -i,--login -K -k -l,--list -n,--non-interactive -P -S,--stdin -s,--shell -V -v,--validate -B -N',
  style: { stopAtOperand: true },
  run: call => {
    const directory = call.value('D')?.text;
    const surroundings = directory === undefined ? {} : { cwd: directoryFrom(call, directory) };
    const command = withoutAssignments(call, call.options.operands);
    const opensShell =
      command.length === 1 &&
      call.stdin.text === '' &&
      /^(?:.*\/)?(?:ba|z|da|k|c|fi)?sh$/.test(command[0]?.text ?? '');
    if (command.length > 0 && !opensShell) return call.run(command, surroundings);
    if (opensShell || call.has('i', 's'))
      call.effect({ kind: 'system', act: 'privilege', how: 'opens a shell as another user' });
    return undefined;
  },
};

const xargs: Tool = {
  options:
    '-0,--null -a,--arg-file= -d,--delimiter= -E= -e,--eof?= -I= -i,--replace?= -J= -L,--max-lines= -l?= -n,--max-args= -P,--max-procs= -p,--interactive -r,--no-run-if-empty ' +
    '-s,--max-chars= -t,--verbose -x,--exit --process-slot-var= --show-limits -R= -S= -o,--open-tty',
  style: { stopAtOperand: true },
  run: call => {
    const command = call.options.operands;
    if (command.length === 0) return call.stdin;
    const marker = call.value('I', 'J')?.text ?? (call.has('i') ? call.value('i')?.text || '{}' : undefined);
    const input = call.has('a') ? { text: unknown, origins: [] } : call.stdin;
    const words = inputWords(input, marker !== undefined);
    runsItsInput(call, command, marker);
    if (marker !== undefined && command.some(arg => arg.text.includes(marker))) {
      runForEach(call, command, marker, words);
      return undefined;
    }
    return call.run([...command, ...words], { stdin: { text: '', origins: [] } });
  },
};

/** `xargs sh -c`, `xargs -I{} sh -c {}`: a list of things turns into a list of commands, whatever is on it this time. */
function runsItsInput(call: Call, command: readonly Arg[], marker: string | undefined): void {
  const script = command.findIndex(arg => /^-\w*c$/.test(arg.text)) + 1;
  if (script === 0 || !/^(?:.*\/)?(?:ba|z|da|k)?sh$/.test(command[0]?.text ?? '')) return;
  if (script === command.length || command[script]?.text === marker)
    call.effect({ kind: 'opaque', reason: 'runs the words of its input as commands' });
}

/** What a list on standard input says, word by word (or line by line); one unknown word where it cannot be known. */
function inputWords(input: Stream, lines: boolean): Arg[] {
  const text = input.text;
  const list = lines ? text.split('\n') : text.split(/[\s\0]+/);
  const words = list.filter(word => word.trim() !== '').slice(0, 64);
  // What cannot be known may be any number of files.
  const all = lines ? unknown : `${unknown}*`;
  return (words.length > 0 && text !== unknown ? words : [all]).map(word => ({
    text: lines ? word.trim() : word.replace(/^(["'])(.*)\1$/, '$2'),
    origins: input.origins,
    pattern: /[*?]/.test(word),
    quoted: false,
  }));
}

const parallel: Tool = {
  options:
    '-j,--jobs,-P= -a,--arg-file= -S,--sshlogin= --sshloginfile= --results= --joblog= --colsep,-C= -n,--max-args,-N= -L= -I= --delay= --timeout= --retries= --wd,--workdir= ' +
    '--tmpdir= --tagstring= --halt= --load= --memfree= --nice= --arg-sep= -k,--keep-order -q,--quote --eta --bar --dry-run,--dryrun --will-cite -u,--ungroup -t,--verbose ' +
    '--progress --tag -m -X -x --xargs --lb,--line-buffer --no-notice --null,-0 -v --env=',
  style: { stopAtOperand: true },
  run: call => {
    if (call.has('dry-run')) return undefined;
    const separators = new Set([':::', ':::+', '::::', '::::+']);
    const first = call.options.operands.findIndex(arg => separators.has(arg.text));
    const command = first < 0 ? call.options.operands : call.options.operands.slice(0, first);
    const sources =
      first < 0
        ? [
            inputWords(
              call.stdin,
              call.options.operands.some(arg => /\{\d*[./#%]*\}/.test(arg.text)),
            ),
          ]
        : argumentLists(call.options.operands.slice(first), separators);
    const elsewhere = call.has('S', 'sshloginfile');
    runsItsInput(call, command, '{}');
    for (const [index, values] of sources.entries()) {
      for (const value of values) {
        if (command.length === 0) {
          call.script(value, { elsewhere });
          continue;
        }
        const marked = command.some(arg => /\{\d*[./#%]*\}/.test(arg.text));
        const replaced = command.map(arg => ({
          ...arg,
          text: arg.text.replace(/\{(\d*)[./#%]*\}/g, (_, number: string) =>
            number === '' || Number(number) === index + 1
              ? value.text
              : (sources[Number(number) - 1]?.[0]?.text ?? unknown),
          ),
        }));
        const words = marked ? replaced : [...replaced, value];
        // GNU parallel hands its words to a shell unless told to quote them.
        if (call.has('q') || words.length > 1) call.run(words, { elsewhere });
        else if (words[0] !== undefined) call.script(words[0], { elsewhere });
      }
    }
    return undefined;
  },
};

function argumentLists(args: readonly Arg[], separators: ReadonlySet<string>): Arg[][] {
  const lists: Arg[][] = [];
  let fromFile = false;
  for (const arg of args) {
    if (separators.has(arg.text)) {
      fromFile = arg.text.startsWith('::::');
      lists.push([]);
    } else {
      lists.at(-1)?.push(fromFile ? { ...arg, text: unknown } : arg);
    }
  }
  return lists.map(list => list.slice(0, 64));
}

const watch: Tool = {
  options:
    '-n,--interval= -d,--differences?= -t,--no-title -b,--beep -e,--errexit -g,--chgexit -c,--color -x,--exec -p,--precise -w',
  style: { stopAtOperand: true },
  run: call => call.script({ ...plainArg(call.options.operands.map(arg => arg.text).join(' ')) }),
};

/** Runs a command inside a container or on another machine, behind the name of it. */
const ssh: Tool = {
  options:
    '-b= -c= -D= -E= -e= -F= -I= -i= -J= -L= -l= -m= -O= -o= -p= -Q= -R= -S= -W= -w= -B= -4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -V -v -X -x -Y -y',
  style: { stopAtOperand: true },
  run: call => {
    const [, ...command] = call.options.operands;
    if (call.has('R'))
      call.effect({
        kind: 'infrastructure',
        act: 'access',
        how: 'opens a way from another machine to this one',
        local: false,
      });
    for (const option of call.all('o')) {
      const local = /^\s*(?:ProxyCommand|LocalCommand)\s*[=\s]\s*(.+)$/is.exec(option.text);
      if (local?.[1] !== undefined) call.script({ ...option, text: local[1] });
    }
    const text = command.map(arg => arg.text).join(' ');
    // What is piped into a program that keeps it leaves this machine.
    if (/^\s*(?:sudo\s+)?(?:cat\s*>|tee\b|dd\b|tar\s+\S*x)/.test(text))
      sendStream(call, call.options.operands[0]?.text ?? unknown, call.stdin);
    if (command.length > 0) return call.script({ ...plainArg(text) }, { elsewhere: true });
    if (call.stdin.text !== '')
      return call.script({ ...call.stdin, pattern: false, quoted: true }, { elsewhere: true });
    return undefined;
  },
};

/** Runs one command on many machines, which options name. */
const onManyMachines = (options: string): Tool => ({
  options,
  style: { stopAtOperand: true },
  run: call => {
    const { operands } = call.options;
    if (operands.length === 0) return undefined;
    return call.script(plainArg(operands.map(arg => arg.text).join(' ')), { elsewhere: true });
  },
});

const busybox: Tool = {
  style: { stopAtOperand: true },
  run: call => (call.args.length > 0 ? call.run(call.args) : undefined),
};

/** `script -c 'cmd' file`, `su -c 'cmd' user`, `flock file -c 'cmd'` */
const withCommandOption = (options: string, operandsBefore: number): Tool => ({
  options,
  style: { stopAtOperand: operandsBefore > 0 },
  run: call => {
    const text = call.value('c');
    if (text !== undefined) return call.script(text);
    const { operands } = call.options;
    const position = operands.findIndex(arg => arg.text === '-c');
    const script = position < 0 ? undefined : operands[position + 1];
    if (script !== undefined) return call.script(script);
    return operandsBefore > 0 && operands.length > operandsBefore
      ? call.run(operands.slice(operandsBefore))
      : undefined;
  },
});

export const wrapperFamily: Family = {
  env,
  ...named('sudo doas sudoedit', sudo),
  ...named(
    'pkexec run0',
    wrapper('--user= --disable-internal-agent --keep-cwd -u= --setenv= --nice= --chdir,-D='),
  ),
  ...named('nohup setsid', wrapper('-c,--ctty -f,--fork -w,--wait')),
  timeout: wrapper('-k,--kill-after= -s,--signal= --foreground --preserve-status -v,--verbose', 1),
  gtimeout: wrapper('-k,--kill-after= -s,--signal= --foreground --preserve-status -v,--verbose', 1),
  nice: wrapper('-n,--adjustment='),
  ionice: wrapper('-c,--class= -n,--classdata= -t,--ignore -p,--pid= -P,--pgid= -u,--uid='),
  chrt: wrapper('-b -f -i -o -r -d -a -m -v -p -R -T= -P= -D=', 1),
  taskset: wrapper('-a -p -c,--cpu-list', 1),
  stdbuf: wrapper('-i,--input= -o,--output= -e,--error='),
  ...named('unbuffer catchsegv dbus-run-session dbus-launch', wrapper('-p')),
  time: wrapper('-p,--portability -f,--format= -o,--output= -a,--append -v,--verbose -q,--quiet'),
  gtime: wrapper('-p,--portability -f,--format= -o,--output= -a,--append -v,--verbose -q,--quiet'),
  strace: wrapper(
    '-e= -o= -p= -s= -u= -E= -f -ff -c -C -t -tt -T -v -y -yy -x -r -i -k -q -P= -a= -b= -I= -O= -S= -U= -X=',
  ),
  ltrace: wrapper('-e= -o= -p= -s= -u= -l= -f -c -C -t -tt -S -r -i -n= -a= -A= -D= -F= -x='),
  ...named('gdb lldb rr', {}),
  valgrind: wrapper('-q -v --tool= --leak-check= --log-file= --suppressions='),
  perf: {
    subcommands: {
      record: wrapper('-e= -F= -o= -g -a -c= -p= -t= --call-graph='),
      stat: wrapper('-e= -o= -r= -a -d -x= -p='),
      trace: wrapper('-e= -o='),
    },
  },
  ...named('caffeinate systemd-inhibit', wrapper('-d -i -m -s -u -t= -w= --what= --who= --why= --mode=')),
  'systemd-run': wrapper(
    '--unit,-u= --property,-p= --description= --slice= --uid= --gid= --setenv,-E= --working-directory= --user --scope --pty,-t --pipe,-P --wait --collect,-G --quiet,-q -r -d --on-calendar= --on-active= --on-boot=',
  ),
  'systemd-cat': wrapper('-t,--identifier= -p,--priority='),
  chroot: { ...wrapper('--userspec= --groups= --skip-chdir', 1) },
  ...named(
    'unshare nsenter',
    wrapper(
      '-m -u -i -n -p -U -C -f -r -t,--target= -S= -G= -w= --mount-proc?= --map-root-user --kill-child?= -a',
    ),
  ),
  bwrap: wrapper(
    '--ro-bind= --bind= --dev= --proc= --tmpfs= --chdir= --setenv= --unsetenv= --unshare-all --die-with-parent',
  ),
  firejail: wrapper('--net= --private?= --profile= --noprofile --quiet'),
  fakeroot: wrapper('-l= -s= -i= -u -b= -h -v'),
  ...named('npx bunx pnpx', packageRunner),
  flock: withCommandOption(
    '-s,--shared -x,--exclusive -n,--nonblock -w,--timeout= -u,--unlock -o,--close -E,--conflict-exit-code= -c,--command= -F,--no-fork -v',
    1,
  ),
  script: withCommandOption(
    '-c,--command= -a,--append -e,--return -f,--flush?= -q,--quiet -t,--timing?= -B= -I= -O= -T= -m= -E=',
    0,
  ),
  ...named(
    'runuser',
    withCommandOption(
      '-c,--command= -s,--shell= -l,--login -m,-p,--preserve-environment -g= -G= -u= -w= -P,--pty -f',
      0,
    ),
  ),
  xargs,
  gxargs: xargs,
  parallel,
  ...named('watch entr', watch),
  ...named('busybox toybox', busybox),
  ...named(
    'winpty arch proot tsocks torsocks torify proxychains proxychains4 rlwrap setarch linux64 chronic ts ifne with-contenv tini dumb-init gosu su-exec setpriv catatonit',
    wrapper(''),
  ),
  ssh,
  ...named('mosh autossh slogin', ssh),
  ...named(
    'pssh parallel-ssh',
    onManyMachines(
      '-h,--hosts= -H,--host= -l,--user= -p,--par= -t,--timeout= -o= -e= -O= -x= -X= -i -P -A -v',
    ),
  ),
  ...named('pdsh clush', onManyMachines('-w= -x= -g= -a -b -B -l= -f= -t= -u= -R= -o= -q -S -N -d')),
  fab: onManyMachines(
    '-H,--hosts= -i= -S= -c,--collection= -r= -f= -e,--echo -p,--pty -l,--list --prompt-for-login-password -V -D',
  ),
};
