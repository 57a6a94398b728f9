import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startWorker } from '../../../src/coordinator/client/worker.ts';
import { connectOrStart } from '../../../src/coordinator/client.ts';
import { hashOfKey } from '../../../src/coordinator/operators/operators.ts';
import { builtBundles } from './program.ts';

/** The coordinator as it is shipped, in a thread as a window runs it, over a store of its own, and a person who may decide. */
export interface RealOwner {
  /** Calls an operation as that person, about the project of a folder. @throws where it is refused. */
  call(folder: string, operation: string, input: object): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** @param databaseUrl of a Postgres in place of the embedded store. */
export async function ownForReal(home: string, databaseUrl?: string): Promise<RealOwner> {
  const store = { home, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
  const worker = startWorker({ ...store, entryPath: join(builtBundles(), 'coordinator.mjs') });
  const coordinator = await connectOrStart({ ...store, start: worker.start, deadlineMs: 30_000 });
  const key = randomBytes(16).toString('base64url');
  await worker.ask({ type: 'enroll_operator', name: 'Olga', key_hash: hashOfKey(key) });
  return {
    async call(folder, operation, input) {
      const { status, body } = await coordinator.request('POST', `/api/v1/${operation}`, {
        body: input,
        headers: { 'interlock-cwd': encodeURIComponent(folder), authorization: `Operator ${key}` },
      });
      if (status !== 200) throw new Error(`${operation} answered ${status}: ${JSON.stringify(body)}`);
      return body as Record<string, unknown>;
    },
    async stop() {
      coordinator.close();
      await worker.stop();
    },
  };
}
