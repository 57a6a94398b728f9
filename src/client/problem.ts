/** What the coordinator answers instead of a result, as problem details (RFC 9457). */
export class InterlockProblem extends Error {
  override readonly name = 'InterlockProblem';
  /** Stable: `locked_by_other`, `approval_pending`, `rate_limited` and so on; the reference lists them. */
  readonly code: string;
  readonly status: number;
  /** What to do about it, where the coordinator knows. */
  readonly next: string | undefined;
  /** The same call may succeed later without being changed. */
  readonly retryable: boolean;
  /** Facts that belong to it: what was given, who holds it, how long to wait. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Names the request in the log of the coordinator. */
  readonly requestId: string | undefined;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(typeof body.message === 'string' ? body.message : `Interlock answered ${status}.`);
    this.code = typeof body.code === 'string' ? body.code : 'unknown';
    this.status = status;
    this.next = typeof body.next === 'string' ? body.next : undefined;
    this.retryable = body.retryable === true;
    this.params = isRecord(body.params) ? body.params : {};
    this.requestId = typeof body.request_id === 'string' ? body.request_id : undefined;
  }
}

/** Reads the problem from an answer, whatever stands in it: a proxy in between answers in its own words. */
export async function problemIn(answer: Response): Promise<InterlockProblem> {
  const text = await answer.text();
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) return new InterlockProblem(answer.status, body);
  } catch {
    // Not one of ours.
  }
  return new InterlockProblem(answer.status, {
    message: `Interlock answered ${answer.status}: ${text.slice(0, 200)}`,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
