import type { ProjectModel } from '../project-model.ts';
import type { ProjectState } from '../project-state.ts';

/** What decides about agents, as a text that is in force. */
export interface RuleText {
  readonly text: string;
  /** One more with each change; 0 of what there is not yet. */
  readonly version: number;
  /** Milliseconds since 1970; 0 where nobody has changed it. */
  readonly changedAt: number;
  /** It comes with Interlock and stays. */
  readonly isReadOnly?: boolean;
}

/** Why, and from which version, a text is put in force. */
export interface Change {
  readonly reason: string;
  readonly version: number;
}

/** One kind of thing that can be edited as a file. */
export interface RuleKind {
  /** The folder in which they lie. */
  readonly folder: string;
  /** With its dot. */
  readonly extension: string;
  /** What is in force under a name, as far as the window knows; undefined where nothing is. */
  find(state: ProjectState, name: string): RuleText | undefined;
  /** @throws InterlockError where it is refused; nothing has changed then */
  save(
    project: Pick<ProjectModel, 'api' | 'state'>,
    name: string,
    text: string,
    change: Change,
  ): Promise<unknown>;
  /** What the text would have changed of late, as a sentence for whoever puts it in force. */
  foresee?(
    project: Pick<ProjectModel, 'api' | 'state'>,
    name: string,
    text: string,
  ): Promise<string | undefined>;
}

/** The name of such a file: unique among all projects of the store. */
export interface RuleName {
  readonly projectId: string;
  readonly kind: RuleKind;
  readonly name: string;
}
