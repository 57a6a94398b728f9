import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startWorker } from '../../../src/coordinator/client/worker.ts';
import { connectOrStart } from '../../../src/coordinator/client.ts';
import { builtBundles } from './program.ts';

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** A store that a window of the editor runs, and its person, Olga. */
export interface EditorWindow {
  /** Olga's. */
  readonly key: string;
  /** Posts to an operation in the folder. */
  post(
    operation: string,
    input: object,
    headers?: Readonly<Record<string, string>>,
    folder?: string,
  ): Promise<Answer>;
  /** The same as Olga; throws what it is refused with. */
  asPerson(operation: string, input?: object): Promise<Record<string, unknown>>;
  /** The topics of all events that it was told so far. */
  heard(): readonly string[];
  close(): Promise<void>;
}

export interface WindowOptions {
  /** A shared Postgres instead of a store of its own. */
  readonly url?: string;
  /** Olga's, where another window has enrolled her. */
  readonly key?: string;
}

/** Runs the shipped coordinator in a thread, as a window does, and enrols the window's person. */
export async function openWindow(
  home: string,
  folder: string,
  { url, key: known }: WindowOptions = {},
): Promise<EditorWindow> {
  const store = { home, ...(url === undefined ? {} : { databaseUrl: url }) };
  const thread = startWorker({ ...store, entryPath: join(builtBundles(), 'coordinator.mjs') });
  const coordinator = await connectOrStart({ ...store, start: thread.start, deadlineMs: 30_000 });
  const key = known ?? randomUUID();
  if (known === undefined) {
    const key_hash = createHash('sha256').update(key).digest('hex');
    await thread.ask({ type: 'enroll_operator', name: 'Olga', key_hash });
  }
  const heard: string[] = [];
  const place = { 'interlock-cwd': encodeURIComponent(folder) };
  const unfollow = coordinator.events(
    '/api/v1/events',
    place,
    ({ event }) => heard.push(event),
    () => {},
  );
  const post: EditorWindow['post'] = async (operation, input, headers = {}, at = folder) => {
    const { status, body } = await coordinator.request('POST', `/api/v1/${operation}`, {
      body: input,
      headers: { 'interlock-cwd': encodeURIComponent(at), ...headers },
    });
    return { status, body: body as Record<string, unknown> };
  };
  return {
    key,
    post,
    heard: () => heard,
    async asPerson(operation, input = {}) {
      const { status, body } = await post(operation, input, { authorization: `Operator ${key}` });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body;
    },
    async close() {
      unfollow();
      coordinator.close();
      await thread.stop();
    },
  };
}
