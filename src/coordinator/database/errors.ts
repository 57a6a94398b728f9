import { InterlockError } from '../kernel/errors.ts';

/** The SQLSTATE codes that code of ours acts upon (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
export const sqlState = {
  undefinedTable: '42P01',
  foreignKeyViolation: '23503',
  uniqueViolation: '23505',
  checkViolation: '23514',
  inFailedTransaction: '25P02',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
} as const;

/**
 * The database refused a statement. It never leaves the coordinator: whoever expects a refusal turns it into an
 * `InterlockError` that speaks of the thing and not of the table. It carries no parameters, since they may be private.
 */
export class QueryError extends Error {
  readonly sqlState: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly detail: string | undefined;
  readonly statement: string | undefined;

  constructor(report: DriverReport, statement: string | undefined) {
    super(report.message);
    this.name = 'QueryError';
    this.sqlState = report.code;
    this.constraint = report.constraint;
    this.table = report.table;
    this.detail = report.detail;
    this.statement = statement;
  }
}

/** True where the error says that a row with this key is already there; `constraint` narrows it to one key. */
export function isUniqueViolation(error: unknown, constraint?: string): error is QueryError {
  return (
    error instanceof QueryError &&
    error.sqlState === sqlState.uniqueViolation &&
    (constraint === undefined || error.constraint === constraint)
  );
}

/** What both drivers report of a refusal, under the same names. */
interface DriverReport {
  readonly message: string;
  readonly code: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly detail?: string;
}

/**
 * What a driver threw, in our words. A refusal by the database is a {@link QueryError}; class 08 (connection), 53 (no
 * resources) and 57P (shutdown), and everything that happens on the way, mean that the store could not be reached. A
 * value that could not be sent or read back is a defect of the caller and stays what it is.
 */
export function translate(thrown: unknown, statement?: string): Error {
  if (thrown instanceof QueryError || thrown instanceof InterlockError) return thrown;
  if (thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof SyntaxError)
    return thrown;
  if (isDriverReport(thrown) && !/^(08|53|57P)/.test(thrown.code)) return new QueryError(thrown, statement);
  const reason = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return unavailable(`The database cannot be reached: ${reason}`, thrown);
}

export function unavailable(message: string, cause?: unknown): InterlockError {
  return new InterlockError('store_unavailable', message, {
    next: 'Try again in a moment; if it goes on, see the database settings and the coordinator log.',
    retryable: true,
    cause,
  });
}

function isDriverReport(thrown: unknown): thrown is DriverReport {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    /^[0-9A-Z]{5}$/.test(thrown.code) &&
    'severity' in thrown
  );
}
