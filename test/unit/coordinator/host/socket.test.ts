import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  listenUniquely,
  longestSocketPath,
  socketPath,
  sweepSockets,
} from '../../../../src/coordinator/host/socket.ts';

const places = { temporary: '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T', uid: 501 };

describe('the path of a socket', () => {
  test('lies below the home where that is short enough', () => {
    expect(socketPath('/home/ada/.interlock', '12-abcdef', places)).toBe(
      '/home/ada/.interlock/run/12-abcdef.sock',
    );
  });

  test('lies in the temporary folder of a Mac where the home is long', () => {
    const home =
      '/Users/ada/Library/Application Support/Code/User/globalStorage/interlock.interlock/coordinator';
    const path = socketPath(home, '123456-abcdef', places);
    expect(path).toMatch(/^\/var\/folders\/.*\/T\/interlock-501\/[0-9a-f]{12}\/123456-abcdef\.sock$/);
  });

  test('has at most 99 bytes, whatever the home and the temporary folder are', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: 'grapheme' }),
        fc.string({ maxLength: 200 }),
        (home, temporary) => {
          const path = socketPath(`/${home}`, '999999999-abcdef', {
            temporary: `/${temporary}`,
            uid: 4_294_967_294,
          });
          expect(Buffer.byteLength(path)).toBeLessThanOrEqual(longestSocketPath);
        },
      ),
    );
  });

  test('is another one for each home', () => {
    const long = '/home'.repeat(20);
    expect(socketPath(`${long}/a`, '1-a', places)).not.toBe(socketPath(`${long}/b`, '1-a', places));
  });
});

describe.skipIf(process.platform === 'win32')('listening', () => {
  let folder: string;
  let server: Server;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'il-'));
    server = createServer(socket => socket.end());
  });

  afterEach(async () => {
    await new Promise(resolve => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  function outcomeOf(address: string): Promise<string> {
    return new Promise(resolve => {
      const socket = connect(address, () => {
        socket.destroy();
        resolve('accepted');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
  }

  test('is open to this user alone, under a name nobody used before', async () => {
    const listening = await listenUniquely(server, folder, 3);
    expect(listening.recorded).toMatch(/^run\/3-[0-9a-f]+\.sock$/);
    expect(statSync(dirname(listening.address)).mode & 0o777).toBe(0o700);
    expect(await outcomeOf(listening.address)).toBe('accepted');
    expect(listening.isReachable()).toBe(true);
  });

  test('leaves its file when it ends, so that the kernel refuses whoever connects', async () => {
    const { address } = await listenUniquely(server, folder, 1);
    await new Promise(resolve => server.close(resolve));
    expect(lstatSync(address).isSocket()).toBe(true);
    expect(await outcomeOf(address)).toBe('ECONNREFUSED');
  });

  test('notices that its file was removed, or replaced', async () => {
    const listening = await listenUniquely(server, folder, 1);
    rmSync(listening.address);
    expect(listening.isReachable()).toBe(false);
    writeFileSync(listening.address, '');
    expect(listening.isReachable()).toBe(false);
  });

  test('refuses a link in the place of its folder, which would lead it to where others can write', async () => {
    symlinkSync(tmpdir(), join(folder, 'run'));
    await expect(listenUniquely(server, folder, 1)).rejects.toThrow(join(folder, 'run'));
  });

  test('sweeps the sockets of earlier generations and of those who lost, but neither its own nor a later one', async () => {
    const listening = await listenUniquely(server, folder, 5);
    const run = dirname(listening.address);
    for (const name of ['4-aaaaaa.sock', '5-bbbbbb.sock', '5-cccccc.new', '6-dddddd.sock', 'notes'])
      writeFileSync(join(run, name), '');
    sweepSockets(listening, 5);
    expect(readdirSync(run).sort()).toEqual([basename(listening.address), '6-dddddd.sock', 'notes'].sort());
  });
});
