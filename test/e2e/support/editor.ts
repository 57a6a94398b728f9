import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { editorNode, editorServer, plainEnvironment } from './machine.ts';
import { signalGroup, stopProcessGroup } from './process-group.ts';
import type { RunFolder } from './run-folder.ts';

export interface EditorOptions {
  readonly run: RunFolder;
  /** The folder that the editor opens. */
  readonly workspace: string;
  /** Packed extensions to install, in this order. */
  readonly extensions?: readonly string[];
  /** User settings on top of the quiet ones below. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further variables for the server and so for the extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Further options of the server, such as `--vscode-option=enable-smoke-test-driver`. */
  readonly serverOptions?: readonly string[];
  /** The port to listen on; a free one when left out. */
  readonly port?: number;
}

export interface Editor {
  /** The address that opens the workspace, on the loopback interface. */
  readonly url: string;
  readonly origin: string;
  readonly run: RunFolder;
  readonly workspace: string;
  /** Ends the server, the extension hosts and the terminals, and returns when they are gone. */
  stop(): Promise<void>;
}

/** No trust question, no welcome page, no saving by itself, no network, no AI of the editor's own unless a suite asks for it. */
const quietSettings: Readonly<Record<string, unknown>> = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  // In a browser the editor saves by itself a second after the last key.
  'files.autoSave': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'chat.disableAIFeatures': true,
};

/** Starts a real VS Code server on the workspace and returns when it answers. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const { run, workspace } = options;
  const userFolder = path.join(run.userData, 'User');
  mkdirSync(userFolder, { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  writeFileSync(path.join(userFolder, 'settings.json'), JSON.stringify(settings, undefined, 2));

  const environment = { ...plainEnvironment, HOME: run.home, ...options.environment };
  const folders = ['--user-data-dir', run.userData, '--extensions-dir', run.extensions];
  await installExtensions(options.extensions ?? [], folders, environment);

  const server = spawn(
    editorNode,
    [
      editorServer,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      ...(settings['security.workspace.trust.enabled'] === false ? ['--disable-workspace-trust'] : []),
      ...folders,
      ...(options.serverOptions ?? []),
      workspace,
    ],
    // A group of its own: one signal reaches the extension hosts too, and a Ctrl-C of ours does not.
    { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const leader = server.pid;
  if (leader === undefined) throw new Error(`The editor's Node could not be started: ${editorNode}`);
  const endWithUs = () => signalGroup(leader, 'SIGKILL');
  process.once('exit', endWithUs);
  const stop = async () => {
    await stopProcessGroup(leader);
    process.off('exit', endWithUs);
  };

  const log = createWriteStream(run.serverLog);
  server.stdout.pipe(log);
  server.stderr.pipe(log);
  try {
    const origin = await listeningAddress(server);
    return { origin, url: `${origin}/?folder=${encodeURIComponent(workspace)}`, run, workspace, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function installExtensions(
  packages: readonly string[],
  folders: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  if (packages.length === 0) return;
  const wanted = packages.flatMap(file => ['--install-extension', file]);
  // The command ends with 0 also when a package was refused, so its words are read.
  const { stdout, stderr } = await promisify(execFile)(editorNode, [editorServer, ...folders, ...wanted], {
    env: environment,
  });
  const installed = stdout.match(/was successfully installed/g)?.length ?? 0;
  if (installed !== packages.length) {
    throw new Error(`${installed} of ${packages.length} extensions were installed:\n${stdout}${stderr}`);
  }
}

/** The server picks the port and prints it; reading it there leaves no gap in which another program takes it. */
function listeningAddress(server: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const address = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1];
      if (address === undefined) return;
      server.stdout.off('data', read);
      server.stderr.off('data', read);
      resolve(address);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', () =>
      reject(new Error(`The editor ended before it listened:\n${printed.slice(-2000)}`)),
    );
  });
}
