import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ProjectRules } from './judgement.ts';
import { type ProjectRulesProblem, readProjectRules } from './project-rules.ts';
import { projectRulesPath } from './project-rules-path.ts';

/** Rules are read by people; a larger file is a mistake. Bytes. */
const largestFile = 256 * 1024;

/** What stands in a repository's own rules: none, rules, or mistakes. */
export type ProjectFile =
  | { readonly is: 'absent' }
  | { readonly is: 'good'; readonly rules: ProjectRules }
  | { readonly is: 'bad'; readonly problems: readonly ProjectRulesProblem[] };

/** Reads the rules of the repository with this root; again only after the file has changed. */
export type ProjectRulesLookup = (
  root: string,
  options: { readonly trusted: boolean },
) => Promise<ProjectFile>;

export function projectFiles(): ProjectRulesLookup {
  const known = new Map<string, { readonly state: string; readonly file: ProjectFile }>();
  return async (root, { trusted }) => {
    const location = path.join(root, projectRulesPath);
    const found = await stat(location).catch(() => undefined);
    if (!found?.isFile()) return { is: 'absent' };
    const key = `${trusted} ${location}`;
    const state = `${found.mtimeMs} ${found.size} ${found.ino}`;
    const kept = known.get(key);
    if (kept?.state === state) return kept.file;
    const file = await read(location, found.size, trusted);
    known.set(key, { state, file });
    return file;
  };
}

/** The same once, for somebody who looks at the rules. */
export const readProjectFile: ProjectRulesLookup = (root, options) => projectFiles()(root, options);

async function read(location: string, size: number, trusted: boolean): Promise<ProjectFile> {
  const bad = (message: string): ProjectFile => ({ is: 'bad', problems: [{ line: 1, column: 1, message }] });
  if (size > largestFile) return bad(`the file is larger than ${largestFile} bytes`);
  try {
    const { rules, problems } = readProjectRules(await readFile(location, 'utf8'), { trusted });
    return rules ? { is: 'good', rules } : { is: 'bad', problems };
  } catch (error) {
    return bad(`the file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The mistakes as one sentence, each with its place. */
export function problemsInWords(problems: readonly ProjectRulesProblem[]): string {
  const places = problems
    .slice(0, 3)
    .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
  const more = problems.length > places.length ? `; and ${problems.length - places.length} more` : '';
  return `${projectRulesPath} has mistakes (${places.join('; ')}${more})`;
}
