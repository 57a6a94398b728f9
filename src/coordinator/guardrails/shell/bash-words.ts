import type { Part, Script, Word } from './script.ts';
import type { SyntaxNode } from './syntax.ts';
import { ansiCText, expandBraces, unescapeQuoted, unescapeWord } from './text.ts';

/** What words need from the reader of statements: the scripts inside them. */
export interface ScriptReader {
  script(nodes: readonly SyntaxNode[]): Script;
  substitution(node: SyntaxNode): Script;
}

export const wordTypes = new Set([
  'word',
  'raw_string',
  'string',
  'ansi_c_string',
  'translated_string',
  'concatenation',
  'simple_expansion',
  'expansion',
  'command_substitution',
  'process_substitution',
  'arithmetic_expansion',
  'brace_expression',
  'number',
  'extglob_pattern',
  'regex',
  'special_variable_name',
  'variable_name',
  'test_operator',
  'array',
]);

/** Reads words: quoting, escapes and expansions, down to the scripts inside them. */
export class BashWords {
  private readonly text: string;
  private readonly scripts: ScriptReader;

  constructor(text: string, scripts: ScriptReader) {
    this.text = text;
    this.scripts = scripts;
  }

  private source(node: SyntaxNode): string {
    return this.text.slice(node.start, node.end);
  }

  /** The words a node stands for: more than one where braces multiply it. */
  words(node: SyntaxNode): Word[] {
    if (node.type === 'array') return node.children.flatMap(child => (child.named ? this.words(child) : []));
    if (!node.named && node.children.length === 0 && /^[()]$/.test(node.type)) return [];
    return expandBraces(this.word(node));
  }

  word(node: SyntaxNode): Word {
    return { parts: this.parts(node) };
  }

  private parts(node: SyntaxNode): Part[] {
    switch (node.type) {
      case 'raw_string':
        return [{ kind: 'text', text: this.text.slice(node.start + 1, node.end - 1), quoted: true }];
      case 'ansi_c_string':
        return [
          { kind: 'text', text: ansiCText(this.text.slice(node.start + 2, node.end - 1)), quoted: true },
        ];
      case 'string':
        return this.quotedParts(node, false);
      case 'translated_string':
        return node.children.flatMap(child => (child.type === 'string' ? this.parts(child) : []));
      case 'concatenation':
        return this.pieces(node, false);
      case 'variable_assignment':
        return this.pieces(node, false);
      case 'array': {
        const parts: Part[] = [];
        for (const child of node.children) {
          if (!child.named) continue;
          if (parts.length > 0) parts.push({ kind: 'text', text: ' ', quoted: false });
          parts.push(...this.parts(child));
        }
        return parts;
      }
      case 'simple_expansion':
      case 'expansion':
      case 'command_substitution':
      case 'process_substitution':
      case 'arithmetic_expansion':
        return [this.expansion(node, false)];
      default:
        return unescapeWord(this.source(node));
    }
  }

  /** Children joined, with the text between them that the tree leaves out. */
  private pieces(node: SyntaxNode, quoted: boolean): Part[] {
    const parts: Part[] = [];
    let at = node.start;
    for (const child of node.children) {
      if (child.start > at) parts.push({ kind: 'text', text: this.text.slice(at, child.start), quoted });
      parts.push(...this.parts(child));
      at = child.end;
    }
    return parts;
  }

  /** The inside of double quotes or of an expanding here-document. */
  quotedParts(node: SyntaxNode, heredoc: boolean): Part[] {
    const parts: Part[] = [];
    const end = heredoc ? node.end : node.end - (this.text[node.end - 1] === '"' ? 1 : 0);
    let at = heredoc ? node.start : node.start + 1;
    const text = (until: number) => {
      if (until > at) {
        const raw = this.text.slice(at, until);
        parts.push({ kind: 'text', text: unescapeQuoted(raw), quoted: true });
      }
    };
    for (const child of node.children) {
      if (!isExpansion(child.type)) continue;
      text(child.start);
      parts.push(this.expansion(child, true));
      at = child.end;
    }
    text(end);
    if (parts.length === 0) parts.push({ kind: 'text', text: '', quoted: true });
    return parts;
  }

  private expansion(node: SyntaxNode, quoted: boolean): Part {
    switch (node.type) {
      case 'command_substitution':
        return { kind: 'substitution', script: this.scripts.substitution(node), quoted };
      case 'process_substitution':
        return {
          kind: 'process',
          script: this.scripts.script(node.children),
          direction: this.text[node.start] === '>' ? 'out' : 'in',
        };
      case 'simple_expansion':
        return { kind: 'variable', name: this.text.slice(node.start + 1, node.end), quoted };
      case 'expansion':
        return this.parameter(node, quoted);
      default:
        return { kind: 'computed', scripts: this.embedded(node), quoted };
    }
  }

  private parameter(node: SyntaxNode, quoted: boolean): Part {
    const inner = this.text.slice(node.start + 2, node.end - 1);
    const match = /^([!#]?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])(\[[^\]]*\])?(.*)$/s.exec(inner);
    const scripts = this.embedded(node);
    if (match === null || scripts.length > 0) return { kind: 'computed', scripts, quoted };
    const [, prefix = '', name = '', , rest = ''] = match;
    if (prefix === '#') return { kind: 'computed', scripts: [], quoted };
    if (prefix === '!') return { kind: 'variable', name, quoted, operator: '!', operand: '' };
    if (rest === '') return { kind: 'variable', name, quoted };
    const operator = /^(:[-=+?]|##?|%%?|\/\/?|\^\^?|,,?|[-=+?:@])/.exec(rest)?.[0];
    if (operator === undefined) return { kind: 'computed', scripts: [], quoted };
    return { kind: 'variable', name, quoted, operator, operand: rest.slice(operator.length) };
  }

  /** The scripts that run inside a node, however deep. */
  private embedded(node: SyntaxNode): Script[] {
    return node.children.flatMap(child => {
      if (child.type === 'command_substitution' || child.type === 'process_substitution')
        return [this.scripts.script(child.children)];
      return this.embedded(child);
    });
  }
}

function isExpansion(type: string): boolean {
  return (
    type === 'simple_expansion' ||
    type === 'expansion' ||
    type === 'command_substitution' ||
    type === 'arithmetic_expansion'
  );
}
