import { plainArg, unknown } from '../../shell/value.ts';
import { command, places } from './git-command.ts';
import { joined, patchedNames, patchTexts } from './patches.ts';

/** `git apply` writes what the patch names, as far as the patch can be read. */
export const applyPatch = command(
  '-p= --directory= -R,--reverse --check --stat --numstat --summary --index --cached -3,--3way --build-fake-ancestor= -z --reject ' +
    '--exclude= --include= --whitespace= -C= --unidiff-zero --inaccurate-eof -v,--verbose -q,--quiet --recount --allow-empty --apply',
  (call, directory) => {
    if (call.has('check', 'stat', 'numstat', 'summary', 'cached') && !call.has('apply')) return;
    const files = call.options.operands.filter(({ text }) => text !== '-');
    const folder = call.value('directory')?.text;
    const stripped = Number(call.value('p')?.text ?? 1);
    const texts = patchTexts(call, files, directory);
    const names = texts.flatMap(text => patchedNames(text, stripped));
    // A patch that cannot be read writes something, and where is known all the same.
    if (texts.length === 0 && folder !== undefined) names.push(unknown);
    const written = names.map(name => plainArg(folder === undefined ? name : joined(folder, name)));
    for (const path of places(call, written)) call.effect({ kind: 'write', path, manner: 'edit' });
  },
);
