import { type Command, exitCodes } from './command.ts';
import { type CommandSpec, commands } from './command-table.ts';

/** `completion bash|zsh|fish`: a script for the shell to read when it starts, made from the table of commands. */
export const completion: Command = async ([shell = '']) => {
  const make = shells.get(shell);
  if (!make) {
    process.stderr.write('interlock: completion bash, zsh or fish\n');
    return exitCodes.usage;
  }
  process.stdout.write(make());
  return exitCodes.ok;
};

const shells: ReadonlyMap<string, () => string> = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

const names = commands.map(({ name }) => name);

function wordsOf({ name, words = [], options = [] }: CommandSpec): string {
  return [...(name === 'help' ? names : words), ...options.map(({ name }) => `--${name}`)].join(' ');
}

/** The values of the options of a command that take one of a list. */
function choices({ options = [] }: CommandSpec): readonly { option: string; values: string }[] {
  return options.flatMap(({ name, takes }) =>
    typeof takes === 'object' ? [{ option: `--${name}`, values: takes.join(' ') }] : [],
  );
}

function bash(): string {
  const cases = commands.flatMap(spec => [
    ...choices(spec).map(
      ({ option, values }) =>
        `    "${spec.name} ${option}") COMPREPLY=($(compgen -W "${values}" -- "$word")); return;;`,
    ),
  ]);
  const words = commands.map(spec => {
    const files = spec.takesFiles ? ' -f' : '';
    return `    ${spec.name}) COMPREPLY=($(compgen${files} -W "${wordsOf(spec)}" -- "$word"));;`;
  });
  return `# interlock completion bash: source <(interlock completion bash)
_interlock() {
  local word=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names.join(' ')}" -- "$word")); return; fi
  case "$command $before" in
${cases.join('\n')}
  esac
  case $command in
${words.join('\n')}
  esac
}
complete -F _interlock interlock
`;
}

function zsh(): string {
  const list = commands.map(({ name, about }) => `    '${name}:${escaped(about)}'`).join('\n');
  const cases = commands.map(spec => {
    const options = (spec.options ?? []).map(({ name, takes, about }) => {
      const value =
        takes === undefined
          ? ''
          : `:${typeof takes === 'string' ? escaped(takes) : `value:(${takes.join(' ')})`}`;
      return `'*--${name}[${escaped(about)}]${value}'`;
    });
    const operands = [
      ...(spec.words ? [`'1:what:(${spec.words.join(' ')})'`] : []),
      ...(spec.name === 'help' ? [`'1:command:(${names.join(' ')})'`] : []),
      ...(spec.takesFiles ? ["'*:file:_files'"] : []),
    ];
    return `    ${spec.name}) _arguments ${[...options, ...operands].join(' ') || ':'};;`;
  });
  return `#compdef interlock
# interlock completion zsh: source <(interlock completion zsh)
_interlock() {
  local -a commands=(
${list}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words; (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _interlock interlock
`;
}

/** Inside single quotes, in a description of zsh, where colons and brackets mean something. */
function escaped(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/[:[\]]/g, '\\$&');
}

function fish(): string {
  const quoted = (text: string) => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, about, words = [], options = [], takesFiles }) => {
    const here = `complete -c interlock -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c interlock -n __fish_use_subcommand -f -a ${name} -d ${quoted(about)}`,
      ...(words.length > 0 ? [`${here} -f -a ${quoted(words.join(' '))}`] : []),
      ...(takesFiles ? [`${here} -F`] : []),
      ...options.map(option => {
        const value = option.takes === undefined ? '' : ' -x';
        const list = typeof option.takes === 'object' ? ` -a ${quoted(option.takes.join(' '))}` : '';
        return `${here} -l ${option.name}${value}${list} -d ${quoted(option.about)}`;
      }),
    ];
  });
  return `# interlock completion fish: interlock completion fish | source
complete -c interlock -f
${lines.join('\n')}
`;
}
