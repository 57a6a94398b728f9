import { isKnown, plainArg, type Stream, unknown, unknownStream } from '../../shell/value.ts';
import { sqlDeeds } from '../../sql.ts';
import { looksGenerated } from '../generated.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { namedFor } from '../unlisted.ts';
import { mongoDeeds } from './databases.ts';
import { hostOf } from './network.ts';

/**
 * Programs in other languages are not run here, and not parsed either: what is looked for in them are the calls that start
 * commands, delete files, send data or run fetched code, with the strings they are given. What a program computes before
 * is not followed; where it hands something computed to such a call, that asks.
 */

/** Longer programs are looked at only this far, in characters. */
const maximumProgram = 64 * 1024;
const maximumStrings = 64;

const starts =
  /\b(?:os\.(?:system|popen|exec[lv]p?e?|spawn\w*)|subprocess\.\w+|commands\.getoutput|pty\.spawn|child_process|exec(?:Sync|File|FileSync)?|spawn(?:Sync)?|execa|shell_exec|passthru|proc_open|popen3?|Open3\.\w+|IO\.popen|Kernel\.(?:system|exec|spawn)|Deno\.(?:Command|run)|Bun\.(?:spawn|spawnSync|\$)|zx|ShellExecute|Process\.Start|Runtime\.getRuntime|ProcessBuilder|os\.execute|io\.popen)\b|\bsystem\s*[("'`\s]|`[^`]+`|%x[{([]|\bqx\b/;

const evaluates =
  /\b(?:eval\b|(?:exec|execfile|compile|Function|instance_eval|class_eval|vm\.run\w*|runInThisContext|loadstring|load)\s*[( ])/;
const fetches =
  /\b(?:urlopen|urlretrieve|requests['"]?\)?\.\w+|httpx\.\w+|fetch\s*\(|axios|https?\.get|https?\.request|Net::HTTP|open-uri|URI\.open|LWP::\w+|file_get_contents\s*\(\s*["']https?|curl_exec|WebClient|Invoke-WebRequest|got\s*\()/;
const connects =
  /\b(?:socket\.socket|socket\s*\(|TCPSocket|fsockopen|IO::Socket|Socket::INET|net\.(?:connect|Socket)|net\.createConnection|use Socket)/;
const decodes =
  /\b(?:b64decode|b32decode|a85decode|atob|base64_decode|decode64|fromhex|unhexlify|from\([^)]*['"](?:base64|hex)['"]|codecs\.decode|zlib\.decompress|gzinflate|str_rot13|marshal\.loads|pickle\.loads|unpack\s*\()/;
const sends =
  /\b(?:requests\.(?:post|put|patch)|httpx\.(?:post|put)|urlopen\([^)]*data|fetch\s*\([^)]*(?:POST|PUT)|axios\.(?:post|put)|sendall|socket\.(?:send|connect)|smtplib|Net::HTTP\.post|storbinary|put_object|upload_file\w*)/i;

/** Calls that delete: what they take, and whether they take it with everything in it. */
const deletions: readonly (readonly [RegExp, boolean])[] = [
  [/\b(?:shutil\.rmtree|rmtree|remove_tree)\s*\(\s*([^),]*)/g, true],
  [
    /\b(?:fs|fsp|fsPromises|promises|fse|fs-extra)\b['"]?\)?[\w.]*\.(?:rmSync|rm|rmdirSync|rmdir|removeSync|remove|emptyDirSync|emptyDir)\s*\(\s*([^),]*)/g,
    true,
  ],
  [/\b(?:rimraf|rimrafSync|rimraf\.sync|del|deleteSync|deleteAsync|trash)\s*\(\s*([^),]*)/g, true],
  [/\bFileUtils\.(?:rm_rf|rm_r|remove_dir|remove_entry\w*|rmtree|rm)\s*\(?\s*([^),\n]*)/g, true],
  [
    /\b(?:os\.(?:removedirs)|os\.RemoveAll|Deno\.remove(?:Sync)?|Directory\.Delete|File::Path::(?:remove_tree|rmtree))\s*\(\s*([^),]*)/g,
    true,
  ],
  [/\b(?:os\.(?:remove|unlink)|fs\.unlink(?:Sync)?|File\.(?:delete|unlink)|unlink)\s*\(\s*([^),]*)/g, false],
  [/\bPath\s*\(([^)]*)\)\s*\.unlink\b/g, false],
];

/** Models of the common frameworks that are emptied: everything of a table, without a condition. */
const emptiesModels =
  /\.(?:delete_all|destroy_all)\b(?!\s*\(\s*[^)\s])|\.objects\.(?:all\(\)\.)?delete\(\s*\)|\.objects\.all\(\)\._raw_delete|::truncate\(\s*\)|->truncate\(\s*\)|::query\(\)->delete\(\)|\.deleteMany\(\s*(?:\{\s*\})?\s*\)|\.destroy\(\s*\{[^}]*truncate\s*:\s*true|\.drop_all\(|\.query\.delete\(\s*\)|connection\.drop_(?:table|database)|\.dropDatabase\(|\.dropTable\(|migrate\.latest\(\)\s*\.rollback|Repo\.delete_all\(\s*\w+\s*\)/;

function inspect(call: Call, program: string): void {
  const text = program.slice(0, maximumProgram);
  const strings = stringsOf(text);
  if (starts.test(text)) startsCommands(call, text, strings);
  for (const [pattern, recursive] of deletions) {
    for (const match of text.matchAll(pattern)) {
      const argument = stringsOf(match[1] ?? '')[0]?.text;
      const path = call.place({ ...plainArg(argument ?? unknown), pattern: false });
      call.effect({ kind: 'delete', path, recursive, manner: 'remove' });
    }
  }
  // What a search finds is deleted one by one.
  const finds = /\b(?:glob|rglob|iterdir|listdir|scandir|walk|readdir\w*)\b/.test(text);
  if (finds && /\bunlink\b|\bos\.remove\b/.test(text) && !strings.some(string => looksGenerated(string.text)))
    call.effect({
      kind: 'delete',
      path: call.place({ ...plainArg(`${unknown}*`), pattern: true }),
      recursive: false,
      manner: 'remove',
    });
  // Shell text in the place of a program: what was meant is plain.
  if (/^\s*(?:sudo\s+)?rm\s+-\w/.test(text)) call.script(plainArg(text));
  if (
    connects.test(text) &&
    /\/bin\/(?:ba|z|da|k)?sh\b|cmd\.exe|\bdup2\b|\bSTDIN\b|pty\.spawn|["'`](?:ba|z|da)?sh\b/.test(text)
  )
    call.effect({ kind: 'run-fetched', host: 'whoever is at the other end' });
  if (/\bwhile\b[\s\S]*\bfork\b|\bfork\b[\s\S]*\bwhile\b/.test(text)) call.effect({ kind: 'fork-bomb' });
  if (evaluates.test(text) && fetches.test(text)) {
    const url = strings.find(string => /^https?:/.test(string.text));
    call.effect({ kind: 'run-fetched', host: url === undefined ? unknown : (hostOf(url.text) ?? unknown) });
  } else if (evaluates.test(text) && decodes.test(text)) {
    call.effect({ kind: 'opaque', reason: 'runs decoded text that nobody can read' });
  }
  for (const string of strings) {
    if (/^\s*(?:drop|truncate|delete|update|alter|create|with|grant)\s/i.test(string.text))
      for (const deed of sqlDeeds(string.text)) call.effect(deed);
    if (/^(?:~|\/|\.|[\w-]+\.)/.test(string.text) && string.text.length < 256 && !string.text.includes('\n'))
      readsFile(call, text, string.text);
  }
  if (emptiesModels.test(text))
    call.effect({ kind: 'data', loses: 'rows', how: 'deletes every row of a model, or the model itself' });
  if (/\b(?:MongoClient|mongoose|collection|db)\b/.test(text))
    for (const deed of mongoDeeds(text)) call.effect(deed);
}

/** A path in a program that also opens files is taken to be read by it; with something that sends, to be sent. */
function readsFile(call: Call, program: string, path: string): void {
  if (!/\b(?:open|read\w*|load\w*|cat|slurp|expanduser|file_get_contents)\b/.test(program)) return;
  const place = call.place(plainArg(path));
  const url = /https?:\/\/[^\s"'`)]+/.exec(program)?.[0];
  if (sends.test(program))
    call.effect({
      kind: 'send',
      host: url === undefined ? unknown : (hostOf(url) ?? unknown),
      what: path,
      files: [place],
      secret: false,
    });
  else call.effect({ kind: 'read', path: place });
}

function startsCommands(call: Call, program: string, strings: readonly Quoted[]): void {
  // A list of words is one command: ["rm", "-rf", "/"]; any other string may be a whole command line.
  for (const list of program.matchAll(/\[((?:\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?)+)\]/g)) {
    const words = stringsOf(list[1] ?? '').map(string => plainArg(string.text));
    if (words.length > 1) call.run(words, { fromFile: true });
  }
  // spawn('rm', ['-rf', 'x'])
  for (const pair of program.matchAll(/\(\s*(["'])([\w./-]+)\1\s*,\s*\[((?:[^\]"']|"[^"]*"|'[^']*')*)\]/g))
    call.run([plainArg(pair[2] ?? ''), ...stringsOf(pair[3] ?? '').map(string => plainArg(string.text))], {
      fromFile: true,
    });
  for (const string of strings)
    if (/\s|^\w+$/.test(string.text)) call.script(plainArg(string.text), { fromFile: true });
  const computed =
    /\b(?:os\.system|os\.popen|subprocess\.\w+|execSync|exec|system|shell_exec)\s*\(\s*(?:[A-Za-z_][\w.[\]]*|.*\bdecode\w*\(.*)\s*[,)]/.test(
      program,
    );
  if (computed && strings.length === 0)
    call.effect({ kind: 'opaque', reason: 'starts a command that the program computes' });
}

interface Quoted {
  readonly text: string;
}

/** String literals of the common languages, escapes resolved as far as they matter; adjacent `+` joins are followed. */
function stringsOf(program: string): Quoted[] {
  const strings: Quoted[] = [];
  const pattern =
    /"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|`((?:[^`\\]|\\[\s\S])*)`|(?:%x|qx)[{([]([^})\]]*)[})\]]/g;
  let end = -1;
  for (const match of program.matchAll(pattern)) {
    const raw = match.slice(1).find(group => group !== undefined) ?? '';
    const text = raw
      .replace(/\$\{[^}]*\}|#\{[^}]*\}/g, unknown)
      .replace(/\\(.)/gs, (_, next: string) => ({ n: '\n', t: '\t' })[next] ?? next);
    const joined = end >= 0 && /^\s*\+?\s*$/.test(program.slice(end, match.index)) && match.index > end;
    const last = strings.at(-1);
    if (joined && last !== undefined && program.slice(end, match.index).includes('+'))
      strings[strings.length - 1] = { text: last.text + text };
    else strings.push({ text });
    end = match.index + match[0].length;
    if (strings.length >= maximumStrings) break;
  }
  return strings;
}

interface Language {
  /** Options whose value is the program. */
  readonly program: readonly string[];
  readonly options: string;
}

function interpreter(names: string, { program, options }: Language): Family {
  return named(names, {
    options,
    style: { stopAtOperand: true },
    run: call => {
      if (call.has('version', 'V', 'help')) return undefined;
      const texts = program.flatMap(key => call.all(key));
      const [file] = call.options.operands;
      for (const text of texts) runProgram(call, text);
      const module = call.value('m');
      if (module !== undefined) return runModule(call, module.text);
      if (texts.length > 0) return undefined;
      if (file === undefined || file.text === '-') runProgram(call, call.stdin);
      else runProgramFile(call, file);
      return undefined;
    },
  });
}

export function runProgram(call: Call, program: Stream): void {
  const fetched = program.origins.find(origin => origin.kind === 'fetched');
  if (fetched !== undefined) call.effect({ kind: 'run-fetched', host: fetched.host });
  else if (program.text === unknown && program.origins.some(origin => origin.kind === 'decoded'))
    call.effect({ kind: 'opaque', reason: 'runs decoded text that nobody can read' });
  else if (isKnown(program.text) || program.text.replaceAll(unknown, '').trim() !== '')
    inspect(call, program.text);
  else if (program.text === unknown && program.origins.some(origin => origin.kind === 'variable'))
    call.effect({ kind: 'opaque', reason: 'runs a program that is only known when it runs' });
}

function runProgramFile(call: Call, file: Parameters<Call['place']>[0]): void {
  const written = call.written(file);
  const fetched = file.origins.find(origin => origin.kind === 'fetched');
  const said = namedFor(file.text);
  if (said !== undefined) call.effect(said);
  if (written !== undefined) runProgram(call, written);
  else if (fetched !== undefined) call.effect({ kind: 'run-fetched', host: fetched.host });
  else if (/(?:^|\/)(?:dist\/bridge\.js|interlock)$/.test(file.text))
    call.run([{ ...file, text: 'interlock' }, ...call.options.operands.slice(1)]);
  else if (/(?:^|\/)(?:manage\.py|setup\.py|artisan|console)$/.test(file.text))
    call.run([{ ...file, text: file.text.replace(/^.*\//, '') }, ...call.options.operands.slice(1)]);
}

/** `python -m pip`, `python -m http.server` */
function runModule(call: Call, module: string): Stream | undefined {
  const program = module.split('.')[0] ?? module;
  if (module === 'http.server') return undefined;
  return call.run([plainArg(program), ...call.options.operands]);
}

/** Deno and Bun run scripts of an address by themselves. */
const deno: Tool = {
  options:
    '-A,--allow-all --allow-read?= --allow-write?= --allow-net?= --allow-run?= --allow-env?= -c,--config= --import-map= --lock= -r,--reload?= -q -f -n,--name= -g --unstable',
  style: { stopAtOperand: false },
  run: call => {
    const [verb, target] = call.options.operands;
    if (verb?.text === 'eval' && target !== undefined) inspect(call, target.text);
    if (
      (verb?.text === 'run' || verb?.text === 'install') &&
      target !== undefined &&
      /^https?:/.test(target.text)
    )
      call.effect({ kind: 'run-fetched', host: hostOf(target.text) ?? unknown });
    if (verb?.text === 'publish')
      call.effect({
        kind: 'infrastructure',
        act: 'publish',
        how: 'publishes the package for everyone',
        local: false,
      });
    return undefined;
  },
};

/** awk can start commands: `system("…")`, `"cmd" | getline`, `print | "cmd"`. */
const awk: Tool = {
  options: '-F= -v= -f= -e= -i= --re-interval --posix --assign= --field-separator= --file=',
  run: call => {
    const program = call.value('e') ?? call.options.operands[0];
    const inPlace = call.value('i')?.text === 'inplace';
    if (program !== undefined && /\bsystem\s*\(|\|\s*"|"\s*\|/.test(program.text)) {
      for (const match of program.text.matchAll(
        /system\s*\(\s*"((?:[^"\\]|\\.)*)"|\|\s*(?:getline\s*)?"((?:[^"\\]|\\.)*)"|"((?:[^"\\]|\\.)*)"\s*\|\s*getline/g,
      )) {
        const text = (match[1] ?? match[2] ?? match[3] ?? '').replace(/\\(.)/g, '$1');
        // What awk puts behind it comes from its input.
        const goesOn =
          match[1] !== undefined && !/^\s*\)/.test(program.text.slice(match.index + match[0].length));
        call.script(plainArg(goesOn ? `${text}${unknown}` : text));
      }
      if (/system\s*\(\s*[^")\s]/.test(program.text))
        call.effect({ kind: 'opaque', reason: 'starts commands that come from its input' });
    }
    for (const file of call.options.operands.slice(call.has('e', 'f') ? 0 : 1)) {
      if (inPlace) call.effect({ kind: 'write', path: call.place(file), manner: 'edit' });
      else call.content(file);
    }
    return unknownStream(call.stdin.origins);
  },
};

/** Editors in batch mode: `vim -c ':!rm x'`, `ed` and `ex` scripts. */
const editor: Tool = {
  options: '-c= --cmd= -S= -s= -u= -e -E -n -R -d -o -O -p -T= -es --eval= --batch -f= -l= --load=',
  run: call => {
    for (const text of [...call.all('c'), ...call.all('cmd')]) {
      const command = /^:?\s*!\s*(.+)$/s.exec(text.text)?.[1];
      if (command !== undefined) call.script(plainArg(command));
    }
    const lisp = call.value('eval');
    if (lisp !== undefined)
      for (const match of lisp.text.matchAll(/shell-command(?:-to-string)?\s+"((?:[^"\\]|\\.)*)"/g))
        call.script(plainArg((match[1] ?? '').replace(/\\(.)/g, '$1')));
    if (lisp !== undefined && /delete-(?:file|directory)/.test(lisp.text)) inspect(call, lisp.text);
    return undefined;
  },
};

const osascript: Tool = {
  options: '-e= -l= -s= -i',
  run: call => {
    for (const text of call.all('e')) {
      for (const match of text.text.matchAll(/do shell script\s+"((?:[^"\\]|\\.)*)"/g))
        call.script(plainArg((match[1] ?? '').replace(/\\(.)/g, '$1')));
      if (/with administrator privileges/.test(text.text))
        call.effect({ kind: 'system', act: 'privilege', how: 'runs a command as administrator' });
      if (/\b(?:delete|empty (?:the )?trash|shut down|restart)\b/.test(text.text))
        call.effect({
          kind: 'opaque',
          reason: 'makes another application delete things or the machine stop',
        });
    }
    return undefined;
  },
};

/** `java -jar bfg-1.14.jar …` starts the tool that the file is named after. */
const java: Tool = {
  options: '-jar= -cp= -classpath= --class-path= -version --version -help',
  style: { singleDash: true, stopAtOperand: true },
  run: call => {
    const jar = call.value('jar');
    const name = jar?.text.replace(/^.*[\\/]/, '').replace(/(?:[-_.]v?\d[\w.]*)?\.jar$/i, '');
    return jar === undefined || name === undefined
      ? undefined
      : call.run([{ ...jar, text: name }, ...call.options.operands]);
  },
};

export const interpreterFamily: Family = {
  ...named('java', java),
  ...interpreter(
    'python python2 python3 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14 pypy pypy3 py ipython',
    { program: ['c'], options: '-c= -m= -W= -X= -u -B -E -I -O -s -S -v -q -i -b -d -x --version' },
  ),
  ...interpreter('node nodejs bun-eval ts-node tsx', {
    program: ['e', 'p'],
    options:
      '-e,--eval= -p,--print?= -r,--require= --import= --loader= --env-file= -i,--interactive -c,--check --input-type= --inspect?= --max-old-space-size= --experimental-loader= -C,--conditions= --test --watch --no-warnings -T -P,--project= -O=',
  }),
  ...interpreter('ruby irb jruby', {
    program: ['e'],
    options: '-e= -r= -I= -C= -E= -F= -K= -T?= -W?= -x?= -n -p -a -l -i?= -s -S -w -v -c -d -y',
  }),
  ...interpreter('perl', {
    program: ['e', 'E'],
    options:
      '-e= -E= -I= -M= -m= -F= -n -p -i?= -l?= -0?= -a -w -W -c -d?= -D?= -s -S -t -T -u -U -v -V?= -x?=',
  }),
  ...interpreter('php', {
    program: ['r', 'B', 'R', 'E'],
    options: '-r= -B= -R= -E= -F= -f= -d= -c= -S= -t= -z= -a -C -e -i -l -m -n -q -s -v -w -H',
  }),
  ...interpreter('lua luajit', { program: ['e'], options: '-e= -l= -i -v -E -W' }),
  ...interpreter('Rscript r rscript julia scala groovy elixir iex swift tclsh guile racket clojure bb', {
    program: ['e', 'eval', 'E'],
    options: '-e,--eval= -E= --vanilla --slave -i -p= --no-save',
  }),
  ...named('deno', deno),
  ...named('awk gawk mawk nawk', awk),
  ...named('vim vi nvim ex ed view gvim emacs emacsclient', editor),
  ...named('osascript', osascript),
};
