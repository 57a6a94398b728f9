import { baseName } from './places.ts';

/**
 * Agents that are started so that no hook of theirs runs: the one they start then works unwatched. By the public
 * documentation of each (autumn 2026); whoever starts an agent with its hooks passes.
 */
const agents: readonly (readonly [RegExp, (words: readonly string[], read: Reader) => string | undefined])[] =
  [
    [/^claude(?:-code)?$/, claude],
    [/^codex$/, codex],
    [/^copilot$/, copilot],
  ];

/** A file that a command names; undefined where it cannot be read. */
type Reader = (name: string) => string | undefined;

/** Says how a command starts an agent without its hooks; undefined where it does not. */
export function startsWithoutHooks(
  program: string,
  words: readonly string[],
  read: Reader,
): string | undefined {
  const name = baseName(program)
    .toLowerCase()
    .replace(/@[^@/]*$/, '')
    .replace(/\.(?:cmd|exe|ps1)$/, '');
  const how = agents.find(([pattern]) => pattern.test(name))?.[1](words, read);
  return how === undefined ? undefined : `starts ${name} ${how}, so that nobody watches what it does`;
}

/** The values of an option, attached or not. */
function valuesOf(words: readonly string[], ...names: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const name = names.find(candidate => word === candidate || word.startsWith(`${candidate}=`));
    if (name === undefined) return [];
    return [word === name ? (words[index + 1] ?? '') : word.slice(name.length + 1)];
  });
}

function claude(words: readonly string[], read: Reader): string | undefined {
  const off = words.find(word => /^--(?:bare|safe-mode|maintenance)$/.test(word));
  if (off !== undefined) return `with ${off}, which runs no hooks`;
  if (
    valuesOf(words, '--settings').some(given =>
      switchesOff(/^\s*\{/.test(given) ? given : (read(given) ?? '')),
    )
  )
    return 'with its hooks switched off';
  const sources = valuesOf(words, '--setting-sources').at(-1);
  // Hooks are installed for a person or for a project; what leaves either out may leave them out.
  if (sources !== undefined && !['user', 'project'].every(source => sources.split(',').includes(source)))
    return `with the settings of ${sources || 'nobody'} alone`;
  const [first, second] = words;
  if (/^plugins?$/.test(first ?? '') && /^(?:disable|uninstall|remove)$/.test(second ?? ''))
    return words.some(word => /interlock/i.test(word)) ? 'without Interlock’s plugin from now on' : undefined;
  return undefined;
}

function switchesOff(settings: string): boolean {
  return /"(?:disableAllHooks|allowManagedHooksOnly)"\s*:\s*true/.test(settings);
}

function codex(words: readonly string[]): string | undefined {
  const isHooks = (feature: string) =>
    feature.split(',').some(name => /^(?:codex_)?hooks$/.test(name.trim()));
  if (valuesOf(words, '--disable', '--disable-feature').some(isHooks)) return 'with its hooks switched off';
  const given = valuesOf(words, '-c', '--config').concat(
    words.filter(word => /^-c\S/.test(word)).map(word => word.slice(2)),
  );
  if (given.some(setting => /^\s*(?:features\b.*\b(?:codex_)?hooks["']?\s*=\s*false|hooks\b)/.test(setting)))
    return 'with other hooks than its own';
  if (words.includes('--ignore-user-config')) return 'without the settings of its person';
  const at = words.indexOf('features');
  return at >= 0 && words[at + 1] === 'disable' && words.slice(at + 2).some(isHooks)
    ? 'without its hooks from now on'
    : undefined;
}

function copilot(words: readonly string[]): string | undefined {
  return valuesOf(words, '--config-dir').length > 0 ? 'with the settings of another folder' : undefined;
}
