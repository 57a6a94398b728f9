/**
 * What a shell text says, independent of which shell it was written for. The parsers (bash.ts, powershell.ts, salvage.ts)
 * produce it and evaluate.ts follows it; nothing else sees a syntax tree.
 */

/** One piece of a word. `quoted` pieces are neither split nor matched against file names. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly quoted: boolean;
      /** `:-`, `%`, `//`, … of `${name…}`; absent for a plain `$name`. */
      readonly operator?: string;
      readonly operand?: string;
    }
  | { readonly kind: 'substitution'; readonly script: Script; readonly quoted: boolean }
  /** `<(…)` or `>(…)`: the word is a pipe that the command reads from or writes to. */
  | { readonly kind: 'process'; readonly script: Script; readonly direction: 'in' | 'out' }
  /** Arithmetic and the like: a value nobody can know here, and the scripts that run to make it. */
  | { readonly kind: 'computed'; readonly scripts: readonly Script[]; readonly quoted: boolean };

export interface Word {
  readonly parts: readonly Part[];
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
  readonly append: boolean;
}

export type Redirect =
  | { readonly kind: 'file'; readonly operator: string; readonly target: Word; readonly fd?: string }
  /** A here-document or here-string: text that the command reads. */
  | { readonly kind: 'text'; readonly body: Word };

export type Statement = { readonly source: string; readonly background?: boolean } & (
  | {
      readonly kind: 'command';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'pipeline'; readonly stages: readonly Statement[] }
  | { readonly kind: 'group'; readonly body: Script; readonly isolated: boolean }
  | { readonly kind: 'redirected'; readonly body: Statement; readonly redirects: readonly Redirect[] }
  /** One of the arms runs, or none. Conditions are statements that precede it. */
  | { readonly kind: 'choice'; readonly arms: readonly Script[] }
  | {
      readonly kind: 'loop';
      readonly variable?: string;
      readonly values: readonly Word[];
      readonly body: Script;
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Script }
  /** A word outside any command whose substitutions run all the same (tests, case subjects, arithmetic). */
  | { readonly kind: 'words'; readonly words: readonly Word[] }
);

export interface Script {
  readonly statements: readonly Statement[];
  /** True where the parser met something that is not in its grammar. */
  readonly broken: boolean;
  /** True where the grammar gave up, so that there is only a lenient reading. */
  readonly unread?: boolean;
}

/** A word that is exactly this text, quoted so that nothing in it is expanded. */
export function literal(text: string): Word {
  return { parts: [{ kind: 'text', text, quoted: true }] };
}

/** Whether what a command prints goes into a file, so that nobody sees it. */
export function takesOutput(redirects: readonly Redirect[]): boolean {
  return redirects.some(
    redirect =>
      redirect.kind === 'file' && redirect.operator.includes('>') && !/^[2-9]$/.test(redirect.fd ?? ''),
  );
}

/** Puts further arguments behind the last command of a script, as an alias does. */
export function appendWords(script: Script, words: readonly Word[]): Script {
  const last = script.statements[script.statements.length - 1];
  if (last?.kind !== 'command') return script;
  return {
    ...script,
    statements: [...script.statements.slice(0, -1), { ...last, words: [...last.words, ...words] }],
  };
}
