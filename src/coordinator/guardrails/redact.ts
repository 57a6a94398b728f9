/**
 * Takes credentials out of a text that will be shown, stored or hashed. What it leaves tells what kind of thing stood
 * there, never the thing. Deliberately wider than a scanner: a harmless word lost costs less than a token kept.
 */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^\s/:@]*:)[^\s/@]+(@)/g, '$1[redacted]$2'],
  [/\b(authorization\s*[:=]\s*(?:bearer|basic|token)?\s*)[^\s"']+/gi, '$1[redacted]'],
  [/\b(bearer\s+)[\w.~+/-]{12,}=*/gi, '$1[redacted]'],
  [
    /((?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential)s?["']?\s*[:=]\s*["']?)[^\s"'&;|]+/gi,
    '$1[redacted]',
  ],
  [/(--(?:password|passwd|token|secret|api-key|access-key|auth-token)(?:=|\s+))[^\s]+/gi, '$1[redacted]'],
  [
    /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-(?:ant-|proj-)?|rk_live_|sk_live_|pk_live_|npm_|hf_|AIza|ya29\.|dop_v1_|shpat_|SG\.)[\w.-]{8,}/g,
    '[redacted]',
  ],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '[redacted]'],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[redacted]'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g, '[redacted private key]'],
];
