/** A JSON-RPC id. An id that is no text and no number is none. */
export type Id = string | number;

export interface Request {
  readonly kind: 'request';
  readonly id: Id;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The whole object, to be sent on with changes. */
  readonly object: object;
}

export interface Notification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Response {
  readonly kind: 'response';
  readonly id: Id;
  /** Absent where it is an error. */
  readonly result?: Readonly<Record<string, unknown>>;
  readonly object: object;
}

/** What a relay has to know of a message. Whatever else it holds is passed on as it came. */
export type Message = Request | Notification | Response | { readonly kind: 'unreadable' };

/** Reads one line of JSON-RPC; a batch and anything malformed is `unreadable`. */
export function readMessage(line: string): Message {
  const object = parsed(line);
  if (!isRecord(object)) return { kind: 'unreadable' };
  const { id, method, result, error } = object;
  const hasId = typeof id === 'string' || typeof id === 'number';
  if (typeof method === 'string') {
    const params = isRecord(object.params) ? object.params : {};
    return hasId ? { kind: 'request', id, method, params, object } : { kind: 'notification', method, params };
  }
  if (!hasId || (result === undefined && error === undefined)) return { kind: 'unreadable' };
  return { kind: 'response', id, object, ...(isRecord(result) ? { result } : {}) };
}

/** `1` and `"1"` are two ids. */
export function keyOf(id: Id): string {
  return JSON.stringify(id);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
