import { type Arg, plainArg, unknown } from '../../shell/value.ts';
import type { Call } from '../tool.ts';

/** Parameters of a cmdlet: any beginning that tells them apart counts, and a value may be attached by a colon. */
export interface Given {
  readonly switches: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, Arg>;
  readonly positional: readonly Arg[];
}

const commonSwitches = [
  'recurse',
  'force',
  'confirm',
  'whatif',
  'verbose',
  'append',
  'asplaintext',
  'passthru',
  'wait',
  'nonewline',
  'usebasicparsing',
  'noprofile',
  'noninteractive',
  'nologo',
  'noexit',
  'asjob',
  'raw',
  'directory',
  'file',
  'hidden',
  'rf',
  'fr',
];

export function parametersOf(call: Call): Given {
  const switches = new Set<string>();
  const values = new Map<string, Arg>();
  const positional: Arg[] = [];
  for (let i = 0; i < call.args.length; i++) {
    const arg = call.args[i];
    if (arg === undefined) continue;
    const match = /^-([a-z][\w]*)(?::(.*))?$/is.exec(arg.text);
    if (match?.[1] === undefined || arg.quoted) {
      positional.push(arg);
      continue;
    }
    const name = match[1].toLowerCase();
    const asSwitch = commonSwitches.find(candidate => candidate.startsWith(name));
    const next = call.args[i + 1];
    if (match[2] !== undefined && match[2] !== '') values.set(name, { ...arg, text: match[2] });
    else if (asSwitch !== undefined && (name.length > 1 || name === 'r')) switches.add(asSwitch);
    else if (next !== undefined && (next.quoted || !/^-[a-z]/i.test(next.text))) {
      values.set(name, next);
      i++;
    } else switches.add(name);
  }
  return { switches, values, positional };
}

export function parameter(parameters: Given, ...names: readonly string[]): Arg | undefined {
  for (const [given, value] of parameters.values)
    if (names.some(name => name.startsWith(given))) return value;
  return undefined;
}

export function targets(call: Call, parameters: Given): readonly Arg[] {
  const named = parameter(parameters, 'path', 'literalpath', 'filepath', 'pspath');
  if (named !== undefined) return [named];
  if (parameters.positional.length > 0) return parameters.positional;
  const lines = call.stdin.text.split('\n').filter(line => line.trim() !== '');
  return (lines.length > 0 ? lines : [unknown]).map(line => ({
    ...plainArg(line.trim()),
    pattern: /[*?]/.test(line),
  }));
}
