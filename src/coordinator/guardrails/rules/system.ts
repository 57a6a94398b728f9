import type { EffectOf } from '../effects.ts';
import type { GuardContext } from '../judgement.ts';
import { normalize, type Place } from '../places.ts';
import { readable } from '../shell/value.ts';
import { isInside } from './files.ts';
import { type Finding, type RuleDefinition, rule } from './rule.ts';

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
    const { area, absolute, text } = effect.path;
    if (startsByItself.test(absolute ?? text))
      return { effect: `changes ${readable(text)}, which runs by itself` };
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

/** Hook and settings files that put the guard between an agent and its tools. */
const harnessFiles =
  /(?:^|\/)\.claude\/settings(?:\.local)?\.json$|(?:^|\/)\.github\/hooks\/|(?:^|\/)\.codex\/(?:hooks\.json|config\.toml)$|(?:^|\/)\.copilot\/hooks\/|(?:^|\/)\.gemini\/settings\.json$|(?:^|\/)\.cursor\/hooks\.json$|(?:^|\/)\.interlock(?:\/|$)|(?:^|\/)\.vscode\/(?:settings|mcp)\.json$/;

function isProtected(place: Place, context: GuardContext): boolean {
  const path = place.absolute ?? place.text;
  if (harnessFiles.test(path)) return true;
  return (context.protectedPaths ?? []).some(candidate => {
    const protectedPath = normalize(candidate);
    return `${path}/`.startsWith(`${protectedPath}/`);
  });
}

function protects(id: string, kind: 'write' | 'delete', verb: string): RuleDefinition {
  const judge = (
    effect: EffectOf<'write'> | EffectOf<'delete'>,
    context: GuardContext,
  ): Finding | undefined => {
    if (!isProtected(effect.path, context) && !(kind === 'delete' && holdsProtected(effect.path, context)))
      return undefined;
    return { effect: `${verb} ${readable(effect.path.text)}, which is part of what watches over agents` };
  };
  const common = {
    id,
    category: 'self_protection',
    severity: 'approval_required',
    minTrust: 5,
    why: 'An agent that can change its own guard has none.',
    suggestion: 'Ask a person to change it in the editor.',
  } as const;
  return kind === 'write'
    ? rule({ ...common, kind: 'write', judge })
    : rule({ ...common, kind: 'delete', judge });
}

/** A directory goes with everything in it. */
function holdsProtected(place: Place, context: GuardContext): boolean {
  const { absolute } = place;
  if (absolute === undefined) return false;
  return (context.protectedPaths ?? []).some(path =>
    `${normalize(path)}/`.startsWith(`${absolute === '/' ? '' : absolute}/`),
  );
}

const readStore = rule({
  id: 'self-protection.read-store',
  kind: 'read',
  category: 'self_protection',
  severity: 'approval_required',
  minTrust: 5,
  why: 'The store holds approvals and sessions of everyone.',
  judge: (effect, context) => {
    const path = effect.path.absolute;
    const own =
      path !== undefined &&
      (context.protectedPaths ?? []).some(candidate => `${path}/`.startsWith(`${normalize(candidate)}/`));
    return own ? { effect: `reads ${readable(effect.path.text)}, which belongs to Interlock` } : undefined;
  },
});

const protection = rule({
  id: 'self-protection.command',
  kind: 'protection',
  category: 'self_protection',
  severity: 'approval_required',
  minTrust: 5,
  why: 'An agent that can change its own guard has none.',
  suggestion: 'Ask a person to do it in the editor.',
  judge: effect => ({ effect: readable(effect.how) }),
});

/** Self-protection comes first: it is the more telling answer where both would speak. */
export const systemRules: readonly RuleDefinition[] = [
  protects('self-protection.write', 'write', 'changes'),
  protects('self-protection.delete', 'delete', 'deletes'),
  readStore,
  protection,
  permission,
  system,
  writeOutside,
];
