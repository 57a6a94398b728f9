import { createHash, randomBytes } from 'node:crypto';
import { createApi, type Requester } from './api.ts';
import { asInterlockError } from './connection.ts';
import type { WindowCoordinator } from './coordinator-starter.ts';
import { admit, type Standing } from './operator-standing.ts';
import { createSignal, type Disposable } from './signal.ts';

/** The editor's secret storage, as far as it is needed. */
export interface KeyStore {
  get(): Promise<string | undefined>;
  set(key: string): Promise<void>;
  /** Another window of the editor has stored one. */
  onChange(listener: () => void): Disposable;
}

/** The person at this editor: a key that never leaves it but over the private socket, and what the store says of it. */
export interface Operator extends Disposable {
  readonly standing: Standing;
  onChange(listener: () => void): Disposable;
  /** The key, while the store knows it. */
  readonly provenKey: () => string | undefined;
  /** Shows the key to a coordinator, and has it enrolled where it is the first. */
  admitTo(coordinator: Requester, folder: string): void;
  /** Shows it once more where it was not known the last time: somebody may have enrolled it since. */
  admitAgain(): void;
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
  let shownTo: { readonly coordinator: Requester; readonly folder: string } | undefined;

  function become(next: Standing): void {
    standing = next;
    changed.fire();
  }

  async function ensureKey(): Promise<string> {
    key ??= (await store.get()) ?? (await firstKey(store));
    return key;
  }

  async function standingWith(coordinator: Requester, folder: string): Promise<Standing> {
    const operatorKey = await ensureKey();
    const api = createApi(coordinator, { folder, operatorKey: () => operatorKey });
    return admit({ api, window: window(), name, keyHash: hashOfKey(operatorKey) });
  }

  function showKey(): void {
    if (!shownTo) return;
    const current = ++admission;
    standingWith(shownTo.coordinator, shownTo.folder)
      .catch((thrown): Standing => ({ is: 'stranger', error: asInterlockError(thrown) }))
      .then(next => {
        if (current === admission) become(next);
      });
  }

  /** Two windows that start at once each make a key. The one that the store knows counts. */
  async function settle(): Promise<void> {
    const stored = await store.get();
    if (stored === undefined || stored === key) return;
    if (standing.is === 'operator' && key !== undefined) return store.set(key);
    key = stored;
    showKey();
  }

  const settling = store.onChange(() => {
    settle().catch(thrown => become({ is: 'stranger', error: asInterlockError(thrown) }));
  });

  return {
    get standing() {
      return standing;
    },
    onChange: changed.on,
    provenKey: () => (standing.is === 'operator' ? key : undefined),
    admitTo(coordinator, folder) {
      shownTo = { coordinator, folder };
      showKey();
    },
    admitAgain() {
      if (standing.is === 'stranger') showKey();
    },
    dispose: settling.dispose,
    request: async () => ({ name, key_hash: hashOfKey(await ensureKey()) }),
  };
}

/** 256 random bits. */
async function firstKey(store: KeyStore): Promise<string> {
  const made = randomBytes(32).toString('base64url');
  await store.set(made);
  return made;
}

/** As the coordinator stores it: SHA-256 in lower-case hexadecimal. */
function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
