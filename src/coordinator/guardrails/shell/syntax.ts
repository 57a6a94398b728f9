import { Language, Parser, type Tree } from 'web-tree-sitter';
import type { AssetReader } from '../../assets.ts';

/** A syntax tree node as a plain object: walking wasm nodes again and again costs more than copying them once. */
export interface SyntaxNode {
  readonly type: string;
  readonly named: boolean;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly children: SyntaxNode[];
}

export interface Syntax {
  readonly root: SyntaxNode;
  /** True where some of the text is not in the grammar; the rest of the tree is then a guess. */
  readonly broken: boolean;
}

/** Turns shell text into a tree; undefined where it is not done by the deadline (`performance.now()`), or nests too deeply. */
export type Grammar = (text: string, deadline: number) => Syntax | undefined;

/** Deeper than this nobody writes by hand, and every walk over the tree recurses. */
export const maximumDepth = 400;

let runtime: Promise<void> | undefined;

function startRuntime(asset: AssetReader): Promise<void> {
  runtime ??= asset('web-tree-sitter.wasm').then(wasmBinary => Parser.init({ wasmBinary }));
  return runtime;
}

/** Loads `tree-sitter-<name>.wasm`. The runtime is shared by all grammars of a process. */
export async function loadGrammar(name: 'bash' | 'powershell', asset: AssetReader): Promise<Grammar> {
  await startRuntime(asset);
  const language = await Language.load(await asset(`tree-sitter-${name}.wasm`));
  const parser = new Parser();
  parser.setLanguage(language);
  return (text, deadline) => {
    const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
    if (tree === null) {
      parser.reset();
      return undefined;
    }
    try {
      const root = copyTree(tree);
      return root && { root, broken: tree.rootNode.hasError };
    } finally {
      tree.delete();
    }
  };
}

function copyTree(tree: Tree): SyntaxNode | undefined {
  const cursor = tree.walk();
  try {
    const snapshot = (): SyntaxNode => {
      return {
        type: cursor.nodeType,
        named: cursor.nodeIsNamed,
        field: cursor.currentFieldName,
        start: cursor.startIndex,
        end: cursor.endIndex,
        children: [],
      };
    };
    const root = snapshot();
    const path = [root];
    // `a && b && c …` is a left-leaning tree as deep as it is long; it is flattened by its reader, so it may be deep.
    let nesting = 0;
    for (;;) {
      const parent = path[path.length - 1];
      if (parent !== undefined && cursor.gotoFirstChild()) {
        if (parent.type !== 'list') nesting++;
        if (nesting > maximumDepth) return undefined;
        const node = snapshot();
        parent.children.push(node);
        path.push(node);
        continue;
      }
      for (;;) {
        path.pop();
        const owner = path[path.length - 1];
        if (owner === undefined) return root;
        if (cursor.gotoNextSibling()) {
          const node = snapshot();
          owner.children.push(node);
          path.push(node);
          break;
        }
        cursor.gotoParent();
        if (owner.type !== 'list') nesting--;
      }
    }
  } finally {
    cursor.delete();
  }
}
