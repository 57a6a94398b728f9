import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { InterlockError, reportOf } from '../../../src/coordinator/kernel/errors.ts';
import type { Requester } from '../../../src/extension/api.ts';
import { createOperator, type KeyStore, type Operator } from '../../../src/extension/operator.ts';
import { createSignal } from '../../../src/extension/signal.ts';

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const unavailable = () => new InterlockError('coordinator_unavailable', 'This window runs no coordinator.');

/** A store that knows keys by their hashes, and lets its owner enrol the first one. */
function aStore() {
  const known = new Map<string, string>();
  const requester: Requester = {
    async request(_method, _path, options) {
      const key = /^Operator (.+)$/.exec(options?.headers?.authorization ?? '')?.[1] ?? '';
      const name = known.get(hashOf(key));
      if (name !== undefined)
        return { status: 200, headers: {}, body: { caller: { kind: 'operator', name } } };
      const refusal = new InterlockError('unauthenticated', 'The operator key is not known to this store.');
      return { status: 401, headers: {}, body: reportOf(refusal) };
    },
  };
  const enrol = async (name: string, hash: string) => {
    if (known.size > 0)
      throw new InterlockError('operation_not_permitted', 'This store has an operator already.');
    known.set(hash, name);
  };
  return { known, requester, enrol };
}

/** The secret storage of an editor, which all its windows share. */
function secretStorage(): { window(): KeyStore; readonly stored: () => string | undefined } {
  let stored: string | undefined;
  const changed = createSignal();
  const set = async (key: string) => {
    stored = key;
    changed.fire();
  };
  return { window: () => ({ get: async () => stored, set, onChange: changed.on }), stored: () => stored };
}

const becoming = (operator: Operator, is: string) =>
  expect.poll(() => operator.standing.is, { timeout: 15_000 }).toBe(is);

describe('the person at an editor', () => {
  test('is enrolled as the first one by the coordinator of their own window', async () => {
    const store = aStore();
    const window = { enrolOperator: store.enrol, takeOver: () => expect.fail('there is no need to') };
    const operator = createOperator({ store: secretStorage().window(), name: 'Robin', window: () => window });
    expect(operator.provenKey()).toBeUndefined();
    operator.admitTo(store.requester, '/repo');
    await becoming(operator, 'operator');
    expect(operator.standing).toEqual({ is: 'operator', name: 'Robin' });
    expect([...store.known.keys()]).toEqual([hashOf(operator.provenKey() ?? '')]);
  });

  test('has the window take the place of a detached coordinator for that', async () => {
    const store = aStore();
    let owns = false;
    const window = {
      async enrolOperator(name: string, hash: string) {
        if (!owns) throw unavailable();
        await store.enrol(name, hash);
      },
      takeOver() {
        owns = true;
        return { ended: new Promise<never>(() => {}) };
      },
    };
    const operator = createOperator({ store: secretStorage().window(), name: 'Robin', window: () => window });
    operator.admitTo(store.requester, '/repo');
    await becoming(operator, 'operator');
  });

  test('waits for the other window that runs the coordinator', async () => {
    const store = aStore();
    const storage = secretStorage();
    const owner = { enrolOperator: store.enrol, takeOver: () => ({ ended: Promise.resolve({}) }) };
    const guest = {
      enrolOperator: async () => {
        throw unavailable();
      },
      takeOver: () => ({ ended: Promise.resolve({}) }),
    };
    const second = createOperator({ store: storage.window(), name: 'Robin', window: () => guest });
    second.admitTo(store.requester, '/repo');
    await expect.poll(storage.stored).toBeDefined();
    const first = createOperator({ store: storage.window(), name: 'Robin', window: () => owner });
    first.admitTo(store.requester, '/repo');
    await becoming(first, 'operator');
    await becoming(second, 'operator');
    expect(second.provenKey()).toBe(first.provenKey());
  });

  test('keeps the key that the store knows when two windows made one at the same time', async () => {
    const store = aStore();
    const storage = secretStorage();
    const window = { enrolOperator: store.enrol, takeOver: () => ({ ended: Promise.resolve({}) }) };
    const first = createOperator({ store: storage.window(), name: 'Robin', window: () => window });
    first.admitTo(store.requester, '/repo');
    await becoming(first, 'operator');
    const second = createOperator({
      store: { ...storage.window(), get: raced(storage.window().get) },
      name: 'Robin',
      window: () => window,
    });
    second.admitTo(store.requester, '/repo');
    await becoming(second, 'operator');
    expect(storage.stored()).toBe(first.provenKey());
    expect(second.provenKey()).toBe(first.provenKey());
  });

  test('may only look in a store of somebody else, and asks again when told to', async () => {
    const store = aStore();
    store.known.set('0'.repeat(64), 'Olga');
    const window = { enrolOperator: store.enrol, takeOver: () => expect.fail('there is no need to') };
    const operator = createOperator({ store: secretStorage().window(), name: 'Robin', window: () => window });
    operator.admitTo(store.requester, '/repo');
    await becoming(operator, 'stranger');
    expect(operator.standing).toMatchObject({ error: { message: 'This store has an operator already.' } });
    expect(operator.provenKey()).toBeUndefined();

    const { name, key_hash } = await operator.request();
    store.known.set(key_hash, name);
    operator.admitAgain();
    await becoming(operator, 'operator');
  });

  test('never gives the key away in a request to be admitted', async () => {
    const storage = secretStorage();
    const window = { enrolOperator: async () => {}, takeOver: () => ({ ended: Promise.resolve({}) }) };
    const operator = createOperator({ store: storage.window(), name: 'Robin', window: () => window });
    const request = await operator.request();
    expect(JSON.stringify(request)).not.toContain(storage.stored());
    expect(request).toEqual({ name: 'Robin', key_hash: hashOf(storage.stored() ?? '') });
  });
});

/** The first look comes before the other window has stored its key. */
function raced(get: KeyStore['get']): KeyStore['get'] {
  let looks = 0;
  return async () => {
    looks += 1;
    return looks === 1 ? undefined : get();
  };
}
