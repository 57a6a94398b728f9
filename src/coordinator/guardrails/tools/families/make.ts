import { plainArg } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { namedFor } from '../unlisted.ts';

/** A larger Makefile is not read, in characters. */
const maximumManifest = 256 * 1024;

/** `make target`: what the Makefile runs for it, where it can be read. */
const make: Tool = {
  options:
    '-C,--directory= -f,--file,--makefile= -j?= --jobs?= -k -n,--dry-run,--just-print,--recon -s,--silent -B -i -I= -o= -W= -e -q -r -t -w -l?= -O?= --no-print-directory --warn-undefined-variables',
  run: call => {
    if (call.has('n', 'version', 'help')) return undefined;
    const directory = call.value('C')?.text ?? '.';
    const names = call.has('f') ? [call.value('f')?.text ?? ''] : ['GNUmakefile', 'makefile', 'Makefile'];
    const targets = call.options.operands.filter(arg => !arg.text.includes('='));
    for (const target of targets) {
      const said = namedFor(target.text);
      if (said !== undefined) call.effect(said);
    }
    for (const name of names) {
      const { absolute } = call.place(plainArg(`${directory}/${name}`));
      const text = absolute === undefined ? undefined : call.read(absolute);
      if (text === undefined || text.length > maximumManifest) continue;
      runTargets(
        call,
        text,
        targets.map(arg => arg.text),
        call.place(plainArg(directory)).absolute ?? null,
      );
      break;
    }
    return undefined;
  },
};

const maximumTargets = 32;

function runTargets(call: Call, makefile: string, wanted: readonly string[], cwd: string | null): void {
  const rules = recipes(makefile);
  const [first] = rules.keys();
  const queue = wanted.length > 0 ? [...wanted] : first === undefined ? [] : [first];
  const seen = new Set<string>();
  while (queue.length > 0 && seen.size < maximumTargets) {
    const target = queue.shift() ?? '';
    const rule = rules.get(target);
    if (rule === undefined || seen.has(target)) continue;
    seen.add(target);
    queue.push(...rule.needs);
    // `$$` is how make writes the shell's own dollar; its variables are not followed.
    const script = rule.lines
      .map(line =>
        line
          .replace(/^[@+-]+/, '')
          .replace(/\$\(\w+\)|\$\{\w+\}/g, '"$MAKE_VARIABLE"')
          .replaceAll('$$', '$'),
      )
      .join('\n');
    call.script(plainArg(script), { fromFile: true, cwd });
  }
}

function recipes(makefile: string): Map<string, { needs: string[]; lines: string[] }> {
  const rules = new Map<string, { needs: string[]; lines: string[] }>();
  let current: { needs: string[]; lines: string[] } | undefined;
  for (const line of makefile.replaceAll('\\\n', ' ').split('\n')) {
    const header = /^([\w./% -]+?)\s*::?\s*(?!=)([^#=]*)/.exec(line);
    if (line.startsWith('\t')) current?.lines.push(line.slice(1));
    else if (header !== null) {
      current = { needs: (header[2] ?? '').split(/\s+/).filter(word => word !== ''), lines: [] };
      for (const name of (header[1] ?? '').split(/\s+/)) if (!name.startsWith('.')) rules.set(name, current);
    }
  }
  return rules;
}

export const makeFamily: Family = named('make gmake', make);
