import { l10n, window } from 'vscode';

/** Asks why, for the record; undefined where the person thinks again. */
export async function askReason(
  title: string,
  prompt: string,
  { longest }: { readonly longest: number },
): Promise<string | undefined> {
  const reason = await window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: text => {
      if (text.trim() === '') return l10n.t('Say why.');
      return text.trim().length > longest ? l10n.t('At most {0} characters.', longest) : undefined;
    },
  });
  return reason?.trim();
}
