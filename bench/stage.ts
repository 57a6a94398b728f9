import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from '../test/support/postgres-server.ts';
import { makeRepository } from '../test/support/repository.ts';

/** What all measurements work with. */
export interface Stage {
  /** A repository with one commit. */
  readonly repository: string;
  /** What was built: the programs as they are shipped. */
  readonly dist: string;
  /** A folder for a store that nobody has used. Its path is short, as that of a socket has to be. */
  newHome(): Promise<string>;
  /** The address of a Postgres without a database of ours; it is started when it is first asked for. */
  postgres(): Promise<string>;
  /** How long the load goes on, in milliseconds. */
  readonly loadMs: number;
  say(line: string): void;
  close(): Promise<void>;
}

export async function openStage({ loadMs }: Pick<Stage, 'loadMs'>): Promise<Stage> {
  const dist = join(import.meta.dirname, '../dist');
  if (!existsSync(join(dist, 'coordinator.mjs'))) throw new Error('dist/ is missing: npm run package');
  const folder = await mkdtemp(join(tmpdir(), 'il-bench-'));
  const repository = join(folder, 'repository');
  await mkdir(repository);
  makeRepository(repository);
  let homes = 0;
  let server: Promise<PostgresServer> | undefined;
  return {
    repository,
    dist,
    loadMs,
    async newHome() {
      homes += 1;
      const home = join(folder, `home${homes}`);
      await mkdir(home, { mode: 0o700 });
      return home;
    },
    async postgres() {
      server ??= startPostgres();
      return (await server).url;
    },
    say: line => process.stderr.write(`${line}\n`),
    async close() {
      await (await server)?.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
