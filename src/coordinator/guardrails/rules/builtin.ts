import { codeRules } from './code.ts';
import { fileRules } from './files.ts';
import { gitRules } from './git.ts';
import type { RuleDefinition } from './rule.ts';

/** Every built-in rule. The database copy is seeded from this list, and the engine falls back to it. */
export const builtinRules: readonly RuleDefinition[] = [...gitRules, ...fileRules, ...codeRules];
