import * as l10n from '@vscode/l10n';

/** What a trust level lets an agent do. */
export function trustWord(level: number): string {
  const meanings = [
    l10n.t('suspended'),
    l10n.t('reads'),
    l10n.t('writes'),
    l10n.t('elevated'),
    l10n.t('admin'),
  ];
  return `${level} (${meanings[level] ?? ''})`;
}
