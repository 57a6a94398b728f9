import { literal, type Part, type Script, type Statement, type Word } from './script.ts';
import type { SyntaxNode } from './syntax.ts';

/** What words need from the reader of statements: the scripts inside them. */
export interface PowerShellScripts {
  script(node: SyntaxNode): Script;
  substitution(node: SyntaxNode): Part;
  listed(node: SyntaxNode): Word[];
  expressionStatement(node: SyntaxNode): Statement;
}

/** Expressions that only wrap one other, all the way down from the loosest operator. */
const wrappers = new Set([
  'logical_expression',
  'bitwise_expression',
  'comparison_expression',
  'additive_expression',
  'multiplicative_expression',
  'format_expression',
  'range_expression',
  'unary_expression',
  'argument_expression',
  'logical_argument_expression',
  'bitwise_argument_expression',
  'comparison_argument_expression',
  'additive_argument_expression',
  'multiplicative_argument_expression',
  'format_argument_expression',
  'range_argument_expression',
  'command_name_expr',
  'expression_with_unary_operator',
  'left_assignment_expression',
]);

/** Reads words: strings, variables, lists, method calls, and the scripts inside them. */
export class PowerShellWords {
  private readonly text: string;
  private readonly scripts: PowerShellScripts;

  constructor(text: string, scripts: PowerShellScripts) {
    this.text = text;
    this.scripts = scripts;
  }

  private source(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  /** `$env:Path` → `env:path`: names do not tell upper from lower case. */
  variableName(node: SyntaxNode): string {
    const name = this.source(node)
      .replace(/^[$@]\{?|\}$/g, '')
      .toLowerCase();
    return (
      {
        home: 'HOME',
        pwd: 'PWD',
        'env:userprofile': 'HOME',
        'env:home': 'HOME',
        'env:temp': 'TMPDIR',
        'env:tmp': 'TMPDIR',
      }[name] ?? name
    );
  }

  /** The words a node stands for: several for a list. */
  words(node: SyntaxNode): Word[] {
    if (node.type === 'array_literal_expression' && node.children.length > 1)
      return node.children.filter(child => child.named).flatMap(child => this.words(child));
    if (node.type === 'command_argument_sep' || !node.named) return [];
    const [only] = node.children;
    if (
      (wrappers.has(node.type) || node.type === 'array_literal_expression') &&
      node.children.length === 1 &&
      only !== undefined
    )
      return this.words(only);
    if (node.type === 'array_expression')
      return node.children.flatMap(child => (child.named ? this.scripts.listed(child) : []));
    return [{ parts: this.parts(node) }];
  }

  private parts(node: SyntaxNode): Part[] {
    switch (node.type) {
      case 'string_literal':
        return node.children.flatMap(child => this.parts(child));
      case 'verbatim_string_characters':
        return [{ kind: 'text', text: this.source(node).slice(1, -1).replaceAll("''", "'"), quoted: true }];
      case 'verbatim_here_string_characters':
        return [{ kind: 'text', text: this.source(node).replace(/^@'\r?\n?|\r?\n?'@$/g, ''), quoted: true }];
      case 'expandable_string_literal':
        return this.expandable(node, /^["\u201c\u201d]|["\u201c\u201d]$/g);
      case 'expandable_here_string_literal':
        return this.expandable(node, /^@"\r?\n?|\r?\n?"@$/g);
      case 'variable':
        return [{ kind: 'variable', name: this.variableName(node), quoted: true }];
      case 'generic_token':
      case 'command_name':
      case 'command_parameter':
      case 'path_command_name':
        return this.token(node);
      case 'integer_literal':
      case 'real_literal':
      case 'type_literal':
      case 'simple_name':
        return [{ kind: 'text', text: this.source(node), quoted: true }];
      case 'parenthesized_expression':
      case 'sub_expression':
      case 'pipeline':
        return [this.scripts.substitution(node)];
      case 'invokation_expression':
        return [this.invocation(node)];
      case 'script_block_expression':
        return [{ kind: 'computed', scripts: [this.scripts.script(node)], quoted: true }];
      case 'additive_expression':
      case 'additive_argument_expression':
        // "a" + "b"
        return node.children
          .filter(child => child.named)
          .flatMap(child => this.words(child).flatMap(word => word.parts));
      default:
        return [{ kind: 'computed', scripts: this.embedded(node), quoted: true }];
    }
  }

  /** Bare words: variables in them are expanded, a backtick quotes. */
  private token(node: SyntaxNode): Part[] {
    const text = this.source(node);
    if (node.children.some(child => child.type === 'variable')) return this.joined(node);
    return [{ kind: 'text', text: text.replace(/`(.)/g, '$1'), quoted: false }];
  }

  private joined(node: SyntaxNode): Part[] {
    const parts: Part[] = [];
    let at = node.start;
    for (const child of node.children) {
      if (child.start > at)
        parts.push({ kind: 'text', text: this.text.slice(at, child.start), quoted: false });
      parts.push(...this.parts(child));
      at = child.end;
    }
    if (node.end > at) parts.push({ kind: 'text', text: this.text.slice(at, node.end), quoted: false });
    return parts;
  }

  private expandable(node: SyntaxNode, quotes: RegExp): Part[] {
    const parts: Part[] = [];
    let at = node.start;
    const text = (until: number) => {
      let raw = this.text.slice(at, until);
      if (at === node.start || until === node.end)
        raw = trimQuotes(raw, quotes, at === node.start, until === node.end);
      if (raw !== '') parts.push({ kind: 'text', text: withoutBackticks(raw), quoted: true });
    };
    for (const child of node.children) {
      if (child.type !== 'variable' && child.type !== 'sub_expression') continue;
      text(child.start);
      parts.push(...this.parts(child));
      at = child.end;
    }
    text(node.end);
    return parts.length > 0 ? parts : [{ kind: 'text', text: '', quoted: true }];
  }

  private invocation(node: SyntaxNode): Part {
    const type = node.children.find(child => child.type === 'type_literal');
    const member = node.children.find(child => child.type === 'member_name');
    const list = node.children.find(child => child.type === 'argument_list');
    const object = node.children.find(
      child => child.named && child !== type && child !== member && child !== list,
    );
    const method = (member === undefined ? '' : this.source(member)).toLowerCase();
    const name = type === undefined ? `.${method}` : `${this.source(type).toLowerCase()}::${method}`;
    const words = [literal(name), ...(list === undefined ? [] : this.argumentsOf(list))];
    const call: Statement = {
      kind: 'command',
      assignments: [],
      words,
      redirects: [],
      source: this.source(node),
    };
    // What the method is called on comes first: it may itself fetch or run something, and is what flows in.
    const stages = object === undefined ? [call] : [this.scripts.expressionStatement(object), call];
    const statement: Statement =
      stages.length === 1 ? call : { kind: 'pipeline', stages, source: this.source(node) };
    return { kind: 'substitution', script: { statements: [statement], broken: false }, quoted: true };
  }

  private argumentsOf(list: SyntaxNode): Word[] {
    const words: Word[] = [];
    const visit = (node: SyntaxNode) => {
      if (node.type === 'argument_expression_list') for (const child of node.children) visit(child);
      else if (node.named) words.push(...this.words(node));
    };
    for (const child of list.children) visit(child);
    return words;
  }

  /** Scripts inside an expression that is not followed: they run all the same. */
  private embedded(node: SyntaxNode): Script[] {
    return node.children.flatMap(child => {
      if (child.type === 'pipeline' || child.type === 'statement_list' || child.type === 'command')
        return [this.scripts.script(child)];
      if (child.type === 'invokation_expression')
        return [{ statements: [this.scripts.expressionStatement(child)], broken: false }];
      return this.embedded(child);
    });
  }
}

function trimQuotes(raw: string, quotes: RegExp, atStart: boolean, atEnd: boolean): string {
  return raw.replace(quotes, (match, offset: number) =>
    (offset === 0 && atStart) || (offset > 0 && atEnd) || (atStart && atEnd) ? '' : match,
  );
}

function withoutBackticks(text: string): string {
  return text.replace(/`(.)|""/gs, (_, escaped: string | undefined) =>
    escaped === undefined ? '"' : ({ n: '\n', r: '\r', t: '\t', '0': '' }[escaped] ?? escaped),
  );
}
