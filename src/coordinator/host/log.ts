import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type DestinationStream, pino } from 'pino';
import type { Log } from '../kernel/log.ts';

/** Two files of this size at most, which is some weeks of ordinary work. */
const longestLog = 4 * 1024 * 1024;
const lookEveryMs = 60_000;

/**
 * The coordinator's log: one line of JSON per event in `logs/coordinator.log`. When it is long it becomes
 * `coordinator.1.log`, and the one before that is dropped.
 */
export function openLog(home: string): Log {
  const folder = join(home, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'coordinator.log');
  moveWhenLong(file);
  // Written at once, so that the last lines before a crash are there.
  const destination = pino.destination({ dest: file, sync: true, mode: 0o600 });
  setInterval(() => {
    if (moveWhenLong(file)) destination.reopen();
  }, lookEveryMs).unref();
  return logTo(destination);
}

/** The same lines on standard error, for a coordinator that somebody watches. */
export function openErrorLog(): Log {
  return logTo(pino.destination({ dest: process.stderr.fd, sync: true }));
}

function logTo(destination: DestinationStream): Log {
  return pino({ base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function moveWhenLong(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < longestLog) return false;
  renameSync(file, file.replace(/\.log$/, '.1.log'));
  return true;
}
