import type { PathIntent } from '../kernel/intent.ts';

export type ShellKind = 'bash' | 'powershell';

/** What an agent's tool call does, in the same words whichever harness makes it. */
export type ToolAction =
  /** Runs a command. */
  | {
      readonly kind: 'shell';
      readonly command: string;
      readonly shell: ShellKind;
      /** Where it runs, where the call says so; else the session's folder. */
      readonly cwd?: string;
    }
  /** Starts a task of the editor. Without `command` it is one that the workspace defines under `label`. */
  | {
      readonly kind: 'task';
      readonly label?: string;
      readonly command?: string;
      readonly shell: ShellKind;
      readonly cwd?: string;
    }
  /** Types into a program that runs already: a shell, or something that asks a question. */
  | { readonly kind: 'terminal_input'; readonly text: string; readonly shell: ShellKind }
  /** Touches files. `kind` is the tool's own verb; `paths` say what happens to each, since one patch can do all of it. */
  | {
      readonly kind: 'edit' | 'write' | 'delete' | 'read';
      /** As the model wrote them: absolute, or relative to the session's folder. Never empty. */
      readonly paths: readonly PathIntent[];
      /** What would stand in the files afterwards that does not now. */
      readonly content?: string;
      /** What would stand in them no more, where the call says it. */
      readonly replaces?: string;
      /** True where further files may change that the call does not name: a rename of a symbol. */
      readonly andOthers?: true;
    }
  | { readonly kind: 'fetch'; readonly urls: readonly string[] }
  | { readonly kind: 'mcp'; readonly server: string; readonly tool: string; readonly input: unknown }
  /** Runs a command of the editor itself, by its id. */
  | { readonly kind: 'editor_command'; readonly command: string; readonly arguments: readonly unknown[] }
  /** Starts or steers another agent, whose own tool calls are seen in their turn. */
  | { readonly kind: 'agent' }
  /** Cannot change anything outside the harness: searching, listing, planning, asking. */
  | { readonly kind: 'none' }
  /** A tool that nobody described to us, or a known one with arguments that it does not take. */
  | {
      readonly kind: 'unknown';
      readonly tool: string;
      /** False only where its name and its arguments say that it looks and does not touch. */
      readonly mayWrite: boolean;
    };
