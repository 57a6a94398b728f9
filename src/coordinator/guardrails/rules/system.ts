import type { EffectOf } from '../effects.ts';
import { readable } from '../shell/value.ts';
import { isInside } from './files.ts';
import { type RuleDefinition, rule } from './rule.ts';

const permission = rule({
  id: 'system.permissions',
  kind: 'permission',
  category: 'system',
  severity: 'approval_required',
  minTrust: 5,
  why: 'Wide-open or foreign permissions are how one program’s mistake becomes everybody’s problem.',
  suggestion: 'Give the least that works, to the files that need it: `chmod u+rwX`, `chmod +x script`.',
  judge: async (effect, context) => {
    if (effect.elsewhere && !effect.open) return undefined;
    const { area, within } = effect.path;
    if (area === 'system' || area === 'root' || area === 'home' || area === 'device')
      return effect.open || effect.recursive || area !== 'home'
        ? { effect: readable(effect.how) }
        : undefined;
    if (effect.open) return area === 'temporary' ? undefined : { effect: readable(effect.how) };
    if (!effect.recursive) return undefined;
    const inside = within !== undefined && (area === 'temporary' || (await isInside(within, context)));
    return inside ? undefined : { effect: `${readable(effect.how)} with everything in it` };
  },
});

type SystemAct = EffectOf<'system'>['act'];

const whys: Readonly<Record<SystemAct, string>> = {
  power: 'Everything that runs on the machine ends, saved or not.',
  service: 'Something on this machine or beyond may rely on it.',
  process: 'What is ended this way saves nothing.',
  user: 'It decides who can log in and what they may do.',
  firewall: 'It opens the machine to others, or cuts it off.',
  kernel: 'It reaches below every protection there is.',
  schedule: 'It goes on running long after this task, unseen.',
  package: 'Other programs of this machine rely on what is removed or replaced.',
  setting: 'It changes the machine itself, not this repository.',
  trace: 'Nobody can see afterwards what was done.',
  privilege: 'From there on nothing on this machine is out of reach.',
};

const system = rule({
  id: 'system.change',
  kind: 'system',
  category: 'system',
  severity: 'approval_required',
  minTrust: 5,
  why: 'It changes the machine itself, not this repository.',
  suggestion: 'A person decides about the machine; say what is needed and why.',
  judge: effect => ({ effect: readable(effect.how), why: whys[effect.act] }),
});

/** Files that run by themselves at the next login, start or commit. */
const startsByItself =
  /(?:^|\/)\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|kshrc|cshrc|tcshrc|login|inputrc|xinitrc|xprofile|xsession|pam_environment)$|(?:^|\/)\.config\/(?:fish\/|autostart\/|systemd\/)|\/LaunchAgents\/|\/LaunchDaemons\/|(?:^|\/)Microsoft\.PowerShell_profile\.ps1$|\\Startup\\|(?:^|\/)\.git\/(?:hooks\/|config$)|^\/etc\/(?:cron|profile|init|rc|systemd|ld\.so)/;

const writeOutside = rule({
  id: 'system.write-file',
  kind: 'write',
  category: 'system',
  severity: 'approval_required',
  minTrust: 5,
  why: 'It changes the machine, or what runs by itself from now on, outside of what a repository can bring back.',
  suggestion: 'Write inside the repository and let a person install it.',
  judge: effect => {
    const { absolute, text, within } = effect.path;
    const area = effect.path.area === 'unknown' && within === '/' ? 'root' : effect.path.area;
    if (startsByItself.test(absolute ?? text))
      return { effect: `changes ${readable(text)}, which runs by itself` };
    if (/^\/var\/log\//.test(absolute ?? text) && effect.manner === 'replace')
      return { effect: `replaces ${readable(text)}, the record of what was done` };
    // No program can write to the root itself: `<name>/<other>` is a placeholder, not a redirection.
    if (absolute === '/' && effect.manner !== 'move') return undefined;
    if ((area === 'system' || area === 'root') && !effect.elsewhere && !isOwnCorner(absolute ?? text))
      return { effect: `changes ${readable(text)}, which belongs to the system` };
    if (area === 'home' && effect.manner === 'move') return { effect: `moves ${readable(text)} away` };
    return undefined;
  },
});

/** Below system directories, but meant for what is installed by hand or made while running. */
function isOwnCorner(path: string): boolean {
  return /^\/(?:usr\/local|opt|srv|mnt|media|run|var\/(?:lib|cache|log|tmp|www|spool))\/./.test(path);
}

export const systemRules: readonly RuleDefinition[] = [permission, system, writeOutside];
