import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { commands, l10n, type Tab, TabInputTextDiff, Uri, window, workspace } from 'vscode';
import type { AgentFile } from '../agent-files.ts';
import { planScheme } from '../ids.ts';
import type { Disposable } from '../signal.ts';

/** What would become of a file of an agent's configuration. */
export interface ConfigurationChange {
  readonly path: string;
  readonly before: string | undefined;
  /** Undefined where the file goes away. */
  readonly after: string | undefined;
}

/** What connecting or disconnecting would change in these files, as they are now. @throws InterlockError `invalid_input` where one cannot be read. */
export async function changesOf(
  files: readonly AgentFile[],
  doing: 'connect' | 'disconnect',
): Promise<readonly ConfigurationChange[]> {
  const wanted = await Promise.all(
    files.map(async (file): Promise<ConfigurationChange> => {
      const before = await textOf(file.path);
      const taken = before === undefined ? undefined : () => file.remove(before);
      return { path: file.path, before, after: doing === 'connect' ? file.add(before) : taken?.() };
    }),
  );
  return wanted.filter(({ before, after }) => before !== after);
}

/** Shows people what would change before they agree to it. */
export interface ChangeReview extends Disposable {
  /** True where the person said that it may be written. */
  confirm(changes: readonly ConfigurationChange[]): Promise<boolean>;
}

export function createChangeReview(): ChangeReview {
  const texts = new Map<string, string>();
  const provider = workspace.registerTextDocumentContentProvider(planScheme, {
    provideTextDocumentContent: uri => texts.get(uri.path) ?? '',
  });
  return {
    async confirm(changes) {
      for (const [index, { path: file, before, after }] of changes.entries()) {
        texts.set(`/${index}/before/${file}`, before ?? '');
        texts.set(`/${index}/after/${file}`, after ?? '');
        await commands.executeCommand(
          'vscode.diff',
          Uri.from({ scheme: planScheme, path: `/${index}/before/${file}` }),
          Uri.from({ scheme: planScheme, path: `/${index}/after/${file}` }),
          l10n.t('{0}: what would change', path.basename(file)),
          { preview: false },
        );
      }
      const write = l10n.t('Write');
      const answer = await window.showWarningMessage(
        l10n.t('Change {0}?', changes.map(({ path: file }) => file).join(', ')),
        { modal: true, detail: l10n.t('The changes are open in the editor behind this question.') },
        write,
      );
      // What would change is of no use any more, and lies over what the person was doing.
      await window.tabGroups.close(window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isPlan)));
      return answer === write;
    },
    dispose: () => provider.dispose(),
  };
}

function isPlan({ input }: Tab): boolean {
  return input instanceof TabInputTextDiff && input.modified.scheme === planScheme;
}

/** Whole or not at all, and only where nobody changed the file while the person was looking. */
export async function carryOut({ path: file, before, after }: ConfigurationChange): Promise<void> {
  if ((await textOf(file)) !== before)
    throw new Error(l10n.t('{0} has changed in the meantime, and was left as it is.', file));
  if (after === undefined) return rm(file, { force: true });
  await mkdir(path.dirname(file), { recursive: true });
  const mode = before === undefined ? 0o600 : (await stat(file)).mode & 0o777;
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, after, { mode });
  await rename(draft, file);
}

/** Undefined where there is no such file. */
export async function textOf(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}
