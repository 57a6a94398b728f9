/** Longer prose is searched for commands only this far, in characters. */
const maximumBlocks = 32;

/**
 * Commands that a text quotes as commands: fenced blocks of a shell, inline code, and lines that begin with a prompt. The
 * rest of a text is words about commands, and words do nothing.
 */
export function commandsInProse(text: string): string[] {
  const commands: string[] = [];
  if (!/[`$~]/.test(text)) return commands;
  const prose = text.replace(
    /^(```|~~~)[ \t]*(\w*)[^\n]*\n([\s\S]*?)(?:^\1|$(?![\s\S]))/gm,
    (_, __, language: string, body: string) => {
      if (/^(?:|sh|bash|zsh|shell|console|shellsession|terminal)$/i.test(language))
        commands.push(body.replace(/^\s*\$ /gm, ''));
      return '';
    },
  );
  for (const match of prose.matchAll(/`([^`\n]+)`/g))
    if (/\s/.test(match[1] ?? '')) commands.push(match[1] ?? '');
  for (const match of prose.matchAll(/^\s*\$ (.+)$/gm)) commands.push(match[1] ?? '');
  return commands.slice(0, maximumBlocks);
}

/** SQL that a text quotes as SQL: fenced blocks marked so. */
export function sqlInProse(text: string): string[] {
  const blocks = text.matchAll(
    /^(?:```|~~~)[ \t]*(?:sql|psql|mysql|plpgsql|tsql)[^\n]*\n([\s\S]*?)^(?:```|~~~)/gim,
  );
  return [...blocks].map(match => match[1] ?? '').slice(0, maximumBlocks);
}
