import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { InterlockError } from '../kernel/errors.ts';
import type { ListenWords } from '../listen-config.ts';
import type { Claim } from './claim.ts';
import { type Hosting, host } from './run.ts';
import type { GitHubWords, StartService } from './service.ts';

/** Whoever asked for the store has to become its owner first; an editor window stays that until it closes. */
const comeBackMs = 2_000;

export interface ProcessOptions {
  /**
   * The arguments after the program: `--home <folder>`, `--idle-minutes <n>` (default 10; 0: never), and `--foreground`
   * where a person or a script started it: then it logs to standard error, and another owner is a failure, as is an
   * address for HTTP that cannot be opened. `--listen`, `--allow-host`, `--allow-origin` and `--requests-per-minute`
   * say how HTTP is offered, before what `http` says.
   */
  readonly args: readonly string[];
  readonly databaseUrl?: string;
  /** How HTTP is offered, as variables say. */
  readonly http?: Omit<ListenWords, 'required'>;
  readonly github?: GitHubWords;
  readonly version: string;
  readonly startService: StartService;
}

/**
 * Runs the coordinator as this process. Where another one owns the store already it ends at once with code 0,
 * for its starter can simply connect; it ends with code 1, and says why, where it cannot work.
 */
export async function runAsProcess(options: ProcessOptions): Promise<void> {
  try {
    await run(options);
  } catch (error) {
    process.stderr.write(`${sentence(error)}\n`);
    process.exitCode = 1;
  }
}

async function run({
  args,
  databaseUrl,
  http,
  github,
  version,
  startService,
}: ProcessOptions): Promise<void> {
  const { home, idleAfterMs, foreground, listen } = readArgs(args);
  let hosting: Hosting | undefined;

  const hostStore = (takeOver: boolean) =>
    host({
      home,
      databaseUrl,
      http: { ...http, ...listen, required: foreground },
      ...(github ? { github } : {}),
      mode: 'detached',
      version,
      idleAfterMs,
      takeOver,
      startService,
      openLog: async () => {
        const { openLog, openErrorLog } = await import('./log.ts');
        return foreground ? openErrorLog() : openLog(home);
      },
      abandon: reason => {
        process.stderr.write(`${new Date().toISOString()} process ${process.pid} ends at once: ${reason}\n`);
        process.exit(1);
      },
      onEvent: event => {
        if (event.event === 'failed') {
          process.exitCode = 1;
          process.stderr.write(`${sentence(event.error)}\n`);
          // Whoever started it in the foreground has read it; others connect to ask why.
          if (foreground) process.exit();
        }
        if (event.event !== 'stopped') return;
        hosting = undefined;
        if (event.retired && foreground) void comeBack();
        else process.exit();
      },
    });

  /** Whoever started this one wants it to serve until it is told to end: it makes room for a backup, and no more. */
  async function comeBack(): Promise<void> {
    try {
      for (;;) {
        await pause(comeBackMs);
        const outcome = await hostStore(true);
        if ('takenBy' in outcome) continue;
        hosting = outcome;
        return;
      }
    } catch (error) {
      process.stderr.write(`${sentence(error)}\n`);
      process.exit(1);
    }
  }

  const first = await hostStore(false);
  if ('takenBy' in first) {
    if (foreground) throw alreadyOwned(first.takenBy);
    return;
  }
  hosting = first;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // The second one ends the process as it would have without us.
    process.once(signal, () => (hosting === undefined ? process.exit() : void hosting.stop(signal)));
  }
}

interface ProcessArguments {
  readonly home: string;
  readonly idleAfterMs: number | undefined;
  readonly foreground: boolean;
  readonly listen: Partial<ListenWords>;
}

function readArgs(args: readonly string[]): ProcessArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string' },
      'idle-minutes': { type: 'string', default: '10' },
      foreground: { type: 'boolean', default: false },
      listen: { type: 'string' },
      'allow-host': { type: 'string', multiple: true },
      'allow-origin': { type: 'string', multiple: true },
      'requests-per-minute': { type: 'string' },
    },
  });
  if (values.home === undefined) {
    throw new InterlockError('invalid_input', 'The option --home is missing: the folder of the store.');
  }
  const minutes = Number(values['idle-minutes']);
  if (!(minutes >= 0)) {
    throw new InterlockError(
      'invalid_input',
      `--idle-minutes is ${values['idle-minutes']}; a number from 0 is accepted.`,
    );
  }
  return {
    home: resolve(values.home),
    idleAfterMs: minutes === 0 ? undefined : minutes * 60_000,
    foreground: values.foreground,
    listen: said({
      listen: values.listen,
      hosts: values['allow-host']?.join(','),
      origins: values['allow-origin']?.join(','),
      requestsPerMinute: values['requests-per-minute'],
    }),
  };
}

/** Without what was not said, so that it takes the place of nothing. */
function said<Words extends object>(words: Words): Partial<Words> {
  return Object.fromEntries(
    Object.entries(words).filter(([, value]) => value !== undefined),
  ) as Partial<Words>;
}

function alreadyOwned({ holder }: Claim): InterlockError {
  return new InterlockError(
    'store_unavailable',
    `Process ${holder.pid} on ${holder.hostname} serves this store already.`,
    {
      next: 'Use that one, end it, or set INTERLOCK_HOME to another folder.',
      params: { pid: holder.pid },
    },
  );
}

function sentence(error: unknown): string {
  if (error instanceof InterlockError) return [error.message, error.next].filter(Boolean).join(' ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
