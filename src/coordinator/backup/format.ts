/**
 * A backup is a script of plain SQL that `psql` reads too: the migrations, then the rows, in one transaction. Lines of
 * comment tell us what we need besides: the first line what it is, {@link statementEnd} where a piece ends that can be sent by
 * itself, the last line the digest of everything above it. Text of rows holds no line break, so no row looks like one of
 * these lines.
 */
export const formatVersion = 1;

/** What the first line says. */
export interface BackupHead {
  readonly format: number;
  /** The newest migration in it. */
  readonly schema: number;
  readonly version: string;
  /** By the clock of the database. */
  readonly made_at: string;
}

const headMark = '-- Interlock backup ';
export const statementEnd = '-- interlock: next';
const digestMark = '-- interlock: end, sha256 ';

export function headLine(head: BackupHead): string {
  return `${headMark}${JSON.stringify(head)}`;
}

/** Undefined where the line does not begin a backup. */
export function headIn(line: string): BackupHead | undefined {
  if (!line.startsWith(headMark)) return undefined;
  try {
    const head = JSON.parse(line.slice(headMark.length)) as Partial<BackupHead>;
    const { format, schema, version = '', made_at = '' } = head;
    return typeof format === 'number' && typeof schema === 'number'
      ? { format, schema, version, made_at }
      : undefined;
  } catch {
    return undefined;
  }
}

export function digestLine(digest: string): string {
  return `${digestMark}${digest}`;
}

export function digestIn(line: string): string | undefined {
  return line.startsWith(digestMark) ? line.slice(digestMark.length) : undefined;
}

/** A value as SQL, without a line break. Postgres makes of it what the column is. */
export function literal(value: string | null): string {
  if (value === null) return 'null';
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    // Readers of lines take these two for line breaks as well.
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return escaped.includes('\\') ? `E'${escaped}'` : `'${escaped}'`;
}
