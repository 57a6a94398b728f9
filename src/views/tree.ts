import {
  type Event,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
} from 'vscode';
import type { ViewId } from '../extension/ids.ts';
import type { Disposable } from '../extension/signal.ts';
import { type Branch, isSameOrder, outdated, regrow } from './branches.ts';
import type { Icon, Row, Tooltip } from './row.ts';

/** A view that draws rows. Commands of its menus are given the branch that was clicked. */
export interface RowTree<Subject> extends Disposable {
  readonly view: TreeView<Branch<Subject>>;
  /** Draws what has changed since the last time. */
  draw(): void;
  /** The subject of a branch that is in this view now; what merely looks like one is not, since agents can run commands. */
  subjectOf(argument: unknown): Subject | undefined;
}

/** An editor that is busy has asked for the children of a row within this time, in milliseconds, or has forgotten to. */
const settledMs = 1_000;

/** What a view shows at a time, in milliseconds since 1970. */
type Rows<Subject> = (now: number) => readonly Row<Subject>[];

/**
 * @param load gets what draws the rows, when the editor first shows them
 * @param everyMs how often rows that tell times are drawn again while somebody can see them
 */
export function createRowTree<Subject>(
  id: ViewId,
  load: () => Promise<Rows<Subject>>,
  everyMs: number,
): RowTree<Subject> {
  const changed = new EventEmitter<Branch<Subject>[] | undefined>();
  let rows: Rows<Subject> | undefined;
  let branches: readonly Branch<Subject>[] = [];
  const given = new WeakMap<Branch<Subject>, readonly Branch<Subject>[]>();
  let givenRoots: readonly Branch<Subject>[] | undefined;
  let settling: NodeJS.Timeout | undefined;

  function draw(): void {
    if (!rows) return;
    const grown = regrow(branches, rows(Date.now()));
    branches = grown.branches;
    if (grown.redraw.length === 0) return;
    changed.fire(grown.redraw === 'all' ? undefined : [...grown.redraw]);
    settling ??= setTimeout(remind, settledMs);
  }

  /**
   * The editor takes what it is being told about the children of a row for news, also where it was told meanwhile that
   * they have changed, and then shows the old ones until they change again (seen in 1.139). So it is told once more.
   */
  function remind(): void {
    settling = undefined;
    const forgotten = outdated(branches, given);
    if (givenRoots && !isSameOrder(givenRoots, branches)) changed.fire(undefined);
    else if (forgotten.length > 0) changed.fire([...forgotten]);
  }

  async function roots(): Promise<readonly Branch<Subject>[]> {
    if (!rows) {
      rows = await load();
      branches = regrow(branches, rows(Date.now())).branches;
    }
    givenRoots = branches;
    return branches;
  }

  const provider: TreeDataProvider<Branch<Subject>> = {
    onDidChangeTreeData: changed.event as Event<Branch<Subject>[] | undefined>,
    getTreeItem: itemOf,
    async getChildren(branch) {
      if (!branch) return [...(await roots())];
      given.set(branch, branch.children);
      return [...branch.children];
    },
    getParent: branch => branch.parent,
  };
  const view = window.createTreeView(id, { treeDataProvider: provider, showCollapseAll: true });
  const ticking = setInterval(() => view.visible && draw(), everyMs);
  const watching = view.onDidChangeVisibility(({ visible }) => visible && draw());
  // What is folded is asked for when it is unfolded.
  const folding = view.onDidCollapseElement(({ element }) => given.delete(element));

  return {
    view,
    draw,
    subjectOf: argument => findBranch(branches, argument)?.row.subject,
    dispose() {
      clearInterval(ticking);
      clearTimeout(settling);
      watching.dispose();
      folding.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

function findBranch<Subject>(
  branches: readonly Branch<Subject>[],
  wanted: unknown,
): Branch<Subject> | undefined {
  for (const branch of branches) {
    const found = branch === wanted ? branch : findBranch(branch.children, wanted);
    if (found) return found;
  }
  return undefined;
}

function itemOf<Subject>(branch: Branch<Subject>): TreeItem {
  const { row } = branch;
  const item = new TreeItem(row.label, foldingOf(row));
  item.id = row.id;
  if (row.description !== undefined) item.description = row.description;
  if (row.icon !== undefined) item.iconPath = themeIcon(row.icon);
  if (row.tooltip !== undefined) item.tooltip = tooltipOf(row.tooltip);
  if (row.kind !== undefined) item.contextValue = row.kind;
  if (row.file !== undefined) item.resourceUri = Uri.file(row.file.path);
  if (row.spoken !== undefined) item.accessibilityInformation = { label: row.spoken };
  if (row.click !== undefined) item.command = { ...row.click, arguments: [branch] };
  return item;
}

function foldingOf(row: Row): TreeItemCollapsibleState {
  if (row.children === undefined) return TreeItemCollapsibleState.None;
  return row.folded ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
}

export function themeIcon({ name, color }: Icon): ThemeIcon {
  return color === undefined ? new ThemeIcon(name) : new ThemeIcon(name, new ThemeColor(color));
}

/** Text of agents goes in as text, so that it can draw nothing and link to nothing. */
function tooltipOf({ title, code, text, facts }: Tooltip): MarkdownString {
  const shown = new MarkdownString();
  shown.appendMarkdown('**').appendText(title).appendMarkdown('**\n');
  if (code !== undefined) shown.appendCodeblock(code, 'shellscript');
  if (text !== undefined) shown.appendMarkdown('\n').appendText(text).appendMarkdown('\n');
  for (const { name, value } of facts)
    shown.appendMarkdown('\n').appendText(`${name}: ${value}`).appendMarkdown('  ');
  return shown;
}
