import type { Part, Redirect, Script, Statement, Word } from './script.ts';
import { ansiCText, unescapeQuoted } from './text.ts';

/** Substitutions inside substitutions: deeper ones stay unread, which makes their word unknown. */
const maximumNesting = 24;

/**
 * Reads text that the grammar rejects (an unfinished quote, a stray operator, a newer syntax) the lenient way: commands
 * are whatever stands between operators, quotes that never close reach to the end. It may see commands where there are
 * none, never the other way round. One pass, linear in the text.
 */
export function salvage(text: string): Script {
  return { statements: new Reader(text).statements(0, undefined), broken: true };
}

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  statements(nesting: number, closer: string | undefined): Statement[] {
    const statements: Statement[] = [];
    let stages: Statement[] = [];
    let words: Word[] = [];
    let parts: Part[] = [];
    let start = this.at;
    let redirects: Redirect[] = [];
    let redirect = '';
    const endWord = () => {
      if (parts.length > 0 && redirect === '') words.push({ parts });
      else if (parts.length > 0) redirects.push({ kind: 'file', operator: redirect, target: { parts } });
      if (parts.length > 0) redirect = '';
      parts = [];
    };
    const endCommand = () => {
      endWord();
      const source = this.text.slice(start, this.at).trim();
      // Keywords only say when a command runs, not what it does.
      while (words.length > 0 && keywords.has(plain(words[0]))) words = words.slice(1);
      if (words.length > 0) stages.push({ kind: 'command', assignments: [], words, redirects, source });
      redirects = [];
      words = [];
      redirect = '';
    };
    const endPipeline = () => {
      endCommand();
      const [only] = stages;
      if (stages.length === 1 && only !== undefined) statements.push(only);
      else if (stages.length > 1)
        statements.push({ kind: 'pipeline', stages, source: this.text.slice(start, this.at).trim() });
      stages = [];
    };
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (character === closer) break;
      if (/[ \t]/.test(character)) {
        this.at++;
        endWord();
      } else if (/[\n;&(){}`]/.test(character) && !(/[{}]/.test(character) && parts.length > 0)) {
        endPipeline();
        this.at++;
        start = this.at;
      } else if (character === '|') {
        endCommand();
        this.at++;
        if (/[|]/.test(this.text.charAt(this.at))) endPipeline();
        if (/[|&]/.test(this.text.charAt(this.at))) this.at++;
        start = this.at;
      } else if (character === '<' || character === '>') {
        // A number right in front of it is the descriptor.
        if (parts.length === 1 && /^\d$/.test(plain({ parts }))) parts = [];
        endWord();
        const from = this.at++;
        while (/[<>&|-]/.test(this.text.charAt(this.at))) this.at++;
        redirect = this.text.charAt(this.at) === '(' ? '' : this.text.slice(from, this.at);
      } else if (character === '#' && parts.length === 0) {
        const end = this.text.indexOf('\n', this.at);
        this.at = end < 0 ? this.text.length : end;
      } else {
        this.part(parts, nesting);
      }
    }
    endPipeline();
    return statements;
  }

  private part(parts: Part[], nesting: number): void {
    const { text } = this;
    const character = text.charAt(this.at);
    if (character === "'" || (character === '$' && text.charAt(this.at + 1) === "'")) {
      const from = this.at + (character === '$' ? 2 : 1);
      const end = text.indexOf("'", from);
      const body = text.slice(from, end < 0 ? undefined : end);
      parts.push({ kind: 'text', text: character === '$' ? ansiCText(body) : body, quoted: true });
      this.at = end < 0 ? text.length : end + 1;
    } else if (character === '"') {
      this.quoted(parts, nesting);
    } else if (character === '$') {
      this.expansion(parts, nesting, false);
    } else if (character === '\\') {
      parts.push({ kind: 'text', text: text.charAt(this.at + 1).replace('\n', ''), quoted: true });
      this.at += 2;
    } else {
      const [run = character] = /^[^\s;&|<>(){}`'"$\\]+/.exec(text.slice(this.at, this.at + 4096)) ?? [];
      parts.push({ kind: 'text', text: run, quoted: false });
      this.at += run.length;
    }
  }

  private quoted(parts: Part[], nesting: number): void {
    this.at++;
    let raw = '';
    const flush = () => {
      parts.push({ kind: 'text', text: unescapeQuoted(raw), quoted: true });
      raw = '';
    };
    while (this.at < this.text.length) {
      const character = this.text.charAt(this.at);
      if (character === '"') break;
      if (character === '\\') {
        raw += this.text.slice(this.at, this.at + 2);
        this.at += 2;
      } else if (character === '$' || character === '`') {
        flush();
        this.expansion(parts, nesting, true);
      } else {
        raw += character;
        this.at++;
      }
    }
    this.at++;
    flush();
  }

  private expansion(parts: Part[], nesting: number, quoted: boolean): void {
    const { text } = this;
    const backtick = text.charAt(this.at) === '`';
    if (backtick || text.charAt(this.at + 1) === '(') {
      this.at += backtick ? 1 : 2;
      if (nesting >= maximumNesting) {
        parts.push({ kind: 'computed', scripts: [], quoted });
        return;
      }
      const statements = this.statements(nesting + 1, backtick ? '`' : ')');
      this.at++;
      parts.push({ kind: 'substitution', script: { statements, broken: true }, quoted });
      return;
    }
    const name = /^\$(?:\{([A-Za-z_]\w*)[^}\n]{0,256}\}|([A-Za-z_]\w*|[0-9@*#?$!-]))/.exec(
      text.slice(this.at, this.at + 512),
    );
    if (name === null) {
      parts.push({ kind: 'text', text: '$', quoted });
      this.at++;
      return;
    }
    this.at += name[0].length;
    parts.push({ kind: 'variable', name: name[1] ?? name[2] ?? '', quoted });
  }
}

const keywords = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'do',
  'done',
  'while',
  'until',
  'time',
  '!',
  'case',
  'esac',
  'in',
  'function',
]);

function plain(word: Word | undefined): string {
  const [part] = word?.parts ?? [];
  return word?.parts.length === 1 && part?.kind === 'text' && !part.quoted ? part.text : '';
}
