import { errorOf } from '../../coordinator/client/refusal.ts';
import type { Coordinator } from '../../coordinator/client.ts';
import { connect, placeHeaders } from '../connection.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';

/** How long a command waits for a coordinator, in milliseconds: a first start creates the store. */
const reachMs = 30_000;

/** Who calls is what the headers prove; without any, a process that may look. */
export interface LocalCaller {
  readonly coordinator: Coordinator;
  /** Calls an operation in the project of the working folder. @throws InterlockError as the operation does. */
  call(operation: string, input?: object, timeoutMs?: number): Promise<unknown>;
}

/** Calls as a process that proved nothing about itself. @throws InterlockError as `connectOrStart` does. */
export function asLocalCaller<Result>(
  environment: Environment,
  work: (caller: LocalCaller) => Promise<Result>,
): Promise<Result> {
  return asCaller(environment, undefined, work);
}

/**
 * Finds or starts the coordinator, does the work, and lets go of it.
 * @param key of an operator.
 * @throws InterlockError as `connectOrStart` does.
 */
export async function asCaller<Result>(
  environment: Environment,
  key: string | undefined,
  work: (caller: LocalCaller) => Promise<Result>,
): Promise<Result> {
  const coordinator = await connect(environment, { start: true, deadlineMs: reachMs });
  const headers = {
    ...placeHeaders(environment, workingFolder()),
    ...(key === undefined ? {} : { authorization: `Operator ${key}` }),
  };
  try {
    return await work({
      coordinator,
      async call(operation, input = {}, timeoutMs = 60_000) {
        const path = `/api/v1/${operation}`;
        const { status, body } = await coordinator.request('POST', path, {
          body: input,
          headers,
          timeoutMs,
          retry: true,
        });
        if (status !== 200) throw errorOf(body);
        return body;
      },
    });
  } finally {
    coordinator.close();
  }
}
