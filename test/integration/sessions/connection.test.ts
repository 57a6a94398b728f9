import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { suggestValues } from '../../../src/coordinator/briefing/suggest-values.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { createUpgradeDoor, mcpProtocol } from '../../../src/coordinator/doors/upgrade.ts';
import { operationSets, operations } from '../../../src/coordinator/operations.ts';
import { createProjects } from '../../../src/coordinator/projects/projects.ts';
import { endSession } from '../../../src/coordinator/sessions/end.ts';
import { heartbeat } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator } from '../../support/coordinator.ts';
import { onEachDatabase } from '../../support/databases.ts';

onEachDatabase('the session of a bridge', fixture => {
  let interlock: CoordinatorFixture;
  let server: Server;

  beforeEach(async () => {
    interlock = await openCoordinator(fixture.db);
    const { corridor, bus } = interlock.coordinator;
    const door = createUpgradeDoor({
      corridor,
      bus,
      operations,
      toolSets: operationSets,
      projects: createProjects(fixture.db, bus, () => performance.now()),
      version: '0.0.0-test',
      suggest: suggestValues,
      heartbeat,
      endSession,
      graceMs: 50,
      announcedBy: () => undefined,
      calledFrom: () => {},
      calledOver: () => {},
      onError: error => expect.fail(String(error)),
    });
    server = createServer().on('upgrade', (asked, socket, head) => door(asked, socket, head));
    server.listen(path.join(interlock.folder, 'socket'));
    await once(server, 'listening');
  });
  afterEach(async () => {
    server.close();
    await interlock.close();
    expect(interlock.errors).toEqual([]);
  });

  async function connect(token: string): Promise<Socket> {
    const asked = request({
      socketPath: path.join(interlock.folder, 'socket'),
      path: '/mcp',
      headers: {
        connection: 'upgrade',
        upgrade: mcpProtocol,
        authorization: `Session ${token}`,
        'interlock-cwd': encodeURIComponent(interlock.folder),
      },
    });
    asked.end();
    const [, socket] = await once(asked, 'upgrade');
    return socket;
  }

  const hasEnded = async (sessionId: string) => {
    const [row] = await fixture.db.query(
      sql<{ ended: boolean }>`select ended_at is not null as ended from sessions where id = ${sessionId}`,
    );
    return row?.ended;
  };

  test.each([
    ['closes its side', (socket: Socket) => socket.end()],
    ['is killed', (socket: Socket) => socket.destroy()],
  ])('ends a while after the bridge %s, and not while another connection is open', async (_how, leave) => {
    const ada = await interlock.agent('claude_code', 'ada');
    if (!('token' in ada)) throw new Error('no token');
    const [first, second] = [await connect(ada.token), await connect(ada.token)];
    leave(first);
    await once(first, 'close');
    expect(await hasEnded(ada.sessionId)).toBe(false);
    leave(second);
    await expect.poll(() => hasEnded(ada.sessionId), { timeout: 10_000 }).toBe(true);
  });
});
