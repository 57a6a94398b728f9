import { Uri } from 'vscode';
import { ruleScheme } from '../ids.ts';
import { policyKind } from './policy-kind.ts';
import { profileKind } from './profile-kind.ts';
import type { RuleKind, RuleName } from './rule-kind.ts';

const kinds: readonly RuleKind[] = [policyKind, profileKind];

/** `interlock://rules/<project>/profiles/<name>.json`, `…/policies/<name>.cedar` */
export function addressOf({ projectId, kind, name }: RuleName): Uri {
  const path = `/${projectId}/${kind.folder}/${name}${kind.extension}`;
  return Uri.from({ scheme: ruleScheme, authority: 'rules', path });
}

/** What an address names; undefined where it is none of ours. */
export function ruleAt({ scheme, path }: Uri): RuleName | undefined {
  const [, projectId, folder, file, ...more] = path.split('/');
  const kind = kinds.find(other => other.folder === folder);
  if (scheme !== ruleScheme || !projectId || !kind || !file?.endsWith(kind.extension) || more.length > 0)
    return undefined;
  return { projectId, kind, name: file.slice(0, -kind.extension.length) };
}
