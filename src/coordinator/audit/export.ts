import { fits, hex, type Link, type Point } from './chain.ts';

/**
 * An export is JSON Lines: a header, then one line for each record with the exact text that was hashed. Together they
 * hold all that it takes to verify the segment without the database.
 */
export function headerLine(projectId: string, after: Point): string {
  return `${JSON.stringify({ interlock_audit: 1, project_id: projectId, after: { sequence: after.sequence, hash: after.hash } })}\n`;
}

export function recordLine({ sequence, micros, hash, body }: Link): string {
  return `${JSON.stringify({ sequence, micros, hash: hex(hash), body })}\n`;
}

/** What the lines of an export turned out to be. */
export interface ExportCheck {
  readonly projectId: string;
  readonly after: Point;
  /** The last record that fits its place. */
  readonly end: Point;
  /** The first line that does not. */
  readonly badSequence?: number;
}

/** @throws Error where the lines are no export. */
export async function checkExport(lines: AsyncIterable<string>): Promise<ExportCheck> {
  let header: { projectId: string; after: Point } | undefined;
  let end: Point = { sequence: 0, hash: '' };
  for await (const line of lines) {
    if (line === '') continue;
    const value = JSON.parse(line) as Record<string, unknown>;
    if (!header) {
      header = headerOf(value);
      end = header.after;
      continue;
    }
    const link = linkOf(value);
    if (link.sequence !== end.sequence + 1 || !fits(link, link.sequence, Buffer.from(end.hash, 'hex')))
      return { ...header, end, badSequence: end.sequence + 1 };
    end = { sequence: link.sequence, hash: hex(link.hash) };
  }
  if (!header) throw new Error('the file is empty');
  return { ...header, end };
}

function headerOf({ interlock_audit, project_id, after }: Record<string, unknown>) {
  const point = after as Partial<Point> | undefined;
  if (interlock_audit !== 1 || typeof project_id !== 'string' || typeof point?.sequence !== 'number')
    throw new Error('its first line is not the header of an export');
  return { projectId: project_id, after: { sequence: point.sequence, hash: String(point.hash) } };
}

function linkOf({ sequence, micros, hash, body }: Record<string, unknown>): Link {
  return {
    sequence: Number(sequence),
    micros: String(micros),
    body: String(body),
    hash: Buffer.from(String(hash), 'hex'),
  };
}
