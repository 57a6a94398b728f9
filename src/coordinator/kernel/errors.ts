/**
 * Every way in which Interlock says no, each with the one line that explains it.
 * The codes are public: agents and scripts are written against them.
 */
const errorCodes = {
  // Identify
  unauthenticated: { status: 401, meaning: 'The call carries no credential that is known here.' },
  identity_mismatch: { status: 403, meaning: 'The call names another identity than its credential.' },
  // Validate
  invalid_input: { status: 422, meaning: 'A field is missing, unknown or outside what is accepted.' },
  unknown_operation: { status: 404, meaning: 'No operation has that name.' },
  // Authorize
  agent_suspended: { status: 403, meaning: 'The agent has trust level 0.' },
  operation_not_permitted: {
    status: 403,
    meaning: 'The operation is not for this kind of caller, or the agent’s profile does not allow it.',
  },
  insufficient_trust_level: { status: 403, meaning: 'The operation asks for more trust than the agent has.' },
  resource_limit_exceeded: { status: 429, meaning: 'A limit of the profile is used up.' },
  risk_score_exceeded: { status: 403, meaning: 'The risk of the call is above what may pass.' },
  policy_denied: { status: 403, meaning: 'A policy forbids the call.' },
  // Changes to what is in force
  policy_not_found: { status: 404, meaning: 'The project has no such policy, or no such version of it.' },
  policy_invalid: { status: 422, meaning: 'The text is no policy that the schema allows.' },
  version_conflict: { status: 409, meaning: 'Somebody changed it since it was read.' },
  // Guard
  destructive_operation_blocked: { status: 403, meaning: 'A guardrail forbids what the call would do.' },
  domain_not_allowed: { status: 403, meaning: 'The network rules do not let the agent reach the host.' },
  // Approve
  approval_pending: { status: 403, meaning: 'A person must decide first; the request is filed.' },
  approval_denied: { status: 403, meaning: 'A person said no.' },
  approval_expired: { status: 403, meaning: 'Nobody decided in time, which counts as no.' },
  approval_not_found: { status: 404, meaning: 'No approval has that id in this project.' },
  approval_already_decided: {
    status: 409,
    meaning: 'The request is closed: somebody decided it first, or it was withdrawn.',
  },
  approval_used: { status: 409, meaning: 'The approval was for one call, and another call used it.' },
  grant_not_found: { status: 404, meaning: 'No grant in force has that id in this project.' },
  // API keys
  api_key_not_found: { status: 404, meaning: 'No API key in force has that id in this project.' },
  // GitHub
  repository_unknown: { status: 404, meaning: 'No project here has its origin at that repository.' },
  // Network
  network_rule_not_found: { status: 404, meaning: 'No network rule has that id in this project.' },
  // Locks
  invalid_file_path: {
    status: 422,
    meaning: 'The path is blank, escapes the repository, or cannot be a lock.',
  },
  ttl_out_of_range: { status: 422, meaning: 'A lease lasts from 1 to 480 minutes.' },
  lock_not_found_or_not_owner: { status: 404, meaning: 'The caller holds no such lock.' },
  locked_by_other: { status: 409, meaning: 'Another session holds the path.' },
  lock_required: {
    status: 409,
    meaning: 'The project asks for a lock before a write, and the session holds none.',
  },
  stale_fence: {
    status: 409,
    meaning: 'The lease behind this fence lapsed and somebody else held the path since.',
  },
  // Sessions
  session_not_found: { status: 404, meaning: 'No session has that id in this project.' },
  session_ended: { status: 401, meaning: 'The session has ended; register again.' },
  // Work queue
  task_not_found: { status: 404, meaning: 'No task has that id in this project.' },
  unknown_dependency: { status: 422, meaning: 'A task is to depend on one that is not there.' },
  task_not_claimed: { status: 409, meaning: 'The caller never claimed the task.' },
  claim_lost: {
    status: 409,
    meaning: 'The caller’s claim on the task is over: it lapsed, or the task ended without it.',
  },
  task_ended: { status: 409, meaning: 'The task has ended, and how it ended never changes.' },
  task_not_held: { status: 409, meaning: 'The task waits for nobody’s decision.' },
  not_submitter: {
    status: 403,
    meaning: 'The task is for whoever submitted it, or a person, to decide about.',
  },
  task_failed: { status: 409, meaning: 'Its worker said that the task cannot be done.' },
  attempts_exhausted: { status: 409, meaning: 'Every worker that claimed the task lost its claim.' },
  dependency_failed: { status: 409, meaning: 'A task that this one depends on did not complete.' },
  // Handoffs
  summary_required: { status: 422, meaning: 'A handoff says in its summary how things stand.' },
  handoff_not_found: { status: 404, meaning: 'No handoff has that id in this project.' },
  handoff_not_for_caller: {
    status: 403,
    meaning: 'The handoff is for another agent, or the caller wrote it.',
  },
  handoff_accepted: { status: 409, meaning: 'Another session has taken the handoff over.' },
  // Messages
  receiver_not_found: { status: 404, meaning: 'No session in this project is called that.' },
  too_many_messages: {
    status: 429,
    meaning: 'The receiver has too many unread messages, or the sender sent too many.',
  },
  // Memory
  memory_not_found: { status: 404, meaning: 'No memory has that id in this project.' },
  skill_not_found: { status: 404, meaning: 'No skill has that name in this project.' },
  not_author: { status: 403, meaning: 'It is for whoever wrote it, or a person, to change or erase.' },
  over_budget: { status: 422, meaning: 'The value alone is larger than working memory.' },
  secret_in_text: { status: 422, meaning: 'The text holds a credential that others would read.' },
  // The store and the processes around it
  schema_too_new: { status: 503, meaning: 'The database was written by a newer Interlock.' },
  client_too_old: { status: 426, meaning: 'The client must be updated before it may write.' },
  coordinator_unavailable: { status: 503, meaning: 'No coordinator answers; the call may be tried again.' },
  store_unavailable: { status: 503, meaning: 'The database cannot be reached or read.' },
  deadline_exceeded: { status: 504, meaning: 'The answer did not come in the time allowed.' },
  cancelled: { status: 499, meaning: 'The caller went away or cancelled.' },
  // HTTP
  bad_request: { status: 400, meaning: 'What came is no HTTP request that is accepted.' },
  not_found: { status: 404, meaning: 'No such address.' },
  method_not_allowed: { status: 405, meaning: 'The address takes other methods.' },
  request_timeout: { status: 408, meaning: 'The request took longer to arrive than is waited for.' },
  body_too_large: { status: 413, meaning: 'The request is larger than what is accepted.' },
  unsupported_media_type: { status: 415, meaning: 'The body of a request is JSON, and says so.' },
  host_not_allowed: { status: 421, meaning: 'The request was meant for a host that is not served here.' },
  origin_not_allowed: { status: 403, meaning: 'The request comes from a page of a site that is not let in.' },
  rate_limited: { status: 429, meaning: 'More calls than the key may make in this time.' },
  headers_too_large: { status: 431, meaning: 'The headers of the request are larger than what is accepted.' },
  cannot_listen: { status: 503, meaning: 'The address for HTTP cannot be opened.' },
  internal_error: { status: 500, meaning: 'A defect of Interlock; the log has the details.' },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof errorCodes;

/** Facts that belong to an error: what was given, what is accepted, who holds it. They are public. */
export type ErrorParams = Readonly<Record<string, unknown>>;

export interface ErrorOptions {
  /** What the caller can do about it, as one sentence. */
  readonly next?: string;
  readonly params?: ErrorParams;
  readonly cause?: unknown;
  /** True where the same call may well succeed later without being changed. */
  readonly retryable?: boolean;
}

/** What an error looks like to those outside: the same in MCP, HTTP and on the command line. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next?: string;
  readonly retryable: boolean;
  readonly params: ErrorParams;
}

/**
 * The one error of this product. The message says what happened and to which thing; `next` says what to do.
 * Doors translate it once with {@link reportOf}; the cause stays in the log.
 */
export class InterlockError extends Error {
  readonly code: ErrorCode;
  readonly next: string | undefined;
  readonly params: ErrorParams;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'InterlockError';
    this.code = code;
    this.next = options.next;
    this.params = options.params ?? {};
    this.retryable = options.retryable ?? false;
  }
}

/** The error as doors show it. Anything that is not an {@link InterlockError} is a defect and shows no details. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof InterlockError) {
    const { code, message, next, params, retryable } = error;
    return { code, message, ...(next === undefined ? {} : { next }), retryable, params };
  }
  return {
    code: 'internal_error',
    message: 'Interlock failed while it handled this call, and nothing was changed.',
    next: 'Try again; if it happens twice, read the coordinator log and report it.',
    retryable: true,
    params: {},
  };
}

/** The HTTP status that belongs to a code. */
export function statusOf(code: ErrorCode): number {
  return errorCodes[code].status;
}

/** The one line that explains a code, for the reference page. */
export function meaningOf(code: ErrorCode): string {
  return errorCodes[code].meaning;
}

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

export const allErrorCodes = Object.keys(errorCodes) as readonly ErrorCode[];
