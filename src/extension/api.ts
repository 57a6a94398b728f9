import type { z } from 'zod';
import { errorOf } from '../coordinator/client/refusal.ts';
import type { Coordinator } from '../coordinator/client.ts';
import type { operations } from '../coordinator/operations.ts';

type Operations = (typeof operations)[number];
export type OperationName = Operations['name'];
type Named<Name extends OperationName> = Extract<Operations, { readonly name: Name }>;
export type Input<Name extends OperationName> = z.input<Named<Name>['input']>;
export type Output<Name extends OperationName> = z.output<Named<Name>['output']>;

/** The operations of the coordinator, as called from one folder. The types are the declarations', and none of their code comes along. */
export interface Api {
  /**
   * @param options.retry the call may be carried out twice, so it survives a change of the store's owner
   * @throws InterlockError what the coordinator answered, or that none answers
   */
  call<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    options?: { readonly retry?: boolean },
  ): Promise<Output<Name>>;
}

/** The way to the coordinator, as far as calls need it. */
export type Requester = Pick<Coordinator, 'request'>;

/** Who calls, and from where. */
export interface Speaker {
  readonly folder: string;
  /** Of the person at this editor; undefined where there is none yet. */
  readonly operatorKey: () => string | undefined;
}

export function createApi(requester: Requester, speaker: Speaker): Api {
  return {
    async call(name, input, { retry = false } = {}) {
      const headers = headersOf(speaker);
      const answer = await requester.request('POST', `/api/v1/${name}`, { body: input, headers, retry });
      if (answer.status !== 200) throw errorOf(answer.body);
      return answer.body as Output<typeof name>;
    },
  };
}

/** The headers that say who speaks, the same for calls and for the stream of events. */
export function headersOf({ folder, operatorKey }: Speaker): Record<string, string> {
  const key = operatorKey();
  return {
    'interlock-cwd': encodeURIComponent(folder),
    ...(key === undefined ? {} : { authorization: `Operator ${key}` }),
  };
}
