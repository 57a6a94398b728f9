import { type Arg, isKnown, plainArg, type Stream, unknown } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { remove, write } from './files.ts';

/** Patches that touch more are not read to their end. */
const maximumNames = 1_000;

/** The files that a patch in the usual format changes, makes or removes, without the first directories of their names. */
export function patchedNames(patch: string, stripped: number): string[] {
  const names = new Set<string>();
  for (const line of patch.split('\n')) {
    const [, sided, renamed] = /^(?:(?:---|\+\+\+) ([^\t\n]+)|rename (?:from|to) (.+))/.exec(line) ?? [];
    const name = renamed ?? sided?.split('/').slice(stripped).join('/');
    if (name !== undefined && name !== '' && sided?.trim() !== '/dev/null') names.add(name.trim());
    if (names.size >= maximumNames) break;
  }
  return [...names];
}

/** The text of patches: files that can be read, or what comes in. */
export function patchTexts(call: Call, files: readonly Arg[], below: string | undefined): string[] {
  const texts = files.map(file => {
    const { absolute } = call.place(below === undefined ? file : { ...file, text: joined(below, file.text) });
    return absolute === undefined ? undefined : (call.written(file)?.text ?? call.read(absolute));
  });
  if (files.length === 0) texts.push(isKnown(call.stdin.text) ? call.stdin.text : fileBehind(call));
  return texts.filter(text => text !== undefined).filter(isKnown);
}

/** What comes in from a file (`patch < x`) can be read there. */
function fileBehind(call: Call): string | undefined {
  const [origin] = call.stdin.origins;
  return origin?.kind === 'file' ? call.read(origin.path) : undefined;
}

export function joined(folder: string, name: string): string {
  return name.startsWith('/') ? name : `${folder}/${name}`;
}

/** `patch [file [patch]]`, or everything that the patch names. */
const patch: Tool = {
  options:
    '-p,--strip= -d,--directory= -i,--input= -o,--output= -R,--reverse -N,--forward -b,--backup -f,--force -t,--batch -s,--quiet,--silent ' +
    '-E,--remove-empty-files -u,--unified -l,--ignore-whitespace -F,--fuzz= -r,--reject-file= -z,--suffix= -V,--version-control= -B,--prefix= --dry-run --verbose --binary --posix',
  run: (call): Stream | undefined => {
    if (call.has('dry-run', 'help', 'version')) return undefined;
    const folder = call.value('d')?.text ?? '.';
    const [target, given] = call.options.operands;
    if (target !== undefined) {
      write(call, { ...target, text: joined(folder, target.text) }, 'edit');
      return undefined;
    }
    const input = call.value('i') ?? given;
    const texts = patchTexts(call, input === undefined ? [] : [input], folder);
    if (texts.length === 0 && folder !== '.') write(call, plainArg(joined(folder, unknown)), 'edit');
    for (const text of texts)
      for (const name of patchedNames(text, Number(call.value('p')?.text ?? 0) || 0))
        write(call, plainArg(joined(folder, name)), 'edit');
    return undefined;
  },
};

/** Headers of the format that agents write patches in: names stand whole, from where the command runs. */
const headerOfAgents = /^\s*\*\*\*\s*(Add File|Update File|Delete File|Move to):\s*(.+?)\s*$/;

/**
 * `apply_patch` is no program on most machines: Codex takes the command out of the shell's hands and edits the files itself,
 * and its models that have no such tool edit like this. The patch comes in, or is the argument.
 */
const applyPatchOfAgents: Tool = {
  run: (call): Stream | undefined => {
    const [given] = call.args;
    const texts = given === undefined ? patchTexts(call, [], undefined) : [given.text].filter(isKnown);
    for (const line of texts.flatMap(text => text.split(/\r?\n/))) {
      const [, verb, name] = headerOfAgents.exec(line) ?? [];
      if (name === undefined) continue;
      if (verb === 'Delete File') remove(call, [plainArg(name)], false);
      else write(call, plainArg(name), 'edit');
    }
    return undefined;
  },
};

export const patchFamily: Family = {
  ...named('patch gpatch', patch),
  ...named('apply_patch applypatch', applyPatchOfAgents),
};
