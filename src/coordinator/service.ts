import path from 'node:path';
import { readAsset } from './assets.ts';
import { type Coordinator, createCoordinator } from './coordinator.ts';
import { checkSchema, parseMigrations, schemaChannel } from './database/migrate.ts';
import { migrationFiles } from './database/migration-files.ts';
import { openDatabase } from './database/open.ts';
import type { PgliteAssets } from './database/pglite.ts';
import type { Database } from './database/port.ts';
import type { TcpServer } from './doors/tcp/server.ts';
import { githubToken } from './github/sign-ins.ts';
import type { Hosted, ParentMessage, Service } from './host/service.ts';
import { InterlockError } from './kernel/errors.ts';
import { createTroubles, type Troubles } from './kernel/troubles.ts';
import { listenConfig } from './listen-config.ts';
import { enrollOperator } from './operators/operators.ts';

/**
 * Opens the store and composes the coordinator over it, for a host that owns the store.
 * @param pglite what an embedded store runs on, where it is being loaded already
 * @throws InterlockError `schema_too_new` or `store_unavailable` where the store cannot be used
 */
export async function startService(hosted: Hosted, pglite?: Promise<PgliteAssets>): Promise<Service> {
  const { home, databaseUrl, version, log, end } = hosted;
  const github = hosted.github && githubToken(hosted.github);
  const troubles = createTroubles();
  const { database, schema } = await openDatabase({
    home,
    databaseUrl,
    asset: readAsset,
    pglite,
    report: event => {
      if (event.kind === 'listening_lost') {
        troubles.raise('events', {
          message:
            'The connection that hears of changes on other machines is lost: what others change is seen some seconds late.',
          next: 'It is tried again every few seconds. If it lasts, check that the database takes new connections and that nothing between (a pooler, a proxy) ends those that listen.',
        });
      }
      if (event.kind === 'listening_restored') troubles.clear('events');
      log.warn('cause' in event ? { ...event, err: event.cause } : event, 'the database reports');
      // Whoever comes next opens the store in a process of its own.
      if (event.kind === 'store_broken') end('the embedded database has crashed');
    },
  });
  try {
    const monotonicMs = () => performance.now();
    const coordinator = await createCoordinator({
      database,
      asset: readAsset,
      protectedPaths: [home],
      auditFolder: path.join(home, 'audit'),
      version,
      log,
      monotonicMs,
      troubles,
      ...(github ? { github } : {}),
    });
    const tcp = await offerHttp(coordinator, hosted, troubles);
    await endWhenOutdated(database, hosted);
    return {
      schemaVersion: schema.version,
      handleRequest: coordinator.handleRequest,
      handleUpgrade: coordinator.handleUpgrade,
      handleParentMessage: message => obeyWindow(coordinator, message),
      drain: async graceMs => tcp?.drain(graceMs),
      async close() {
        await tcp?.close();
        await coordinator.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Offers HTTP where it is wanted. In an editor the rest is worth having without it, and the person is told. */
async function offerHttp(
  coordinator: Coordinator,
  { http, log }: Hosted,
  troubles: Troubles,
): Promise<TcpServer | undefined> {
  try {
    const config = http && listenConfig(http);
    if (!config) return undefined;
    const server = await coordinator.listen(config);
    log.info(server.address, 'listening for HTTP');
    return server;
  } catch (error) {
    if (http?.required || !(error instanceof InterlockError)) {
      await coordinator.close();
      throw error;
    }
    log.error({ err: error }, 'HTTP is not offered');
    troubles.raise('http', {
      message: error.message,
      next: error.next ?? 'Correct the setting of where HTTP is offered, and start again.',
    });
    return undefined;
  }
}

/** A newer Interlock on another machine may migrate the shared database so that this version must not write to it any more. */
async function endWhenOutdated(database: Database, { log, end }: Hosted): Promise<void> {
  const known = parseMigrations(migrationFiles);
  const check = () => {
    checkSchema(database, known).catch((error: unknown) => {
      log.error({ err: error }, 'the schema has changed, or cannot be read');
      if (error instanceof InterlockError && error.code === 'schema_too_new') end(error.message);
    });
  };
  await database.listen(schemaChannel, { onPayload: check, onGap: check });
}

/** The window that runs this thread vouches for its person. Nobody else can send such a message. */
async function obeyWindow(coordinator: Coordinator, message: ParentMessage): Promise<unknown> {
  if (message.type !== 'enroll_operator') {
    throw new InterlockError('invalid_input', `A window cannot ask for ${JSON.stringify(message.type)}.`);
  }
  const { name, key_hash } = message;
  return await coordinator.corridor.walk({
    operation: enrollOperator,
    input: { name, key_hash },
    credential: { kind: 'system', name: 'editor window' },
    door: 'system',
    cwd: null,
  });
}
