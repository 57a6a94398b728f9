import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database, Queryable } from '../database/port.ts';
import { sql } from '../database/sql.ts';
import { type Periodic, repeat } from '../kernel/periodic.ts';
import type { Projects } from '../projects/projects.ts';
import { takeTurn } from '../projects/turn.ts';
import { fits, hex, type Link, type Point } from './chain.ts';
import { headerLine, recordLine } from './export.ts';
import { readBase, readLinks } from './links.ts';
import { recordOfSystem } from './record.ts';
import { appendAudit } from './recorder.ts';

/** Days are coarse: every six hours is often enough, in milliseconds. */
const everyMs = 6 * 3_600_000;
/** Records of one segment: what the database checks and removes while writers of the project wait, some tens of milliseconds. */
const longestSegment = 5_000;

export interface RetentionServices {
  readonly database: Database;
  readonly projects: Projects;
  /** Where exports go: `<project>/<first>-<last>.jsonl`. */
  readonly folder: string;
}

/** Takes out of the record what is older than settings keep it, and then again every six hours until it is closed. */
export function startRetention(services: RetentionServices, onError: (error: unknown) => void): Periodic {
  return repeat(() => removeOldRecords(services), everyMs, onError);
}

/**
 * Exports the records of every project that are older than its settings keep them, segment by segment, and removes
 * each once it is on the disk; answers how many. A segment that does not verify is neither exported nor removed.
 * @throws Error for the first project whose chain does not verify; the others are done all the same.
 */
export async function removeOldRecords({ database, projects, folder }: RetentionServices): Promise<number> {
  // A day is the shortest that settings keep a record.
  const candidates = await database.query(sql<{ id: string }>`
    select id from projects
    where exists (select from audit_log where project_id = projects.id and recorded_at < now() - interval '1 day')`);
  let removed = 0;
  const failures: unknown[] = [];
  for (const { id } of candidates) {
    try {
      const { settings } = await projects.byId(id);
      let count: number;
      do {
        count = await removeSegment(database, id, settings['audit.keepDays'], folder);
        removed += count;
      } while (count === longestSegment);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return removed;
}

async function removeSegment(
  database: Database,
  projectId: string,
  keptDays: number,
  folder: string,
): Promise<number> {
  const db = database.within(projectId);
  const base = await readBase(db, projectId);
  const last = await lastOlderThan(db, projectId, keptDays);
  const links = await readLinks(db, projectId, base.sequence, Math.min(longestSegment, last - base.sequence));
  const end = links.at(-1);
  if (!end) return 0;
  const broken = firstBroken(base, links);
  if (broken !== undefined) {
    // What another coordinator removed between two looks is not missing.
    if ((await readBase(db, projectId)).sequence !== base.sequence) return 0;
    throw new Error(
      `Record ${broken} of project ${projectId} does not verify: nothing of its audit log is exported or removed.`,
    );
  }
  const file = path.join(folder, projectId, `${base.sequence + 1}-${end.sequence}.jsonl`);
  const digest = await writeDurably(file, [headerLine(projectId, base), ...links.map(recordLine)]);
  const work = async (tx: Queryable): Promise<number> => {
    // Another coordinator may have been quicker.
    await takeTurn(tx, projectId);
    if ((await readBase(tx, projectId)).sequence !== base.sequence) return 0;
    const facts = {
      first_sequence: base.sequence + 1,
      sequence: end.sequence,
      hash: hex(end.hash),
      export_sha256: digest,
      export_file: path.basename(file),
      kept_days: keptDays,
    };
    const recordedAs = await appendAudit(
      tx,
      projectId,
      recordOfSystem('retention', {
        operation: 'remove_audit',
        resource: { type: 'Project', id: 'audit' },
        facts,
      }),
    );
    const [row] = await tx.query(sql<{ removed: number }>`
      select remove_audit(${projectId}::uuid, ${facts.first_sequence}::bigint, ${end.sequence}::bigint, ${end.hash}::bytea,
        decode(${digest}, 'hex'), ${recordedAs}::bigint) as removed`);
    return row?.removed ?? 0;
  };
  const removed = await database.transaction(work, { projectId });
  if (removed === 0 && (await readBase(db, projectId)).sequence !== end.sequence)
    await rm(file, { force: true });
  return removed;
}

/** The number of the last record that lies before the first one that is kept. */
async function lastOlderThan(db: Queryable, projectId: string, days: number): Promise<number> {
  const [row] = await db.query(sql<{ last: number }>`
    select coalesce(
      (select min(sequence) - 1 from audit_log
        where project_id = ${projectId} and recorded_at >= now() - make_interval(days => ${days})),
      (select max(sequence) from audit_log where project_id = ${projectId}),
      0
    )::int8 as last`);
  return row?.last ?? 0;
}

/** The first place that a record does not fit; undefined where all do. */
function firstBroken(base: Point, links: readonly Link[]): number | undefined {
  let { sequence } = base;
  let previous: Uint8Array = Buffer.from(base.hash, 'hex');
  for (const link of links) {
    if (link.sequence !== sequence + 1 || !fits(link, link.sequence, previous)) return sequence + 1;
    sequence = link.sequence;
    previous = link.hash;
  }
  return undefined;
}

/** Writes the lines under another name first; answers the SHA-256 of the file once it is on the disk. */
async function writeDurably(file: string, lines: readonly string[]): Promise<string> {
  const text = lines.join('');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${randomUUID()}`;
  const handle = await open(unfinished, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(unfinished, file);
  return createHash('sha256').update(text).digest('hex');
}
