import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startWorker } from '../../../src/coordinator/client/worker.ts';
import { connectOrStart } from '../../../src/coordinator/client.ts';
import { builtBundles } from './program.ts';

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** A store that a window of the editor runs, and its person, Olga. */
export interface EditorWindow {
  /** Posts to an operation in the folder. */
  post(
    operation: string,
    input: object,
    headers?: Readonly<Record<string, string>>,
    folder?: string,
  ): Promise<Answer>;
  /** The same as Olga; throws what it is refused with. */
  asPerson(operation: string, input?: object): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Runs the shipped coordinator in a thread, as a window does, and enrols the window's person. */
export async function openWindow(home: string, folder: string): Promise<EditorWindow> {
  const thread = startWorker({ home, entryPath: join(builtBundles(), 'coordinator.mjs') });
  const coordinator = await connectOrStart({ home, start: thread.start, deadlineMs: 30_000 });
  const key = randomUUID();
  const key_hash = createHash('sha256').update(key).digest('hex');
  await thread.ask({ type: 'enroll_operator', name: 'Olga', key_hash });
  const post: EditorWindow['post'] = async (operation, input, headers = {}, at = folder) => {
    const { status, body } = await coordinator.request('POST', `/api/v1/${operation}`, {
      body: input,
      headers: { 'interlock-cwd': encodeURIComponent(at), ...headers },
    });
    return { status, body: body as Record<string, unknown> };
  };
  return {
    post,
    async asPerson(operation, input = {}) {
      const { status, body } = await post(operation, input, { authorization: `Operator ${key}` });
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body;
    },
    async close() {
      coordinator.close();
      await thread.stop();
    },
  };
}
