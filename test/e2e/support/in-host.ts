import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { CheckResult } from '../in-host/checks.ts';
import { launchBrowser } from './browser.ts';
import { startEditor } from './editor.ts';
import { interlockVsix, repository, resultsFolder } from './machine.ts';
import { createRunFolder, removeRunFolder } from './run-folder.ts';
import { createScratchRepository } from './scratch-repository.ts';

export interface InHostOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Milliseconds until the run is given up, 120,000 if left out. */
  readonly timeout?: number;
}

/**
 * Runs a suite (a module that exports `run`, see `test/e2e/in-host/checks.ts`) inside the extension host of a real
 * editor with the packed product installed, and returns what became of each check. Throws when the suite did not end.
 */
export async function runInHost(suite: string, options: InHostOptions = {}): Promise<readonly CheckResult[]> {
  const run = createRunFolder();
  const report = path.join(run.scratch, 'report.json');
  const folder = path.join(run.scratch, 'suite');
  const program = path.join(folder, 'suite.cjs');
  await build({
    entryPoints: [path.join(repository, suite)],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  });
  // The editor runs tests only on behalf of an extension under development; this one is empty.
  const manifest = {
    name: 'in-host',
    publisher: 'interlock-tests',
    version: '1.0.0',
    engines: { vscode: '*' },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));

  const [scratch, browser] = await Promise.all([createScratchRepository(run.scratch), launchBrowser()]);
  const editor = await startEditor({
    run,
    workspace: scratch.folder,
    extensions: [interlockVsix],
    settings: options.settings ?? {},
    serverOptions: ['--vscode-option', 'enable-smoke-test-driver'],
  });
  try {
    const page = await browser.newPage();
    const said: string[] = [];
    await page.exposeFunction('codeAutomationLog', (kind: string, words: unknown[]) => {
      said.push(`[${kind}] ${words.map(String).join(' ')}`);
    });
    const ended = new Promise<number>(resolve => page.exposeFunction('codeAutomationExit', resolve));
    const remote = (file: string) => `vscode-remote://${new URL(editor.origin).host}${file}`;
    const payload = JSON.stringify([
      ['extensionDevelopmentPath', remote(folder)],
      ['extensionTestsPath', remote(program)],
      ['extensionEnvironment', JSON.stringify({ INTERLOCK_IN_HOST_REPORT: report })],
    ]);
    await page.goto(`${editor.url}&payload=${encodeURIComponent(payload)}`);
    await withDeadline(ended, options.timeout ?? 120_000);
    if (!existsSync(report)) {
      cpSync(path.join(run.userData, 'logs'), path.join(resultsFolder, 'in-host-logs'), { recursive: true });
      throw new Error(`The suite ${suite} ended without a report:\n${said.slice(-40).join('\n')}`);
    }
    return JSON.parse(readFileSync(report, 'utf8'));
  } finally {
    await browser.close();
    await editor.stop();
    await removeRunFolder(run);
  }
}

async function withDeadline(ended: Promise<number>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([ended, late]);
  clearTimeout(timer);
}
