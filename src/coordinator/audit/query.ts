import { z } from 'zod';
import { sql } from '../database/sql.ts';
import { operation } from '../kernel/operation.ts';
import type { AuditRecord } from './record.ts';

const Entry = z.object({
  sequence: z.number().int(),
  recorded_at: z.string(),
  /** SHA-256 of the record, hexadecimal. */
  hash: z.string(),
  operation: z.string(),
  outcome: z.enum(['done', 'refused', 'denied']),
  caller: z.object({ kind: z.string(), name: z.string() }),
  agent_id: z.string().nullable(),
  agent_type: z.string().nullable(),
  session_id: z.string().nullable(),
  delegated_from: z.string().nullable(),
  door: z.string(),
  resource: z.object({ type: z.string(), id: z.string() }).nullable(),
  access: z.string().nullable(),
  code: z.string().nullable(),
  step: z.string().nullable(),
  decision: z.unknown(),
  findings: z.array(z.unknown()),
  facts: z.record(z.string(), z.unknown()),
});

const Text = z.string().min(1).max(1024).optional();

interface Row {
  readonly sequence: number;
  readonly recorded_at: Date;
  readonly hash: string;
  readonly body: string;
}

/** Records of the project, newest first; `cursor` goes on where the last answer ended. */
export const queryAudit = operation({
  name: 'query_audit',
  title: 'Query the audit log',
  description:
    'Reads the record of this repository, newest first: who did what, what was decided and why. Filters narrow it; pass next_cursor as cursor for older records.',
  access: 'read',
  callers: ['agent', 'operator', 'system'],
  readMatters: true,
  feed: { uri: 'audit://recent', title: 'Recent audit records', topics: ['audit'] },
  input: z.object({
    agent_id: Text,
    operation: Text,
    resource: Text.describe('Exactly this resource id, such as a path.'),
    outcome: z.enum(['done', 'refused', 'denied']).optional(),
    decision: z
      .enum(['allow', 'deny', 'approval_required'])
      .optional()
      .describe('What the policies decided.'),
    delegated_from: Text,
    session_id: z.uuid().optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
    limit: z.number().int().min(1).max(500).default(50),
    cursor: z.number().int().min(1).optional(),
  }),
  output: z.object({ records: z.array(Entry), next_cursor: z.number().int().nullable() }),
  resource: () => ({ type: 'Project', id: 'audit' }),
  async run({ tx, project }, filter) {
    const conditions = [
      sql`project_id = ${project.id}`,
      ...(filter.cursor === undefined ? [] : [sql`sequence < ${filter.cursor}`]),
      ...(filter.since === undefined ? [] : [sql`recorded_at >= ${filter.since}::timestamptz`]),
      ...(filter.until === undefined ? [] : [sql`recorded_at < ${filter.until}::timestamptz`]),
      ...(['agent_id', 'operation', 'outcome', 'delegated_from', 'session_id'] as const).flatMap(field =>
        filter[field] === undefined ? [] : [sql`body::jsonb ->> ${field}::text = ${filter[field]}`],
      ),
      ...(filter.decision === undefined
        ? []
        : [sql`body::jsonb -> 'decision' ->> 'decision' = ${filter.decision}`]),
      ...(filter.resource === undefined
        ? []
        : [sql`body::jsonb -> 'resource' ->> 'id' = ${filter.resource}`]),
    ];
    const rows = await tx.query(sql<Row>`
      select sequence, recorded_at, encode(hash, 'hex') as hash, body from audit_log
      where ${sql.join(conditions, sql` and `)}
      order by sequence desc
      limit ${filter.limit + 1}`);
    const shown = rows.slice(0, filter.limit);
    return {
      records: shown.map(entryOf),
      next_cursor: rows.length > shown.length ? (shown.at(-1)?.sequence ?? null) : null,
    };
  },
});

function entryOf({ sequence, recorded_at, hash, body }: Row): z.input<typeof Entry> {
  const { version: _, ...record } = JSON.parse(body) as AuditRecord;
  return {
    sequence,
    recorded_at: recorded_at.toISOString(),
    hash,
    ...record,
    findings: [...record.findings],
  };
}
