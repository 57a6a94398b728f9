import {
  EventEmitter,
  type FileChangeEvent,
  FileChangeType,
  FilePermission,
  type FileStat,
  FileSystemError,
  FileType,
  l10n,
  TextDocumentSaveReason,
  type Uri,
  window,
  workspace,
} from 'vscode';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { askReason } from '../commands/ask-reason.ts';
import { ruleScheme } from '../ids.ts';
import type { ProjectModel } from '../project-model.ts';
import type { Services } from '../services.ts';
import { createDrafts } from './drafts.ts';
import { ruleAt } from './rule-address.ts';
import type { RuleName, RuleText } from './rule-kind.ts';

/** An editor that was open before comes back before there is a connection; it waits this long, in milliseconds. */
const patienceMs = 15_000;
/** As the operations accept it. */
const longestReason = 500;

/** What decides about agents as files of the editor. What is saved by hand is put in force, for a reason. */
export interface RuleFiles {
  /** Begins a text of which nothing is in force yet. */
  begin(uri: Uri, text: string): Promise<void>;
  /** Throws away what is not in force. */
  discard(uri: Uri): Promise<void>;
}

export function registerRuleFiles({ context, model }: Services): RuleFiles {
  const changed = new EventEmitter<FileChangeEvent[]>();
  const drafts = createDrafts(context.workspaceState);
  /** Addresses whose next saving was asked for by the person. */
  const byHand = new Set<string>();
  /** The version that an editor shows, by its address. */
  const shown = new Map<string, number>();

  async function found(uri: Uri): Promise<{ rule: RuleName; project: ProjectModel; inForce: RuleText }> {
    const rule = ruleAt(uri);
    const project = rule && (await projectWith(rule.projectId));
    const inForce = project && (rule.kind.find(project.state, rule.name) ?? begun(uri));
    if (!inForce) throw FileSystemError.FileNotFound(uri);
    return { rule, project, inForce };
  }

  /** What there is only as a draft yet. */
  const begun = (uri: Uri): RuleText | undefined =>
    drafts.get(uri.toString()) && { text: '', version: 0, changedAt: 0 };

  function projectWith(id: string): Promise<ProjectModel | undefined> {
    const now = () =>
      model.projects.find(({ state }) => state.project?.project_id === id && state.profiles.length > 0);
    const known = now();
    if (known) return Promise.resolve(known);
    return new Promise(resolve => {
      const end = (project: ProjectModel | undefined) => {
        clearTimeout(timer);
        listening.dispose();
        resolve(project);
      };
      const timer = setTimeout(() => end(undefined), patienceMs);
      const listening = model.onChange(() => {
        const project = now();
        if (project) end(project);
      });
    });
  }

  async function stat(uri: Uri): Promise<FileStat> {
    const { inForce } = await found(uri);
    const { text, at } = drafts.get(uri.toString()) ?? { text: inForce.text, at: inForce.changedAt };
    const isMine = model.state.standing.is === 'operator' && !inForce.isReadOnly;
    return {
      type: FileType.File,
      ctime: 0,
      mtime: at,
      size: Buffer.byteLength(text),
      ...(isMine ? {} : { permissions: FilePermission.Readonly }),
    };
  }

  async function readFile(uri: Uri): Promise<Uint8Array> {
    const { inForce } = await found(uri);
    const { text, version } = drafts.get(uri.toString()) ?? inForce;
    shown.set(uri.toString(), version);
    return Buffer.from(text);
  }

  async function writeFile(uri: Uri, content: Uint8Array): Promise<void> {
    const address = uri.toString();
    const { rule, project, inForce } = await found(uri);
    const text = Buffer.from(content).toString();
    const isByHand = byHand.delete(address);
    if (text === inForce.text) return drafts.drop(address);
    const version = shown.get(address) ?? inForce.version;
    const reason = isByHand ? await askWhy(rule, project, text) : undefined;
    if (reason === undefined) {
      await drafts.put(address, { text, version, at: Date.now() });
      if (isByHand) tellDraft(rule.name);
      return;
    }
    await rule.kind.save(project, rule.name, text, { reason, version }).catch(inWords);
    await drafts.drop(address);
    await project.refresh();
    // The editor goes on from what it has just saved, and does not read it again.
    shown.set(address, rule.kind.find(project.state, rule.name)?.version ?? version);
  }

  async function askWhy({ kind, name }: RuleName, project: ProjectModel, text: string) {
    const foreseen = await kind.foresee?.(project, name, text).catch(inWords);
    return askReason(
      l10n.t('Put {0} in Force', name),
      [foreseen, l10n.t('It holds from the next call on. The reason goes on the record.')]
        .filter(part => part !== undefined)
        .join(' '),
      { longest: longestReason },
    );
  }

  /** What another window has put in force is shown, unless a draft stands in front of it. */
  function follow(): void {
    const events: FileChangeEvent[] = [];
    for (const [address, version] of shown) {
      const uri = workspace.textDocuments.find(document => document.uri.toString() === address)?.uri;
      const rule = uri && ruleAt(uri);
      const state = model.projects.find(
        project => project.state.project?.project_id === rule?.projectId,
      )?.state;
      const now = rule && state && rule.kind.find(state, rule.name);
      if (!uri || !now || now.version === version || drafts.get(address)) continue;
      events.push({ type: FileChangeType.Changed, uri });
    }
    if (events.length > 0) changed.fire(events);
  }

  const refuse = (uri: Uri): never => {
    throw FileSystemError.NoPermissions(uri);
  };
  context.subscriptions.push(
    changed,
    model.onChange(follow),
    workspace.onWillSaveTextDocument(({ document: { uri }, reason }) => {
      if (uri.scheme === ruleScheme && reason === TextDocumentSaveReason.Manual) byHand.add(uri.toString());
    }),
    workspace.registerFileSystemProvider(
      ruleScheme,
      {
        onDidChangeFile: changed.event,
        watch: () => ({ dispose: () => {} }),
        stat,
        readFile,
        writeFile,
        readDirectory: refuse,
        createDirectory: refuse,
        delete: refuse,
        rename: refuse,
      },
      { isCaseSensitive: true },
    ),
  );
  return {
    begin: (uri, text) => drafts.put(uri.toString(), { text, version: 0, at: Date.now() }),
    async discard(uri) {
      await drafts.drop(uri.toString());
      changed.fire([{ type: FileChangeType.Changed, uri }]);
    },
  };
}

function tellDraft(name: string): void {
  window.showInformationMessage(
    l10n.t('{0} was kept as a draft and is not in force. Save it again to put it in force.', name),
  );
}

/** The editor shows the message of whatever saving throws. */
function inWords(error: unknown): never {
  if (!(error instanceof InterlockError)) throw error;
  throw FileSystemError.Unavailable(
    error.next === undefined ? error.message : `${error.message} ${error.next}`,
  );
}
