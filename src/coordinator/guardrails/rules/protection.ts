import type { EffectOf } from '../effects.ts';
import type { GuardContext } from '../judgement.ts';
import { isGuardPlace } from '../own-places.ts';
import { normalize, type Place } from '../places.ts';
import { readable } from '../shell/value.ts';
import { type Finding, type RuleDefinition, rule } from './rule.ts';

function isProtected({ absolute, text }: Place, context: GuardContext): boolean {
  return isGuardPlace(absolute ?? text, context);
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

const discard = rule({
  id: 'self-protection.discard',
  kind: 'discard',
  category: 'self_protection',
  severity: 'approval_required',
  minTrust: 5,
  why: 'An agent that can change its own guard has none.',
  suggestion: 'Ask a person to change it in the editor.',
  judge: ({ paths = [] }, context) => {
    const own = paths.find(place => isProtected(place, context));
    return own && { effect: `sets ${readable(own.text)} back, which is part of what watches over agents` };
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

export const protectionRules: readonly RuleDefinition[] = [
  protects('self-protection.write', 'write', 'changes'),
  protects('self-protection.delete', 'delete', 'deletes'),
  discard,
  readStore,
  protection,
];
