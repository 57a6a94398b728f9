import { isKnown, plainArg, type Stream, unknown, unknownStream } from '../../shell/value.ts';
import { destroys, touchesSystem } from '../command-line.ts';
import { type Family, named, type Tool } from '../tool.ts';
import { runSql } from './databases.ts';
import { remove, write } from './files.ts';
import { hostOf } from './network.ts';
import { parameter, parametersOf, targets } from './powershell-parameters.ts';
import { runText } from './shells.ts';

const removeItem: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    if (parameters.switches.has('whatif')) return undefined;
    // `rd /s` is of another shell, and still says what was meant.
    const foreign = call.args.some(arg => /^\/s$/i.test(arg.text));
    const recursive = foreign || ['recurse', 'rf', 'fr'].some(name => parameters.switches.has(name));
    for (const target of targets(call, parameters)) {
      if (/^\/[sqf]$/i.test(target.text)) continue;
      if (/^(?:hklm|hkcu|hkcr|registry|env|cert|variable|alias|function):/i.test(target.text)) {
        if (/^(?:hk|registry|cert)/i.test(target.text))
          call.effect(touchesSystem('setting', `deletes ${target.text}`));
        continue;
      }
      // `$_` is each thing that comes through the pipe.
      const each = target.origins.some(
        origin => origin.kind === 'variable' && /^(?:_|psitem)$/i.test(origin.name),
      );
      remove(call, [{ ...target, pattern: target.pattern || each || /[*?]/.test(target.text) }], recursive);
    }
    return undefined;
  },
};

const clearContent: Tool = {
  run: call => {
    remove(call, targets(call, parametersOf(call)), false, 'truncate');
    return undefined;
  },
};

const setContent = (manner: 'replace' | 'append'): Tool => ({
  run: call => {
    const parameters = parametersOf(call);
    const named = parameter(parameters, 'path', 'literalpath', 'filepath');
    const [first, second] = parameters.positional;
    const target = named ?? first;
    if (target === undefined) return undefined;
    const value = parameter(parameters, 'value', 'inputobject') ?? (named === undefined ? second : first);
    write(call, target, manner === 'append' || parameters.switches.has('append') ? 'append' : 'replace');
    call.wrote(target, value ?? call.stdin);
    return undefined;
  },
});

const moveItem: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const [source, target] = parameters.positional;
    write(call, parameter(parameters, 'path', 'literalpath') ?? source, 'move');
    write(call, parameter(parameters, 'destination', 'newname') ?? target, 'replace');
    return undefined;
  },
};

const copyItem: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const source = parameter(parameters, 'path', 'literalpath') ?? parameters.positional[0];
    if (source !== undefined) call.content(source);
    write(call, parameter(parameters, 'destination') ?? parameters.positional[1], 'replace');
    return undefined;
  },
};

const getContent: Tool = {
  run: call => {
    const [file] = targets(call, parametersOf(call));
    return file === undefined ? undefined : call.content(file);
  },
};

/** What a listing names, for whatever it is piped into: everything in its directory. */
const getChildItem: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const path = (parameter(parameters, 'path', 'literalpath') ?? parameters.positional[0])?.text ?? '.';
    const filter = parameter(parameters, 'filter', 'include')?.text ?? '*';
    return { text: /[*?]/.test(path) ? path : `${path.replace(/[\\/]+$/, '')}/${filter}`, origins: [] };
  },
};

const invokeExpression: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const text = parameter(parameters, 'command') ?? parameters.positional[0];
    return runText(call, text ?? call.stdin, 'its arguments', { shell: 'powershell', sameShell: true });
  },
};

const invokeWebRequest: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const url = parameter(parameters, 'uri', 'url') ?? parameters.positional[0];
    if (url === undefined) return undefined;
    const host = hostOf(url.text) ?? unknown;
    call.effect({ kind: 'contact', host, purpose: 'download' });
    const file = parameter(parameters, 'infile');
    if (file !== undefined)
      call.effect({ kind: 'send', host, what: file.text, files: [call.place(file)], secret: false });
    const body = parameter(parameters, 'body');
    const sent =
      body?.origins
        .filter(origin => origin.kind === 'file')
        .map(origin => call.place(plainArg(origin.path))) ?? [];
    if (sent.length > 0)
      call.effect({
        kind: 'send',
        host,
        what: sent.map(place => place.text).join(' '),
        files: sent,
        secret: false,
      });
    if (/^delete$/i.test(parameter(parameters, 'method')?.text ?? ''))
      call.effect(destroys(`asks ${host} to delete something`));
    const content: Stream = unknownStream([{ kind: 'fetched', host }]);
    const output = parameter(parameters, 'outfile');
    if (output === undefined) return content;
    write(call, output, 'replace');
    call.wrote(output, content);
    return { text: '', origins: [] };
  },
};

const downloads: Tool = {
  run: call => {
    const [url, file] = call.args;
    const host = url === undefined ? unknown : (hostOf(url.text) ?? unknown);
    call.effect({ kind: 'contact', host, purpose: 'download' });
    const content: Stream = unknownStream([{ kind: 'fetched', host }]);
    if (file === undefined) return content;
    write(call, file, 'replace');
    call.wrote(file, content);
    return { text: '', origins: [] };
  },
};

const uploads: Tool = {
  run: call => {
    const [url, file] = call.args;
    const files = file === undefined ? [] : [call.place(file)];
    const host = url === undefined ? unknown : (hostOf(url.text) ?? unknown);
    call.effect({ kind: 'send', host, what: file?.text ?? 'data', files, secret: false });
    return undefined;
  },
};

const invokeSql: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const query = parameter(parameters, 'query') ?? parameters.positional[0];
    if (query !== undefined) runSql(call, query.text);
    return undefined;
  },
};

const startProcess: Tool = {
  run: call => {
    const parameters = parametersOf(call);
    const named = parameter(parameters, 'filepath');
    const program = named ?? parameters.positional[0];
    const rest = parameter(parameters, 'argumentlist', 'args');
    if (/^runas$/i.test(parameter(parameters, 'verb')?.text ?? ''))
      call.effect(touchesSystem('privilege', 'runs a command as administrator'));
    if (program === undefined) return undefined;
    const spelled = (rest?.text.match(/"[^"]*"|'[^']*'|[^\s,]+/g) ?? []).map(word =>
      plainArg(word.replace(/^(["'])(.*)\1$/s, '$2')),
    );
    // Of a list `'push','--force'` only the first is the parameter's value; the others stand by themselves.
    const words = [...spelled, ...parameters.positional.slice(named === undefined ? 1 : 0)];
    return call.run([program, ...words]);
  },
};

const decodes: Tool = {
  run: call => {
    const [text] = call.args;
    if (text === undefined || !isKnown(text.text))
      return unknownStream([...(text?.origins ?? []), { kind: 'decoded' }]);
    const bytes = Buffer.from(text.text, 'base64');
    const wide = bytes.length > 1 && bytes[1] === 0;
    return { text: bytes.toString(wide ? 'utf16le' : 'utf8'), origins: text.origins };
  },
};

const passes: Tool = {
  run: call =>
    call.args.length > 0
      ? { text: call.args.map(arg => arg.text).join('\n'), origins: call.args.flatMap(arg => arg.origins) }
      : call.stdin,
};
/** Methods such as `.Trim()` and `.GetString()` give what they are called on, or what they are given. */
const keeps: Tool = {
  run: call =>
    call.args.some(arg => arg.origins.length > 0 || !isKnown(arg.text)) || call.stdin.text === ''
      ? passes.run?.(call)
      : call.stdin,
};

const deletes = (recursive: boolean): Tool => ({
  run: call => {
    remove(call, call.args.slice(0, 1), recursive || call.args.length > 1);
    return undefined;
  },
});

type SystemAct = Parameters<typeof touchesSystem>[0];

const system = (act: SystemAct, how: string): Tool => ({
  run: call => {
    if (!parametersOf(call).switches.has('whatif')) call.effect(touchesSystem(act, how));
    return undefined;
  },
});
const wipes: Tool = {
  run: call => {
    call.effect({ kind: 'wipe-device', device: call.args.map(arg => arg.text).join(' ') || 'a disk' });
    return undefined;
  },
};

const setLocation: Tool = {
  run: call => {
    const [target] = targets(call, parametersOf(call));
    call.shell.cwd = target === undefined ? call.home : call.place(target).absolute;
    return { text: '', origins: [] };
  },
};

/** Commands as they are called inside PowerShell, where `rm` and `curl` are names for cmdlets. */
export const powershellFamily: Family = {
  ...named('remove-item ri rm rmdir del erase rd', removeItem),
  ...named('clear-content clc', clearContent),
  ...named('set-content out-file tee-object new-item ni', setContent('replace')),
  ...named('add-content ac', setContent('append')),
  ...named('move-item mi mv move rename-item rni ren', moveItem),
  ...named('copy-item cpi cp copy', copyItem),
  ...named('get-content gc cat type', getContent),
  ...named('get-childitem gci ls dir', getChildItem),
  ...named('invoke-expression iex', invokeExpression),
  ...named('invoke-webrequest iwr invoke-restmethod irm wget curl', invokeWebRequest),
  ...named('start-bitstransfer', {
    run: call => {
      const parameters = parametersOf(call);
      const url = parameter(parameters, 'source') ?? parameters.positional[0];
      if (url === undefined) return undefined;
      const host = hostOf(url.text) ?? unknown;
      call.effect({ kind: 'contact', host, purpose: 'download' });
      const file = parameter(parameters, 'destination') ?? parameters.positional[1];
      if (file !== undefined) {
        write(call, file, 'replace');
        call.wrote(file, unknownStream([{ kind: 'fetched', host }]));
      }
      return undefined;
    },
  }),
  ...named('stop-process spps', {
    run: call => {
      const parameters = parametersOf(call);
      const wanted = parameter(parameters, 'name', 'id')?.text ?? parameters.positional[0]?.text;
      const everything = wanted === undefined && call.stdin.origins.some(origin => origin.kind === 'program');
      const needed =
        /^(?:[0-4]|\*|explorer|csrss|winlogon|lsass|svchost|system|wininit|services)(?:\.exe)?$/i.test(
          wanted ?? '',
        );
      if (everything || needed)
        call.effect(
          touchesSystem('process', 'ends processes that the machine needs, or every one it is given'),
        );
      return undefined;
    },
  }),
  ...named('.delete', {
    run: call => {
      remove(call, [{ ...plainArg(unknown), pattern: true }], true);
      return undefined;
    },
  }),
  ...named('.downloadstring .downloaddata .downloadfile .downloadstringtaskasync .getstringasync', downloads),
  ...named('.uploadstring .uploadfile .uploaddata .postasync', uploads),
  ...named('start-process saps start', startProcess),
  ...named('invoke-sqlcmd invoke-sqlquery', invokeSql),
  ...named('set-location sl cd chdir push-location pushd', setLocation),
  ...named('stop-computer restart-computer', system('power', 'shuts the machine down or restarts it')),
  ...named(
    'stop-service spsv set-service new-service remove-service suspend-service',
    system('service', 'changes which services run'),
  ),
  ...named(
    'new-localuser remove-localuser set-localuser add-localgroupmember disable-localuser enable-localuser',
    system('user', 'changes accounts of this machine'),
  ),
  ...named('set-executionpolicy', system('setting', 'changes which scripts may run on this machine')),
  ...named(
    'set-mppreference add-mppreference',
    system('setting', 'weakens the virus protection of this machine'),
  ),
  ...named('set-itemproperty new-itemproperty remove-itemproperty clear-itemproperty', {
    run: call => {
      if (call.args.some(arg => /^(?:hk|registry)/i.test(arg.text)))
        call.effect(touchesSystem('setting', 'changes the registry'));
      return undefined;
    },
  }),
  ...named('set-acl', system('setting', 'changes who may use files')),
  ...named(
    'new-netfirewallrule set-netfirewallprofile remove-netfirewallrule disable-netfirewallrule set-netfirewallrule',
    system('firewall', 'changes the firewall of this machine'),
  ),
  ...named(
    'register-scheduledtask unregister-scheduledtask set-scheduledtask new-scheduledtask',
    system('schedule', 'changes the scheduled tasks'),
  ),
  ...named(
    'clear-eventlog remove-eventlog clear-history',
    system('trace', 'erases the record of what was done'),
  ),
  ...named('clear-recyclebin', system('setting', 'empties the recycle bin')),
  ...named(
    'uninstall-package uninstall-module uninstall-windowsfeature disable-windowsoptionalfeature',
    system('package', 'removes software of this machine'),
  ),
  ...named('format-volume clear-disk initialize-disk remove-partition reset-physicaldisk', wipes),
  ...named('[system.io.directory]::delete [io.directory]::delete', deletes(false)),
  ...named('[system.io.file]::delete [io.file]::delete', deletes(false)),
  ...named(
    '[system.io.file]::writealltext [io.file]::writealltext [system.io.file]::writeallbytes [io.file]::writeallbytes',
    {
      run: call => {
        write(call, call.args[0], 'replace');
        return undefined;
      },
    },
  ),
  ...named(
    '[system.io.file]::readalltext [io.file]::readalltext [system.io.file]::readallbytes [io.file]::readallbytes',
    { run: call => (call.args[0] === undefined ? undefined : call.content(call.args[0])) },
  ),
  ...named('[system.diagnostics.process]::start [diagnostics.process]::start', {
    run: call => (call.args.length > 0 ? call.run(call.args) : undefined),
  }),
  ...named('[convert]::frombase64string [system.convert]::frombase64string', decodes),
  ...named('[scriptblock]::create', {
    run: call =>
      call.args[0] === undefined
        ? undefined
        : runText(call, call.args[0], 'its arguments', { shell: 'powershell' }),
  }),
  ...named('write-output write echo', passes),
  ...named(
    '.getstring .trim .tostring .replace .split .substring .invoke .content convertfrom-base64',
    keeps,
  ),
  ...named(
    'write-host write-verbose write-warning write-error write-debug where-object ? select-object select sort-object foreach-object measure-object group-object format-table ft format-list fl out-null out-string out-host new-object test-path resolve-path join-path split-path get-item get-process get-service get-command get-help get-member get-date get-location invoke-command icm start-job receive-job stop-job remove-job remove-variable clear-variable clear-host cls remove-module import-module stop-transcript start-transcript remove-pssession new-pssession convertto-json convertfrom-json select-string sls set-variable set-strictmode add-type remove-psdrive remove-alias remove-event clear-alias kill wait-process format-hex format-wide format-custom',
    {},
  ),
};
