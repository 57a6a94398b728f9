import { codeRules } from './code.ts';
import { dataRules } from './data.ts';
import { fileRules } from './files.ts';
import { gitRules } from './git.ts';
import { infrastructureRules } from './infrastructure.ts';
import { protectionRules } from './protection.ts';
import type { RuleDefinition } from './rule.ts';
import { secretRules } from './secrets.ts';
import { systemRules } from './system.ts';

/**
 * Every built-in rule. The database copy is seeded from this list, and the engine falls back to it. For each effect the
 * first rule that has something against it speaks.
 */
export const builtinRules: readonly RuleDefinition[] = [
  ...protectionRules,
  ...secretRules,
  ...systemRules,
  ...gitRules,
  ...fileRules,
  ...dataRules,
  ...infrastructureRules,
  ...codeRules,
];
