import { BashWords, type ScriptReader, wordTypes } from './bash-words.ts';
import type { Assignment, Redirect, Script, Statement, Word } from './script.ts';
import { literal } from './script.ts';
import type { Grammar, SyntaxNode } from './syntax.ts';
import { heredocLines } from './text.ts';

/**
 * Reads POSIX and bash text. Undefined where the grammar gives up (too deep, too slow); a script that is only partly in
 * the grammar is returned as far as it could be read, with `broken` set.
 */
export function readBash(text: string, grammar: Grammar, deadline: number): Script | undefined {
  const syntax = grammar(text, deadline);
  if (syntax === undefined) return undefined;
  const script = new BashReader(text).script(syntax.root.children);
  return syntax.broken ? { ...script, broken: true } : script;
}

class BashReader implements ScriptReader {
  private readonly text: string;
  private readonly reader: BashWords;

  constructor(text: string) {
    this.text = text;
    this.reader = new BashWords(text, this);
  }

  script(nodes: readonly SyntaxNode[]): Script {
    const statements: Statement[] = [];
    for (const node of nodes) {
      if (node.type === '&') {
        const last = statements.pop();
        if (last !== undefined) statements.push({ ...last, background: true });
      } else if (node.named) {
        statements.push(...this.statements(node));
      }
    }
    return { statements, broken: false };
  }

  private source(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  private block(node: SyntaxNode, isolated: boolean): Statement {
    return { kind: 'group', body: this.script(node.children), isolated, source: this.source(node) };
  }

  /** A node where a statement may stand. Lists and unknown nodes give what they hold, in order. */
  private statements(node: SyntaxNode): Statement[] {
    const source = this.source(node);
    switch (node.type) {
      case 'comment':
      case 'heredoc_body':
        return [];
      case 'list':
        return this.list(node);
      case 'command':
        return [this.command(node, [])];
      case 'redirected_statement':
        return this.redirected(node);
      case 'pipeline':
        return [{ kind: 'pipeline', stages: this.stages(node), source }];
      case 'subshell':
        return [this.block(node, true)];
      case 'compound_statement':
      case 'do_group':
      case 'negated_command':
        return [this.block(node, false)];
      case 'if_statement':
      case 'case_statement':
        return this.choice(node);
      case 'for_statement':
      case 'while_statement':
      case 'c_style_for_statement':
        return this.loop(node);
      case 'function_definition':
        return this.functionDefinition(node);
      case 'declaration_command':
      case 'unset_command':
        return [this.command(node, [])];
      case 'variable_assignment':
        return [{ kind: 'command', assignments: this.assignments([node]), words: [], redirects: [], source }];
      case 'variable_assignments':
        return [
          { kind: 'command', assignments: this.assignments(node.children), words: [], redirects: [], source },
        ];
      default:
        return this.looseWords(node);
    }
  }

  /** `a && b || c` leans to the left as deep as it is long, so it is unrolled instead of recursed into. */
  private list(node: SyntaxNode): Statement[] {
    const operands: SyntaxNode[] = [];
    let rest: SyntaxNode | undefined = node;
    while (rest !== undefined && rest.type === 'list') {
      const named: SyntaxNode[] = rest.children.filter(child => child.named);
      operands.push(...named.slice(1).reverse());
      rest = named[0];
    }
    if (rest !== undefined) operands.push(rest);
    return operands.reverse().flatMap(operand => this.statements(operand));
  }

  private stages(node: SyntaxNode): Statement[] {
    const stages: Statement[] = [];
    for (const child of node.children) {
      if (!child.named || child.type === 'comment') continue;
      if (child.type === 'pipeline') stages.push(...this.stages(child));
      else stages.push(oneStatement(this.statements(child), this.source(child)));
    }
    return stages;
  }

  private command(node: SyntaxNode, extra: readonly Word[]): Statement {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (const child of node.children) {
      if (child.type === 'variable_assignment') {
        if (words.length === 0 && node.type === 'command') assignments.push(...this.assignments([child]));
        else words.push(...this.reader.words(child));
      } else if (child.type === 'command_name') {
        for (const name of child.children) words.push(...this.reader.words(name));
      } else if (child.type.endsWith('_redirect')) {
        this.redirect(child, redirects, words);
      } else if (child.type === 'subshell') {
        words.push({ parts: [{ kind: 'computed', scripts: [this.script(child.children)], quoted: false }] });
      } else if (child.named || words.length === 0 || node.type === 'command') {
        // Keywords such as `export` and stray operators are anonymous nodes, and words all the same.
        words.push(...this.reader.words(child));
      }
    }
    return {
      kind: 'command',
      assignments,
      words: [...words, ...extra],
      redirects,
      source: this.source(node),
    };
  }

  private redirected(node: SyntaxNode): Statement[] {
    const redirects: Redirect[] = [];
    const extra: Word[] = [];
    const after: Statement[] = [];
    const stages: Statement[] = [];
    let body: SyntaxNode | undefined;
    for (const child of node.children) {
      if (child.type.endsWith('_redirect')) this.redirect(child, redirects, extra, stages, after);
      else if (child.named) body = child;
    }
    const source = this.source(node);
    let statement: Statement;
    if (body === undefined) {
      statement = { kind: 'command', assignments: [], words: extra, redirects, source };
    } else if (body.type === 'command' || body.type === 'declaration_command') {
      const command = this.command(body, extra);
      statement =
        command.kind === 'command'
          ? { ...command, redirects: [...command.redirects, ...redirects], source }
          : command;
    } else {
      statement = {
        kind: 'redirected',
        body: oneStatement(this.statements(body), source),
        redirects,
        source,
      };
    }
    if (stages.length > 0) statement = { kind: 'pipeline', stages: [statement, ...stages], source };
    return [statement, ...after];
  }

  /**
   * The grammar puts everything that follows a redirection on the same line inside it: further arguments
   * (`rm -rf 2>/dev/null /`), and for a here-document also the rest of the pipeline or list.
   */
  private redirect(
    node: SyntaxNode,
    redirects: Redirect[],
    words: Word[],
    stages: Statement[] = [],
    after: Statement[] = [],
  ): void {
    if (node.type === 'herestring_redirect') {
      const body = node.children.find(child => child.named);
      if (body !== undefined) redirects.push({ kind: 'text', body: this.reader.word(body) });
      return;
    }
    if (node.type === 'heredoc_redirect') {
      redirects.push({ kind: 'text', body: this.heredoc(node) });
      for (const child of node.children) {
        if (child.type.startsWith('heredoc_') || !child.named) continue;
        if (child.type === 'pipeline') stages.push(...this.stages(child));
        else if (child.type.endsWith('_redirect')) this.redirect(child, redirects, words, stages, after);
        else if (wordTypes.has(child.type)) words.push(this.reader.word(child));
        else if (child.type !== 'file_descriptor') after.push(...this.statements(child));
      }
      return;
    }
    const fd = node.children.find(child => child.type === 'file_descriptor');
    const operator = node.children.find(child => !child.named);
    const targets = node.children.filter(child => child.named && child !== fd);
    const [target, ...rest] = targets;
    if (target !== undefined) {
      redirects.push({
        kind: 'file',
        operator: operator?.type ?? '>',
        target: this.reader.word(target),
        ...(fd === undefined ? {} : { fd: this.source(fd) }),
      });
    }
    for (const word of rest) words.push(...this.reader.words(word));
  }

  private heredoc(node: SyntaxNode): Word {
    const start = node.children.find(child => child.type === 'heredoc_start');
    const body = node.children.find(child => child.type === 'heredoc_body');
    if (body === undefined) return literal('');
    const indented = node.children.some(child => child.type === '<<-');
    const expands = start === undefined || !/['"\\]/.test(this.source(start));
    const parts = expands ? this.reader.quotedParts(body, true) : literal(this.source(body)).parts;
    return { parts: indented ? heredocLines(parts) : parts };
  }

  private assignments(nodes: readonly SyntaxNode[]): Assignment[] {
    return nodes.flatMap(node => {
      const name = node.children.find(child => child.field === 'name');
      if (name === undefined) return [];
      const value = node.children.find(child => child.field === 'value');
      return [
        {
          name: this.source(name).replace(/\[.*$/s, ''),
          value: value === undefined ? literal('') : this.reader.word(value),
          append: node.children.some(child => child.type === '+='),
        },
      ];
    });
  }

  private choice(node: SyntaxNode): Statement[] {
    const before: Statement[] = [];
    const arms: Script[] = [];
    let arm: SyntaxNode[] = [];
    for (const child of node.children) {
      const inCondition = child.field === 'condition' || child.field === 'value';
      if (inCondition && child.named) before.push(...this.statements(child));
      else if (child.type === 'elif_clause' || child.type === 'else_clause' || child.type === 'case_item')
        arms.push(this.script(child.children.filter(part => part.field !== 'value')));
      else arm.push(child);
    }
    arm = arm.filter(child => child.named || child.type === '&');
    if (arm.length > 0) arms.unshift(this.script(arm));
    return [...before, { kind: 'choice', arms, source: this.source(node) }];
  }

  private loop(node: SyntaxNode): Statement[] {
    const source = this.source(node);
    const body = node.children.find(child => child.field === 'body');
    const variable = node.children.find(child => child.field === 'variable');
    const values = node.children.filter(child => child.field === 'value' && child.named);
    const before = node.children
      .filter(
        child =>
          child.named && ['condition', 'initializer', 'update'].includes(child.field ?? '') && child !== body,
      )
      .flatMap(child => this.statements(child));
    const script = body === undefined ? this.script([]) : this.script(body.children);
    const loop: Statement = {
      kind: 'loop',
      values: values.flatMap(value => this.reader.words(value)),
      body: { ...script, statements: [...before, ...script.statements] },
      source,
      ...(variable === undefined ? {} : { variable: this.source(variable) }),
    };
    const redirects: Redirect[] = [];
    const words: Word[] = [];
    for (const child of node.children) {
      if (child.type.endsWith('_redirect')) this.redirect(child, redirects, words);
    }
    return redirects.length === 0 ? [loop] : [{ kind: 'redirected', body: loop, redirects, source }];
  }

  private functionDefinition(node: SyntaxNode): Statement[] {
    const name = node.children.find(child => child.field === 'name');
    const body = node.children.find(child => child.field === 'body');
    if (name === undefined || body === undefined) return [];
    const script = this.script([body]);
    return [{ kind: 'function', name: this.source(name), body: script, source: this.source(node) }];
  }

  /** Tests, case subjects, errors: whatever commands and words they hold, in order. */
  private looseWords(node: SyntaxNode): Statement[] {
    if (wordTypes.has(node.type)) {
      return [{ kind: 'words', words: this.reader.words(node), source: this.source(node) }];
    }
    return node.children.flatMap(child => (child.named ? this.statements(child) : []));
  }

  /** `$(< file)` reads a file: the redirection has no command, which is what `cat file` would print. */
  substitution(node: SyntaxNode): Script {
    const script = this.script(node.children);
    const only = script.statements.length === 1 ? script.statements[0] : undefined;
    if (only?.kind !== 'command' || only.words.length > 0 || only.redirects.length !== 1) {
      const bare = node.children.find(child => child.type === 'file_redirect');
      if (bare === undefined || script.statements.length > 1) return script;
      const redirects: Redirect[] = [];
      this.redirect(bare, redirects, []);
      const statement: Statement = {
        kind: 'command',
        assignments: [],
        words: [literal('cat')],
        redirects,
        source: this.source(node),
      };
      return { statements: [statement], broken: false };
    }
    return { statements: [{ ...only, words: [literal('cat')] }], broken: false };
  }
}

function oneStatement(statements: readonly Statement[], source: string): Statement {
  const [only] = statements;
  if (statements.length === 1 && only !== undefined) return only;
  return { kind: 'group', body: { statements, broken: false }, isolated: false, source };
}
