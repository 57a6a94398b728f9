import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

const config = {
  rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }],
};

/** Content longer than this is scanned in parts, so that the scanner’s own expressions stay quick, in characters. */
const part = 64 * 1024;
const overlap = 512;

export interface FoundSecret {
  /** What kind of credential it is, never the credential. */
  readonly kind: string;
  readonly line: number;
}

/** Credentials in a text, found by secretlint’s recommended rules. */
export async function findSecrets(content: string, path: string): Promise<FoundSecret[]> {
  const found: FoundSecret[] = [];
  for (let from = 0; from < content.length; from += part) {
    const text = content.slice(Math.max(0, from - overlap), from + part);
    const result = await lintSource({
      source: { content: text, filePath: path, ext: /\.[^./]*$/.exec(path)?.[0] ?? '', contentType: 'text' },
      options: { config, maskSecrets: true },
    });
    const before = content.slice(0, Math.max(0, from - overlap)).split('\n').length - 1;
    for (const { ruleId, loc } of result.messages) {
      const kind = ruleId.replace(/^.*secretlint-rule-/, '');
      found.push({ kind, line: before + loc.start.line });
    }
  }
  return [...new Map(found.map(secret => [`${secret.kind}:${secret.line}`, secret])).values()];
}
