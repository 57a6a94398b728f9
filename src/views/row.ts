import type { ColorId, Command, RowKind } from '../extension/ids.ts';

/**
 * One line of a view, before the editor draws it. Views are functions from state to rows, so that what they say can be
 * read and tested without an editor.
 */
export interface Row<Subject = unknown> {
  /** The same for the same thing from one drawing to the next, so that selection and folding stay. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** What a screen reader says instead of label and description. */
  readonly spoken?: string;
  readonly tooltip?: Tooltip;
  readonly icon?: Icon;
  /** A file or folder on this machine: the row takes its icon. */
  readonly file?: { readonly path: string; readonly folder: boolean };
  readonly kind?: RowKind;
  /** What a click does. */
  readonly click?: { readonly command: Command; readonly title: string };
  readonly children?: readonly Row<Subject>[];
  readonly folded?: boolean;
  /** What the commands of the row's menu act on. */
  readonly subject?: Subject;
}

export interface Icon {
  /** Name of a codicon. */
  readonly name: string;
  readonly color?: ColorId;
}

/** A hover text. Everything in it is taken as plain text, since much of it was written by agents. */
export interface Tooltip {
  readonly title: string;
  /** Shown as it is, in a fixed-width font. */
  readonly code?: string;
  readonly text?: string;
  readonly facts: readonly Fact[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** Leaves out facts that nobody knows. */
export function facts(
  ...all: readonly (readonly [name: string, value: string | false | null | undefined])[]
): Fact[] {
  return all.flatMap(([name, value]) => (value ? [{ name, value }] : []));
}
