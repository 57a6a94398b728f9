import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { hex } from './chain.ts';
import { readBase, readLinks } from './links.ts';

/** Pages of the record with the exact text that was hashed, so that it can be verified and kept elsewhere. */
export const exportAudit = operation({
  name: 'export_audit',
  title: 'Export the audit log',
  description:
    'Pages of this project’s audit log, oldest first, with the exact text that was hashed. Pass next_after as after until it is null.',
  access: 'read',
  callers: ['operator', 'local', 'system'],
  tool: false,
  readMatters: true,
  input: z.object({
    after: z.number().int().min(0).optional().describe('Default: where the record begins now.'),
    limit: z.number().int().min(1).max(1000).default(1000),
  }),
  output: z.object({
    project_id: z.uuid(),
    after: z
      .object({ sequence: z.number().int(), hash: z.string() })
      .describe('Where the record begins now.'),
    records: z.array(
      z.object({ sequence: z.number().int(), micros: z.string(), hash: z.string(), body: z.string() }),
    ),
    next_after: z.number().int().nullable(),
  }),
  resource: () => ({ type: 'Project', id: 'audit' }),
  async run({ tx, project }, { after, limit }) {
    const base = await readBase(tx, project.id);
    const links = await readLinks(tx, project.id, Math.max(after ?? 0, base.sequence), limit);
    return {
      project_id: project.id,
      after: { sequence: base.sequence, hash: base.hash },
      records: links.map(({ sequence, micros, hash, body }) => ({ sequence, micros, hash: hex(hash), body })),
      next_after: links.length === limit ? (links.at(-1)?.sequence ?? null) : null,
    };
  },
});
