import { createHash, randomBytes } from 'node:crypto';
import type { Coordinator } from '../coordinator/client.ts';
import { createApi } from './api.ts';
import { asInterlockError } from './connection.ts';
import type { WindowCoordinator } from './coordinator-starter.ts';
import { admit, type Standing } from './operator-standing.ts';
import { createSignal, type Disposable } from './signal.ts';

/** The editor's secret storage, as far as it is needed. */
export interface KeyStore {
  get(): Promise<string | undefined>;
  set(key: string): Promise<void>;
}

/** The person at this editor: a key that never leaves it but over the private socket, and what the store says of it. */
export interface Operator {
  readonly standing: Standing;
  onChange(listener: () => void): Disposable;
  /** The key, while the store knows it. */
  readonly provenKey: () => string | undefined;
  /** Shows the key to a coordinator, and has it enrolled where it is the first. */
  admitTo(coordinator: Coordinator, folder: string): void;
  /** What another operator needs to enrol this one: a name and the SHA-256 of the key, which are no secrets. */
  request(): Promise<OperatorRequest>;
}

export interface OperatorRequest {
  readonly name: string;
  readonly key_hash: string;
}

export interface OperatorOptions {
  readonly store: KeyStore;
  readonly name: string;
  readonly window: () => Pick<WindowCoordinator, 'takeOver' | 'enrolOperator'>;
}

export function createOperator({ store, name, window }: OperatorOptions): Operator {
  const changed = createSignal();
  let standing: Standing = { is: 'unknown' };
  let key: string | undefined;
  let admission = 0;

  function become(next: Standing): void {
    standing = next;
    changed.fire();
  }

  async function ensureKey(): Promise<string> {
    key ??= (await store.get()) ?? (await firstKey(store));
    return key;
  }

  async function admitNow(coordinator: Coordinator, folder: string): Promise<Standing> {
    const operatorKey = await ensureKey();
    const api = createApi(coordinator, { folder, operatorKey: () => operatorKey });
    return admit({ api, window: window(), name, keyHash: hashOfKey(operatorKey) });
  }

  return {
    get standing() {
      return standing;
    },
    onChange: changed.on,
    provenKey: () => (standing.is === 'operator' ? key : undefined),
    admitTo(coordinator, folder) {
      const current = ++admission;
      admitNow(coordinator, folder)
        .catch((thrown): Standing => ({ is: 'stranger', error: asInterlockError(thrown) }))
        .then(next => {
          if (current === admission) become(next);
        });
    },
    request: async () => ({ name, key_hash: hashOfKey(await ensureKey()) }),
  };
}

/** 256 random bits. Two windows may make one at the same time: the one that is stored in the end counts. */
async function firstKey(store: KeyStore): Promise<string> {
  const made = randomBytes(32).toString('base64url');
  await store.set(made);
  return (await store.get()) ?? made;
}

/** As the coordinator stores it: SHA-256 in lower-case hexadecimal. */
function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
