import type { MessagePort } from 'node:worker_threads';
import { reportOf } from '../kernel/errors.ts';
import { type HostEvent, type Hosting, host } from './run.ts';
import type { ParentMessage, StartService } from './service.ts';
import type { ThreadMessage, WindowMessage } from './thread-message.ts';

export interface ThreadOptions {
  readonly home: string;
  readonly databaseUrl?: string;
  /** Where HTTP is offered over TCP, as the person set it. */
  readonly listen?: string;
  readonly webhookSecret?: string | undefined;
  readonly formerWebhookSecret?: string | undefined;
  readonly takeOver?: boolean;
  readonly version: string;
  readonly parent: MessagePort;
  readonly startService: StartService;
}

/**
 * Runs the coordinator in this worker thread of an editor window. The window hears what becomes of it, and
 * may stop it or ask the service. The thread ends where another process owns the store.
 */
export async function runAsThread(options: ThreadOptions): Promise<void> {
  const {
    home,
    databaseUrl,
    listen,
    webhookSecret,
    formerWebhookSecret,
    takeOver,
    version,
    parent,
    startService,
  } = options;
  const tell = (message: ThreadMessage) => parent.postMessage(message);
  try {
    const hosting = await host({
      home,
      databaseUrl,
      http: { listen, webhookSecret, formerWebhookSecret, required: false },
      takeOver,
      mode: 'worker',
      version,
      startService,
      openLog: async () => (await import('./log.ts')).openLog(home),
      // In a thread this ends the thread alone.
      abandon: () => process.exit(1),
      onEvent: event => report(event, tell),
    });
    if ('takenBy' in hosting) {
      tell({ type: 'lost', ownerPid: hosting.takenBy.holder.pid });
      parent.close();
      return;
    }
    obey(parent, hosting, tell);
  } catch (error) {
    tell({ type: 'failed', ...reportOf(error) });
    parent.close();
  }
}

function obey(parent: MessagePort, hosting: Hosting, tell: (message: ThreadMessage) => void): void {
  parent.on('message', (message: WindowMessage) => {
    if (message.type === 'stop') void hosting.stop('the editor window asked for it');
    else void answer(hosting, message.question, message.number).then(tell);
  });
}

async function answer(hosting: Hosting, question: ParentMessage, to: number): Promise<ThreadMessage> {
  try {
    const service = await hosting.ready;
    return { type: 'answer', to, result: await service.handleParentMessage?.(question) };
  } catch (error) {
    return { type: 'refusal', to, report: reportOf(error) };
  }
}

function report(event: HostEvent, tell: (message: ThreadMessage) => void): void {
  switch (event.event) {
    case 'owner':
      tell({ type: 'owner', generation: event.generation });
      break;
    case 'ready':
      tell({ type: 'ready', generation: event.generation, schemaVersion: event.schemaVersion });
      break;
    case 'failed':
      tell({ type: 'failed', ...reportOf(event.error) });
      break;
    case 'stopped':
      process.exit();
  }
}
