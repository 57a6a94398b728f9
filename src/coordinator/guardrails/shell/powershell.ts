import { type PowerShellScripts, PowerShellWords } from './powershell-words.ts';
import { literal, type Part, type Redirect, type Script, type Statement, type Word } from './script.ts';
import type { Grammar, Syntax, SyntaxNode } from './syntax.ts';

/**
 * Reads PowerShell text into the same script as bash text. Method calls become commands of their own, named
 * `[type]::method` or `.method`, so that what is known about them is data like what is known about any other command.
 */
export function readPowerShell(text: string, grammar: Grammar, deadline: number): Script | undefined {
  const syntax = grammar(text, deadline);
  if (syntax?.broken) {
    const quoted = text.replace(barePath, '$1"$2"');
    const again = quoted === text ? undefined : grammar(quoted, deadline);
    if (again !== undefined && !again.broken) return scriptOf(quoted, again);
  }
  return syntax && scriptOf(text, syntax);
}

/** `$HOME\x` as a bare word is not in the grammar; in quotes it is, and means the same. */
const barePath = /(^|[\s,(=])(\$(?:env:)?\w+[\\/][^\s"'`;|&()<>,{}]*)/gi;

function scriptOf(text: string, syntax: Syntax): Script {
  return { statements: new PowerShellReader(text).statements(syntax.root), broken: syntax.broken };
}

class PowerShellReader implements PowerShellScripts {
  private readonly text: string;
  private readonly reader: PowerShellWords;

  constructor(text: string) {
    this.text = text;
    this.reader = new PowerShellWords(text, this);
  }

  private source(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  script(node: SyntaxNode): Script {
    return { statements: this.statements(node), broken: false };
  }

  /** A node where statements may stand; nodes nobody knows give what they hold. */
  statements(node: SyntaxNode): Statement[] {
    const source = this.source(node);
    switch (node.type) {
      case 'comment':
      case 'empty_statement':
        return [];
      case 'pipeline':
        return node.children.flatMap(child => this.statements(child));
      case 'assignment_expression':
        return this.assignment(node);
      case 'pipeline_chain':
        return this.chain(node);
      case 'if_statement':
      case 'switch_statement':
      case 'try_statement':
        return this.choice(node);
      case 'while_statement':
      case 'for_statement':
      case 'do_statement':
        return [{ kind: 'loop', values: [], body: this.children(node), source }];
      case 'foreach_statement':
        return this.foreach(node);
      case 'function_statement':
        return this.functionDefinition(node);
      case 'command':
        return [this.command(node)];
      default:
        return node.named ? node.children.flatMap(child => this.statements(child)) : [];
    }
  }

  private children(node: SyntaxNode): Script {
    return { statements: node.children.flatMap(child => this.statements(child)), broken: false };
  }

  private chain(node: SyntaxNode): Statement[] {
    const stages: Statement[] = [];
    for (const child of node.children) {
      if (!child.named) continue;
      if (child.type === 'command') stages.push(this.command(child));
      else if (child.type !== 'redirections') stages.push(this.expressionStatement(child));
    }
    const [only] = stages;
    if (stages.length <= 1) return only === undefined ? [] : [only];
    return [{ kind: 'pipeline', stages, source: this.source(node) }];
  }

  /** A value that stands by itself is printed: `"text" | Set-Content x`, `(…).Invoke()`. */
  expressionStatement(node: SyntaxNode): Statement {
    const words = [literal('write-output'), ...this.reader.words(node)];
    return { kind: 'command', assignments: [], words, redirects: [], source: this.source(node) };
  }

  private assignment(node: SyntaxNode): Statement[] {
    const target = node.children.find(child => child.type === 'left_assignment_expression');
    const value = node.children.find(child => child.field === 'value');
    const source = this.source(node);
    if (target === undefined || value === undefined) return [];
    const variable = /^\$\{?([\w:]+)\}?$/.exec(this.source(target).trim())?.[1];
    const word: Word = { parts: [this.substitution(value)] };
    if (variable === undefined) return [{ kind: 'words', words: [word], source }];
    const append = node.children.some(
      child => child.type === 'assignement_operator' && this.source(child).trim() === '+=',
    );
    const assignments = [{ name: variable.toLowerCase(), value: word, append }];
    return [{ kind: 'command', assignments, words: [], redirects: [], source }];
  }

  private choice(node: SyntaxNode): Statement[] {
    const before: Statement[] = [];
    const arms: Script[] = [];
    const visit = (child: SyntaxNode) => {
      if (child.type === 'statement_block' || child.type === 'switch_body') arms.push(this.script(child));
      else if (/_clauses?$|elseif|else/.test(child.type)) for (const inner of child.children) visit(inner);
      else before.push(...this.statements(child));
    };
    for (const child of node.children) visit(child);
    return [...before, { kind: 'choice', arms, source: this.source(node) }];
  }

  private foreach(node: SyntaxNode): Statement[] {
    const variable = node.children.find(child => child.type === 'variable');
    const list = node.children.find(child => child.type === 'pipeline');
    const body = node.children.find(child => child.type === 'statement_block');
    return [
      {
        kind: 'loop',
        ...(variable === undefined ? {} : { variable: this.reader.variableName(variable) }),
        values: list === undefined ? [] : this.listed(list),
        body: body === undefined ? { statements: [], broken: false } : this.script(body),
        source: this.source(node),
      },
    ];
  }

  /** The elements of `1,2,3`; anything else is one value. */
  listed(node: SyntaxNode): Word[] {
    let inner = node;
    while (inner.children.length === 1 && inner.children[0] !== undefined && inner.type !== 'command')
      inner = inner.children[0];
    return inner.type === 'array_literal_expression'
      ? this.reader.words(inner)
      : [{ parts: [this.substitution(node)] }];
  }

  private functionDefinition(node: SyntaxNode): Statement[] {
    const name = node.children.find(child => child.type === 'function_name');
    const body = node.children.find(child => child.type === 'script_block');
    if (name === undefined || body === undefined) return [];
    const parameters: string[] = [];
    const collect = (child: SyntaxNode) => {
      if (child.type === 'variable') parameters.push(this.reader.variableName(child));
      else for (const inner of child.children) collect(inner);
    };
    for (const child of node.children) if (child.type === 'function_parameter_declaration') collect(child);
    // Parameters by position, as `$1`, `$2` are in other shells.
    const assigned: Statement[] = parameters.map((parameter, index) => ({
      kind: 'command',
      assignments: [
        {
          name: parameter,
          value: { parts: [{ kind: 'variable', name: `${index + 1}`, quoted: true }] },
          append: false,
        },
      ],
      words: [],
      redirects: [],
      source: '',
    }));
    const script = this.script(body);
    return [
      {
        kind: 'function',
        name: this.source(name).toLowerCase(),
        body: { ...script, statements: [...assigned, ...script.statements] },
        source: this.source(node),
      },
    ];
  }

  private command(node: SyntaxNode): Statement {
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    for (const child of node.children) {
      if (child.type === 'command_invokation_operator') {
        // `. file` runs it in this shell, `&` names a command by a value.
        if (this.source(child) === '.') words.push(literal('.'));
      } else if (child.type === 'foreach_command') {
        words.push(literal('foreach-object'), ...child.children.flatMap(inner => this.reader.words(inner)));
      } else if (child.type === 'command_elements') {
        for (const element of child.children) this.element(element, words, redirects);
      } else if (child.named) {
        words.push(...this.reader.words(child));
      }
    }
    return { kind: 'command', assignments: [], words, redirects, source: this.source(node) };
  }

  private element(node: SyntaxNode, words: Word[], redirects: Redirect[]): void {
    if (node.type === 'command_argument_sep' || !node.named) return;
    if (node.type === 'redirection') {
      const operator = node.children.find(child => child.type === 'file_redirection_operator');
      const target = node.children.find(child => child.type === 'redirected_file_name');
      const [word] = target === undefined ? [] : target.children.flatMap(child => this.reader.words(child));
      if (word !== undefined)
        redirects.push({
          kind: 'file',
          operator: this.source(operator ?? node).replace(/^[\d*]/, ''),
          target: word,
        });
      return;
    }
    words.push(...this.reader.words(node));
  }

  substitution(node: SyntaxNode): Part {
    return { kind: 'substitution', script: this.script(node), quoted: true };
  }
}
