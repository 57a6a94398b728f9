import { commandLine, touchesSystem } from '../command-line.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { remove } from './files.ts';
import { hostOf } from './network.ts';

const setting = (how: string) => touchesSystem('setting', how);

/** DOS tools take `/switches` among their words. */
const switches = (call: Call) =>
  call.args.filter(arg => /^\/[\w:]/.test(arg.text)).map(arg => arg.text.toLowerCase());
const words = (call: Call) =>
  call.args.filter(arg => !/^[/-]/.test(arg.text)).map(arg => arg.text.toLowerCase());

function onWords(pattern: RegExp, deed: Parameters<Call['effect']>[0]): Tool {
  return {
    run: call => {
      if (pattern.test([...words(call), ...switches(call)].join(' '))) call.effect(deed);
      return undefined;
    },
  };
}

const certutil: Tool = {
  run: call => {
    const url = call.args.find(arg => /^https?:/i.test(arg.text));
    if (url !== undefined)
      call.effect({ kind: 'contact', host: hostOf(url.text) ?? url.text, purpose: 'download' });
    const target = call.args.at(-1);
    if (url !== undefined && target !== undefined && target !== url)
      call.wrote(target, {
        text: '\uE000',
        origins: [{ kind: 'fetched', host: hostOf(url.text) ?? url.text }],
      });
    return undefined;
  },
};

const cmd: Tool = {
  run: call => {
    const at = call.args.findIndex(arg => /^\/[ck]$/i.test(arg.text));
    const command = at < 0 ? [] : call.args.slice(at + 1);
    const [only] = command;
    if (command.length === 1 && only !== undefined) return call.script(only);
    return command.length > 0 ? call.run(command, { shell: 'bash' }) : undefined;
  },
};

const runas: Tool = {
  run: call => {
    const rest = call.args.filter(arg => !arg.text.startsWith('/'));
    call.effect(touchesSystem('privilege', 'runs a command as another user'));
    const [only] = rest;
    return only === undefined ? undefined : rest.length === 1 ? call.script(only) : call.run(rest);
  },
};

export const windowsFamily: Family = {
  ...named('cmd', cmd),
  ...named('runas', runas),
  robocopy: {
    run: call => {
      const target = call.args[1];
      if (target !== undefined && switches(call).some(word => /^\/(?:mir|purge)$/.test(word)))
        remove(call, [target], true);
      return undefined;
    },
  },
  wsl: {
    options:
      '-d,--distribution= -u,--user= --cd= -e,--exec --shell-type= -l,--list -v --status --shutdown --update --install --export --import',
    style: { stopAtOperand: true },
    run: call =>
      call.options.operands.length > 0 ? call.run(call.options.operands, { shell: 'bash' }) : undefined,
  },
  ...named('icacls cacls', {
    run: call => {
      if (
        call.args.some(arg => /everyone|users:|\*s-1-1-0/i.test(arg.text)) ||
        switches(call).some(word => /^\/(?:grant|setowner|reset|remove|deny)/.test(word))
      )
        call.effect(setting('changes who may use files'));
      return undefined;
    },
  }),
  takeown: {
    run: call => {
      call.effect(setting('takes files away from their owner'));
      return undefined;
    },
  },
  cipher: {
    run: call => {
      if (switches(call).some(word => word.startsWith('/w')))
        call.effect(setting('overwrites everything deleted on a disk, beyond recovery'));
      return undefined;
    },
  },
  reg: onWords(/^(?:add|delete|import|restore|unload|copy)\b/, setting('changes the registry')),
  regedit: {
    run: call => {
      if (call.args.length > 0) call.effect(setting('changes the registry'));
      return undefined;
    },
  },
  net: onWords(
    /^(?:user|localgroup|stop|share|accounts|use) \S|^stop\b/,
    setting('changes accounts, services or shares of this machine'),
  ),
  netsh: onWords(
    /\b(?:set|delete|add|reset)\b/,
    touchesSystem('firewall', 'changes the network or firewall settings'),
  ),
  sc: onWords(
    /^(?:delete|stop|create|config|failure)\b/,
    touchesSystem('service', 'changes the services of this machine'),
  ),
  schtasks: onWords(
    /\/(?:create|delete|change|end|run)\b/,
    touchesSystem('schedule', 'changes the scheduled tasks'),
  ),
  bcdedit: onWords(/\/(?:set|delete|create|import|default)/, setting('changes how this machine starts')),
  vssadmin: onWords(/delete|resize/, {
    kind: 'wipe-device',
    device: 'the shadow copies that files are restored from',
  }),
  wbadmin: onWords(/delete/, { kind: 'wipe-device', device: 'the backups of this machine' }),
  wevtutil: onWords(/^(?:cl|clear-log)\b/, touchesSystem('trace', 'clears the event log')),
  fsutil: onWords(/delete|setzerodata/, setting('changes the file system')),
  diskpart: {
    run: call => {
      call.effect({ kind: 'wipe-device', device: 'whatever disk its script names' });
      return undefined;
    },
  },
  wmic: onWords(/\b(?:delete|call|create|uninstall|terminate)\b/, setting('changes this machine')),
  setx: { run: () => undefined },
  taskkill: onWords(
    /\b(?:explorer|csrss|winlogon|lsass|svchost|system)\b|(?:^|\s)\*(?:\s|$)/i,
    touchesSystem('process', 'ends a process the machine needs'),
  ),
  powercfg: onWords(/\/?(?:h|hibernate|delete|setactive)/, setting('changes power settings')),
  ...named('certutil', certutil),
  bitsadmin: certutil,
  ...named('mshta rundll32 regsvr32 cscript wscript msiexec', {
    run: call => {
      const url = call.args.find(
        arg => /^(?:https?:|\\\\|javascript:|vbscript:)/i.test(arg.text) || /https?:\/\//i.test(arg.text),
      );
      if (url !== undefined)
        call.effect({
          kind: 'run-fetched',
          host: hostOf(/https?:\/\/\S+/i.exec(url.text)?.[0] ?? url.text) ?? 'an address',
        });
      return undefined;
    },
  }),
  'manage-bde': {
    run: call => {
      if (call.args.some(arg => /^-(?:off|forcerecovery|wipefreespace|delete|changekey)$/i.test(arg.text)))
        call.effect(setting('changes the encryption of a disk'));
      return undefined;
    },
  },
  dism: onWords(
    /\/(?:disable-feature|remove-|cleanup-image|apply-image|set-)/,
    setting('changes the installed system'),
  ),
  ...commandLine('sfc chkdsk', { acts: {} }),
  ...named(
    'tasklist systeminfo ver where.exe findstr fc sort.exe tree.com more.com ipconfig nslookup.exe',
    {},
  ),
};
