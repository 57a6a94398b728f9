/**
 * Whether a person has trusted the hooks before tool calls that stand in a file: until then Codex passes over them, and says
 * nothing of it where nobody sits before it. It keeps that by the place of each hook and a hash of it, which it alone knows
 * how to make; what was trusted and has changed since is not told apart here. Seen in Codex 0.169.0.
 * @param config the text of the person's `config.toml`.
 */
export function isTrustedByCodex(config: string, hooksFile: string): boolean {
  const place = `${hooksFile}:pre_tool_use:`;
  // As it is, or as a string in double quotes has it.
  const spellings = [place, place.replaceAll('\\', '\\\\')];
  return config
    .split(/^\s*(?=\[)/m)
    .some(table => spellings.some(one => table.includes(one)) && /\btrusted_hash\s*=\s*["']\S/.test(table));
}
