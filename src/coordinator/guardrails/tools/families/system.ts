import type { Deed } from '../../effects.ts';
import { commandLine, touchesSystem } from '../command-line.ts';
import { type Family, named, type Tool } from '../tool.ts';
import { isSecretName } from './secret-names.ts';

const power = touchesSystem('power', 'shuts the machine down or restarts it');
const users = touchesSystem('user', 'changes accounts of this machine ({})');
const firewall = touchesSystem('firewall', 'changes the firewall of this machine');
const kernel = touchesSystem('kernel', 'changes the running kernel ({})');
const schedule = (how: string) => touchesSystem('schedule', how);
const volume: Deed = { kind: 'wipe-device', device: 'a storage volume' };
const setting = (how: string) => touchesSystem('setting', how);

/** `kill -9 -1` ends everything; `kill 1` the machine. Ending one's own processes is daily work. */
const kill: Tool = {
  run: call => {
    const targets = call.args
      .filter((arg, index) => index > 0 || !/^-(?:[A-Z0-9]+|s|n)$/i.test(arg.text))
      .map(arg => arg.text);
    const listed = call.args[0]?.text === '-l' || call.args[0]?.text === '-L' || call.args[0]?.text === '-0';
    if (!listed && targets.some(target => target === '-1' || target === '1' || target === '0'))
      call.effect(touchesSystem('process', 'ends every process it can reach'));
    return undefined;
  },
};

const killByName: Tool = {
  options:
    '-s,--signal= -u,--user= -f,--full -9 -x -n -o -l -q -v -e -i -I -g -r -w -y= -U= -G= -P= -t= -HUP -TERM -KILL -INT -USR1 -USR2',
  style: { singleDash: false },
  run: call => {
    const owner = call.value('u', 'U')?.text;
    const names = call.options.operands.map(arg => arg.text);
    if (call.name === 'killall5') call.effect(touchesSystem('process', 'ends every process of the machine'));
    if (owner !== undefined && names.length === 0)
      call.effect(touchesSystem('process', `ends every process of ${owner}`));
    if (names.some(name => /interlock|coordinator\.mjs|bridge\.(?:js|mjs)|hook\.sh/i.test(name)))
      call.effect({
        kind: 'protection',
        how: 'ends Interlock',
      });
    if (
      names.some(name =>
        /^(?:systemd|init|launchd|dbus.*|sshd|kernel_task|WindowServer|loginwindow|gnome-shell|Xorg|explorer|csrss|winlogon|lsass|\.\*?|\.)$/i.test(
          name,
        ),
      )
    )
      call.effect(touchesSystem('process', `ends ${names.join(' ')}, which the machine needs`));
    return undefined;
  },
};

const crontab: Tool = {
  options: '-u= -l -r -e -i -s',
  run: call => {
    if (call.has('l')) return undefined;
    if (call.has('r')) call.effect(schedule('removes every scheduled job'));
    else call.effect(schedule(call.has('e') ? 'edits the scheduled jobs' : 'replaces the scheduled jobs'));
    return undefined;
  },
};

/** `at <time>`: any other words behind it are no call of at. */
const at: Tool = {
  options: '-f= -l -q= -m -c -d -r -t= -v -b -V',
  run: call => {
    const [time] = call.options.operands;
    const isTime =
      /^(?:now|noon|midnight|teatime|today|tomorrow|next|\d{1,4}(?:[:.]\d{2})?(?:[ap]m)?$|\d+[./-]\d+)/i.test(
        time?.text ?? '',
      );
    if (!call.has('l', 'c', 'd', 'r') && (call.name === 'batch' || call.has('t', 'f') || isTime))
      call.effect(schedule('schedules a command for later'));
    return undefined;
  },
};

const su: Tool = {
  options: '-c,--command= -s,--shell= -l,--login -m,-p,--preserve-environment -P,--pty -f -g= -G= -w=',
  run: call => {
    const text = call.value('c');
    if (text !== undefined) return call.script(text);
    call.effect(
      touchesSystem(
        'privilege',
        `opens a shell as ${call.options.operands.find(arg => arg.text !== '-')?.text ?? 'root'}`,
      ),
    );
    return undefined;
  },
};

const mount: Tool = {
  options:
    '-t,--types= -o,--options= -a,--all -l -r,--read-only -w -B,--bind -L= -U= -v -n -f --move --rbind --make-shared --make-private',
  run: call => {
    if (call.options.operands.length > 0 || call.has('a'))
      call.effect(setting('changes what is mounted where'));
    return undefined;
  },
};

const interfaces: Tool = {
  run: call => {
    const words = call.args.map(arg => arg.text).filter(word => !word.startsWith('-'));
    if (
      words.some(word => /^(?:del|delete|flush|down)$/.test(word)) ||
      (words.includes('set') && words.includes('down'))
    )
      call.effect(touchesSystem('setting', 'takes network connections down'));
    else if (words.some(word => /^(?:add|replace|set|change|up)$/.test(word)))
      call.effect(touchesSystem('setting', 'changes the network settings'));
    return undefined;
  },
};

const iptables: Tool = {
  run: call => {
    const words = call.args.map(arg => arg.text);
    if (
      words.some(word => /^(?:-[LSCnv]+|--list.*|--check|--version|-h|--help)$/.test(word)) ||
      words.length === 0
    )
      return undefined;
    call.effect(firewall);
    return undefined;
  },
};

/** Reading a variable of the environment that holds a secret. */
const printenv: Tool = {
  run: call => {
    for (const arg of call.args)
      if (isSecretName(arg.text))
        call.effect({ kind: 'reveal-secret', what: `the environment variable ${arg.text}` });
    return undefined;
  },
};

const history: Tool = {
  options: '-c -d= -a -w -r -n -p -s',
  run: call => {
    if (call.has('c') || call.has('d'))
      call.effect(touchesSystem('trace', 'erases the record of what was run'));
    return undefined;
  },
};

export const systemFamily: Family = {
  ...commandLine('setfacl', {
    options: '-m= -x= -b -R -d -k -M= --set=',
    acts: { '': setting('changes who may use {}') },
  }),
  ...named('chattr', {
    run: call => {
      if (call.args.some(arg => /^[-+=][aAcCdDeijPsStTu]*[aiu]/.test(arg.text)))
        call.effect(setting('locks or unlocks files against every change'));
      return undefined;
    },
  }),
  ...commandLine('setcap', {
    acts: { '': touchesSystem('privilege', 'gives a program special rights ({})') },
  }),
  ...named('kill', kill),
  ...named('pkill killall killall5 skill', killByName),
  ...commandLine('shutdown reboot halt poweroff', {
    options: '-c -r -h -k -P -H -f --no-wall --help',
    acts: { '!-c': power },
  }),
  ...commandLine('init telinit', { acts: { '0|6|1|S|s': power } }),
  ...commandLine('systemctl', {
    options: '--user --now -q -f,--force --no-block -H= -M= -t= -a --no-pager -l -n= -o=',
    acts: {
      'stop|disable|mask|kill|isolate': touchesSystem('service', 'stops or disables the service {}'),
      'reboot|poweroff|halt|kexec|suspend|hibernate|rescue|emergency|soft-reboot': power,
      'enable|link|edit|set-property|set-default|preset|unmask|reenable|revert|import-environment|set-environment':
        touchesSystem('service', 'changes which services run ({})'),
      'stop|disable|kill|enable --user': () => undefined,
    },
  }),
  ...commandLine('service rc-service', {
    acts: {},
    verbs: [[/^stop$/, touchesSystem('service', 'stops the service {}')]],
  }),
  ...commandLine('launchctl', {
    acts: {
      'unload|bootout|remove|disable|kill|load|bootstrap|enable|submit|setenv|reboot': touchesSystem(
        'service',
        'changes which services run ({})',
      ),
    },
  }),
  ...commandLine('update-rc.d chkconfig rc-update sc.exe', {
    acts: { '': touchesSystem('service', 'changes which services start ({})') },
  }),
  ...commandLine('supervisorctl pm2 forever monit', {
    acts: { 'stop|shutdown|remove|delete|kill|unmonitor': touchesSystem('service', 'stops {}') },
  }),
  ...commandLine(
    'useradd adduser userdel deluser usermod groupadd groupdel groupmod gpasswd chpasswd chage vipw visudo newusers dscl dseditgroup sysadminctl',
    { options: '-r -f -m -d= -s= -u= -g= -G= -a -o -p= -c= -e=', acts: { '': users } },
  ),
  ...commandLine('passwd', { options: '-l -u -d -e -S,--status -n= -x=', acts: { '!-S|--status': users } }),
  ...commandLine('chsh', { acts: { '': users } }),
  ...named('iptables ip6tables iptables-restore ebtables arptables pfctl ipset', iptables),
  ...commandLine('nft', {
    options: '-f= -c,--check -a -j -n -s',
    harmlessWith: 'check',
    acts: { 'flush|delete|add|insert|replace|destroy': firewall, '-f': firewall },
  }),
  ...commandLine('ufw', {
    options: '--force --dry-run',
    harmlessWith: 'dry-run',
    acts: { 'disable|reset|delete|allow|deny|reject|limit|enable|default|insert|route': firewall },
  }),
  ...named('firewall-cmd', {
    run: call => {
      if (
        call.args.some(arg =>
          /^--(?:add|remove|set|change|new|delete|panic-on|direct|complete-reload)/.test(arg.text),
        )
      )
        call.effect(firewall);
      return undefined;
    },
  }),
  ...commandLine('insmod modprobe rmmod depmod kexec', {
    options: '-r -f -n,--dry-run -v -l -c',
    harmlessWith: 'dry-run',
    acts: { '': kernel },
  }),
  ...commandLine('sysctl', {
    options: '-w,--write -p,--load?= -a,--all -n -e -q -N --system',
    acts: { '-w|--write': kernel, '-p|--load': kernel, '--system': kernel },
  }),
  ...commandLine('setenforce semanage setsebool auditctl', {
    acts: { '': setting('changes the protection of this machine ({})') },
  }),
  ...commandLine('csrutil spctl', {
    acts: {
      'disable|clear|netboot|authenticated-root|--master-disable|--add|--remove': setting(
        'weakens the protection of this machine',
      ),
      '--master-disable': setting('weakens the protection of this machine'),
    },
  }),
  ...commandLine('nvram bless pmset systemsetup tmutil tccutil', {
    options: '-g -p -a -c',
    acts: {
      'delete|deletelocalsnapshots|disable|reset|-a|-c|--set|-set': setting(
        'changes settings of this machine ({})',
      ),
      '-a|-c': setting('changes settings of this machine'),
    },
  }),

  ...named('networksetup scutil', {
    run: call => {
      if (
        call.args.some(arg =>
          /^--?(?:set|add|remove|create|delete|rename|switch|order|power)/i.test(arg.text),
        )
      )
        call.effect(setting('changes settings of this machine'));
      return undefined;
    },
  }),
  ...commandLine('defaults', {
    options: '-currentHost -host=',
    style: { singleDash: true },
    acts: { 'write|delete|import': setting('changes settings of this account ({})') },
  }),
  ...named('crontab', crontab),
  ...named('at batch', at),
  ...named('su', su),
  ...named('mount', mount),
  ...commandLine('umount', {
    options: '-l -f -a,--all -R',
    acts: { '-a|--all|-f': setting('takes file systems away that are in use') },
  }),
  ...commandLine('swapoff swapon losetup', {
    options: '-a,--all -d -D',
    acts: { '-a|--all|-d|-D': setting('changes the memory or devices of this machine') },
  }),
  ...commandLine('lvremove vgremove pvremove lvreduce lvresize', {
    options: '-f,--force -y,--yes -t,--test',
    harmlessWith: 'test',
    acts: { '': volume },
  }),
  ...commandLine('zpool zfs btrfs', {
    options: '-f,--force -y,--yes -r -R -d -n',
    acts: {},
    verbs: [
      [/^(?:list|status|get|show|history|iostat|filesystem|usage|df|scrub|send|mount)$/, () => undefined],
      [/^(?:destroy|delete|remove|labelclear|rollback|detach|offline|replace|clear|split)$/, volume],
    ],
  }),
  ...commandLine('mdadm', {
    options:
      '-D,--detail -E,--examine -Q,--query -S,--stop --zero-superblock -f,--fail -r,--remove -C,--create',
    acts: {
      '-S|--stop': volume,
      '--zero-superblock': volume,
      '-f|--fail': volume,
      '-r|--remove': volume,
      '-C|--create': volume,
    },
  }),
  ...named('ip ifdown ifup ifconfig nmcli', interfaces),
  ...named('date', {
    options: '-s,--set= -d,--date= -r,--reference= -f= -I?= -R -u,--utc -j -v=',
    run: call => {
      if (call.has('s')) call.effect(setting('sets the clock of this machine'));
      return undefined;
    },
  }),
  ...named('hwclock', {
    run: call => {
      if (call.args.some(arg => /^--(?:set|systohc|hctosys)|^-[sw]$/.test(arg.text)))
        call.effect(setting('sets the clock of this machine'));
      return undefined;
    },
  }),
  ...commandLine('timeshift snapper', {
    options: '--delete --delete-all --restore --snapshot= -c=',
    acts: {
      '--delete|--delete-all': volume,
      '--restore': volume,
      'delete|rollback|undochange': volume,
      'list|status|diff|--list': () => undefined,
    },
  }),
  ...commandLine('update-ca-certificates update-ca-trust trust', {
    options: '--store --remove',
    acts: {
      '': setting('changes which certificates this machine believes'),
      'anchor|extract': setting('changes which certificates this machine believes'),
      'list|dump': () => undefined,
    },
  }),
  ...commandLine('do-release-upgrade', {
    acts: { '': touchesSystem('package', 'replaces the whole operating system') },
  }),
  ...commandLine('hostnamectl timedatectl localectl', {
    acts: {
      'set-hostname|hostname|set-time|set-timezone|set-ntp|set-locale': setting(
        'changes settings of this machine ({})',
      ),
    },
  }),
  ...commandLine(
    'update-alternatives update-grub grub-install grub-mkconfig mkinitcpio dracut efibootmgr bootctl',
    {
      options: '--list --display= --query= --set --install --config',
      acts: {
        '!--list|--display|--query': setting('changes how this machine starts or what its commands mean'),
      },
    },
  ),
  ...named('printenv', printenv),
  ...named('history', history),
  ...commandLine('journalctl', {
    options:
      '-u= -n= -f --since= --until= -p= -x -e -b --no-pager -o= --vacuum-size= --vacuum-time= --vacuum-files= --rotate',
    acts: {
      '--vacuum-size|--vacuum-time|--vacuum-files': touchesSystem('trace', 'deletes logs of this machine'),
    },
  }),
};
