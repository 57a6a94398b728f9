import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Document, isMap, parseDocument } from 'yaml';
import { InterlockError } from '../../coordinator/kernel/errors.ts';
import { type GitEvent, gitEvents } from './script.ts';

/**
 * The name of our command. Commands without a priority run last, in the order of their names, and the others may change
 * what is committed.
 */
const commandName = 'zz-interlock';

/** Whether lefthook is told to ask Interlock. */
export function isInLefthook(file: string, event: GitEvent): boolean {
  return read(file).hasIn([event, 'commands', commandName]);
}

/** @throws InterlockError `invalid_input` where the file is none that lines can be added to. */
export function addToLefthook(file: string): void {
  if (!/\.ya?ml$/.test(file)) throw notYaml(file);
  const document = read(file);
  for (const event of gitEvents) {
    const run = `"$(git rev-parse --git-common-dir)/interlock/${event}" {0}`;
    document.setIn([event, 'commands', commandName], {
      run,
      ...(event === 'pre-push' ? { use_stdin: true } : {}),
    });
  }
  writeFileSync(file, document.toString());
}

/** Takes our commands out of the file, and the file away where nothing else is in it. */
export function removeFromLefthook(file: string): void {
  if (!existsSync(file) || !/\.ya?ml$/.test(file)) return;
  const document = read(file);
  let found = false;
  for (const event of gitEvents) {
    found = document.deleteIn([event, 'commands', commandName]) || found;
    for (const path of [[event, 'commands'], [event]]) {
      const left = document.getIn(path);
      if (isMap(left) && left.items.length === 0) document.deleteIn(path);
    }
  }
  if (!found) return;
  const isEmpty = !isMap(document.contents) || document.contents.items.length === 0;
  if (isEmpty && !document.comment && !document.commentBefore) rmSync(file);
  else writeFileSync(file, isEmpty ? '' : document.toString());
}

function read(file: string): Document {
  const text = existsSync(file) && /\.ya?ml$/.test(file) ? readFileSync(file, 'utf8') : '';
  const document: Document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new InterlockError('invalid_input', `${file} is no YAML: ${error.message}`);
  if (document.contents === null) document.contents = document.createNode({});
  return document;
}

function notYaml(file: string): InterlockError {
  return new InterlockError('invalid_input', `${file} is not YAML, and no lines are added to it.`, {
    next: `Add a command to ${gitEvents.join(', ')} by hand: "$(git rev-parse --git-common-dir)/interlock/<hook>" {0}, for pre-push with use_stdin.`,
  });
}
