import * as l10n from '@vscode/l10n';
import { diffLines } from 'diff';
import type { DiffLine } from './page.ts';
import { withItsLines } from './shown-text.ts';

/** What becomes of a text, line by line. Characters that cannot be seen are shown by their number. */
export function changedLines(before: string, after: string): readonly DiffLine[] {
  return diffLines(withLastEnd(withItsLines(before)), withLastEnd(withItsLines(after))).flatMap(
    ({ value, added, removed }) =>
      value
        .replace(/\n$/, '')
        .split('\n')
        .map((text): DiffLine => {
          if (added) return { sign: '+', text, spoken: l10n.t('added:') };
          if (removed) return { sign: '-', text, spoken: l10n.t('removed:') };
          return { sign: ' ', text, spoken: '' };
        }),
  );
}

/** A last line that is the same in both is the same, whether or not it is ended. */
function withLastEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
