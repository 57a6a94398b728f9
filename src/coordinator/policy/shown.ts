import { z } from 'zod';
import { cedarFiles } from './cedar-files.ts';
import type { PolicyVersion } from './store.ts';

export const PolicyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, beginning with a letter');

export const PolicyText = z.string().min(1).max(65_536).describe('One or more policies in Cedar.');

export const Reason = z.string().trim().min(1).max(500).describe('Goes on the record and into the history.');

export const ShownVersion = z.object({
  name: z.string(),
  version: z.number().int(),
  action: z.enum(['created', 'updated', 'deleted', 'rolled_back']),
  text: z.string(),
  enabled: z.boolean(),
  restored_version: z.number().int().nullable().describe('The version that a rollback brought back.'),
  author: z.string(),
  reason: z.string(),
  made_at: z.string(),
});

export const ShownProblem = z.object({
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  help: z.string().nullable(),
  line: z.number().int(),
  column: z.number().int(),
  end_line: z.number().int(),
  end_column: z.number().int(),
});

export function shownVersion(version: PolicyVersion): z.input<typeof ShownVersion> {
  return { ...version, made_at: version.made_at.toISOString() };
}

/** The policies that every project has, by name, as they stand in `cedar/defaults.cedar`. */
export const builtinTexts: ReadonlyMap<string, string> = new Map(
  [...cedarFiles.defaults.matchAll(/@id\("([\w-]+)"\)[^;]*;/g)].map(([text, name = '']) => [name, text]),
);
