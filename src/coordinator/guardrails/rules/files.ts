import type { EffectOf } from '../effects.ts';
import type { GuardContext } from '../judgement.ts';
import { baseName, normalize, type Place } from '../places.ts';
import { isKnown, readable } from '../shell/value.ts';
import { isSurelyGenerated, looksGenerated } from '../tools/generated.ts';
import { type Finding, type RuleDefinition, rule } from './rule.ts';

type Delete = EffectOf<'delete'>;

const loses = (effect: Delete, what: string) => {
  const verb = { remove: 'deletes', shred: 'overwrites beyond recovery', truncate: 'empties' }[effect.manner];
  return `${verb} ${what}`;
};

const name = (effect: Delete) => readable(effect.path.text);

const catastrophe = rule({
  id: 'files.delete-everything',
  kind: 'delete',
  category: 'file_deletion',
  severity: 'block',
  minTrust: 5,
  why: 'Nothing of the machine or of a person’s files would be left, and no history brings it back.',
  suggestion: 'Name the one directory that is meant, inside the repository.',
  judge: effect => {
    const { area, pattern, everything } = effect.path;
    if (!effect.recursive && !everything) return undefined;
    if (area !== 'root' && area !== 'home' && area !== 'system') return undefined;
    if (isSurelyGenerated(effect.path.text)) return undefined;
    if (area !== 'root' && pattern && !everything) return undefined;
    const what =
      area === 'root'
        ? 'the whole file system'
        : area === 'home'
          ? 'a whole home directory'
          : 'part of the operating system';
    return {
      effect: loses(effect, `${what} (${name(effect)})`),
      ...(effect.elsewhere ? { severity: 'approval_required' as const } : {}),
    };
  },
});

const outside = rule({
  id: 'files.delete-outside',
  kind: 'delete',
  category: 'file_deletion',
  severity: 'approval_required',
  minTrust: 5,
  why: 'The path is outside the repository, where no version control holds a copy.',
  suggestion: 'Delete only inside the repository or the temporary directory.',
  judge: async (effect, context) => {
    const { area, within } = effect.path;
    if (isSurelyGenerated(effect.path.text)) return undefined;
    if (area === 'system' || area === 'home' || area === 'root')
      return { effect: loses(effect, `${name(effect)}, which belongs to the system`) };
    if (area !== 'ordinary' || isOneOrdinaryFile(effect)) return undefined;
    if (effect.elsewhere || (within !== undefined && (await isInside(within, context)))) return undefined;
    return { effect: loses(effect, `${name(effect)}, outside the repository`) };
  },
});

/**
 * One file by its own name is what somebody looked at before; settings and credentials, which have a dot in front, are not
 * ordinary, and neither is what nothing can make again.
 */
function isOneOrdinaryFile({ recursive, manner, path }: Delete): boolean {
  if (recursive || path.pattern || manner !== 'remove' || !isKnown(path.text)) return false;
  const text = path.absolute ?? path.text;
  return !/\/\.[^/.]|^\/(?:srv|opt|var|mnt|media|Volumes|Applications|nix)\//.test(text) && !isPrecious(text);
}

/** Inside the working directory, or inside the repository that directory is in. */
export async function isInside(path: string, context: GuardContext): Promise<boolean> {
  const { cwd } = context;
  if (cwd === undefined) return false;
  if (`${path}/`.startsWith(`${normalize(cwd)}/`)) return true;
  const root = (await context.repository?.(cwd))?.root;
  return root !== undefined && `${path}/`.startsWith(`${root}/`);
}

const recursive = rule({
  id: 'files.delete-tree',
  kind: 'delete',
  category: 'file_deletion',
  severity: 'approval_required',
  minTrust: 3,
  why: 'A directory goes with everything in it, tracked or not.',
  suggestion:
    'Move it aside (`mv dir /tmp/`), or remove only what the repository ignores (`git clean -dX -n` shows it).',
  judge: async (effect, context) => {
    if ((!effect.recursive && !effect.path.everything) || namesFiles(effect.path)) return undefined;
    return judgeTree(effect, context);
  },
});

async function judgeTree(effect: Delete, context: GuardContext): Promise<Finding | undefined> {
  const { area, absolute, text } = effect.path;
  const whole = /^(?:\/private)?\/(?:var\/)?tmp$/.test(absolute ?? '') && !effect.path.pattern;
  if (whole) return { effect: loses(effect, `${name(effect)} with what every program keeps there`) };
  if (area === 'temporary' || area === 'sink') return undefined;
  const generated = looksGenerated(text) || isSurelyGenerated(text);
  if (area === 'unknown') {
    if (generated) return undefined;
    return { effect: loses(effect, `${name(effect)} with everything in it, wherever that turns out to be`) };
  }
  const finding = { effect: loses(effect, `${name(effect)} with everything in it`) };
  if (absolute === undefined || effect.elsewhere) return generated ? undefined : finding;
  const facts = await context.repository?.(parentOf(absolute));
  if (facts === undefined) return generated && !holdsHistory(absolute) ? undefined : finding;
  if (`${facts.root}/`.startsWith(`${absolute}/`))
    return { effect: loses(effect, `the repository itself (${name(effect)})`) };
  if (holdsHistory(absolute)) return { effect: loses(effect, `the repository’s history (${name(effect)})`) };
  if (isPrecious(absolute))
    return { effect: loses(effect, `${name(effect)}, which git does not keep and nothing can make again`) };
  if (context.projectRules?.isGenerated(absolute.slice(facts.root.length + 1))) return undefined;
  if (await facts.isIgnored(absolute)) return undefined;
  const tracked = await facts.holdsTracked(absolute);
  if (tracked === false && generated) return undefined;
  return tracked
    ? { effect: loses(effect, `${name(effect)}, which holds files under version control`) }
    : finding;
}

const singleFile = rule({
  id: 'files.delete-file',
  kind: 'delete',
  category: 'file_deletion',
  severity: 'approval_required',
  minTrust: 3,
  why: 'What is lost this way is in no history.',
  judge: effect => {
    const { path, manner } = effect;
    if (
      (effect.recursive && !namesFiles(path)) ||
      path.everything ||
      path.area === 'temporary' ||
      path.area === 'sink'
    )
      return undefined;
    if (path.area === 'unknown' && path.pattern && !looksGenerated(path.text))
      return { effect: loses(effect, 'whatever files its input names') };
    if (holdsHistory(path.absolute ?? path.text))
      return { effect: loses(effect, `part of the repository’s history (${name(effect)})`) };
    if (isPrecious(path.absolute ?? path.text))
      return { effect: loses(effect, `${name(effect)}, which git does not keep and nothing can make again`) };
    if (manner === 'shred' || (manner === 'truncate' && !looksGenerated(path.text)))
      return { effect: loses(effect, name(effect)) };
    return undefined;
  },
});

/** `rm -rf *.tgz index.js`: with an ending of files, -r takes no directory. */
function namesFiles(path: Place): boolean {
  return (
    !path.everything &&
    /[^/.]\.[a-z][a-z0-9]{0,4}$/i.test(path.text) &&
    !/\*\*|\.(?:d|git|app|bundle)$/.test(path.text)
  );
}

function parentOf(path: string): string {
  return path.replace(/\/[^/]*$/, '') || '/';
}

function holdsHistory(path: string): boolean {
  return /(?:^|\/)\.git(?:\/(?!index\.lock$|.*\.lock$)|$)/.test(path);
}

/** Ignored on purpose, and still the only copy: settings with secrets, local databases. */
function isPrecious(path: string): boolean {
  return /^(?:\.env(?!\.example$|\.sample$|\.template$)(?:\..+)?|.*\.(?:pem|key|p12|pfx|sqlite3?|db|kdbx|tfstate))$/i.test(
    baseName(path),
  );
}

const device = rule({
  id: 'files.wipe-device',
  kind: 'wipe-device',
  category: 'file_deletion',
  severity: 'block',
  minTrust: 5,
  why: 'A disk that is written to directly loses every file on it at once.',
  suggestion: 'A person runs this, at a terminal, with the device in hand.',
  judge: effect => ({
    effect: `overwrites ${isKnown(effect.device) ? `the device ${effect.device}` : 'a device'}`,
    ...(effect.elsewhere ? { severity: 'approval_required' as const } : {}),
  }),
});

export const fileRules: readonly RuleDefinition[] = [catastrophe, outside, recursive, singleFile, device];
