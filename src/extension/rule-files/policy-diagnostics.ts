import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, workspace } from 'vscode';
import type { Output } from '../api.ts';
import { ruleScheme } from '../ids.ts';
import type { Services } from '../services.ts';
import { policyKind } from './policy-kind.ts';
import { ruleAt } from './rule-address.ts';

/** Long enough not to check every key, short enough to be there when one looks up, in milliseconds. */
const gatherMs = 250;

/** Marks what is wrong with a policy where it is, while it is written. */
export function registerPolicyDiagnostics({ context, model, log }: Services): void {
  const marks = languages.createDiagnosticCollection('interlock');
  const soon = new Map<string, NodeJS.Timeout>();

  async function check(document: TextDocument): Promise<void> {
    const rule = ruleAt(document.uri);
    const project = model.projects.find(({ state }) => state.project?.project_id === rule?.projectId);
    if (rule?.kind !== policyKind || !project) return;
    const { version } = document;
    const text = document.getText();
    const { problems } =
      text.trim() === '' ? { problems: [] } : await project.api.call('validate_policy', { text });
    if (document.version === version && !document.isClosed) marks.set(document.uri, problems.map(markOf));
  }

  function checkSoon(document: TextDocument): void {
    if (document.uri.scheme !== ruleScheme) return;
    const address = document.uri.toString();
    clearTimeout(soon.get(address));
    const timer = setTimeout(() => {
      soon.delete(address);
      check(document).catch(error => log.warn(error));
    }, gatherMs);
    soon.set(address, timer);
  }

  context.subscriptions.push(
    marks,
    workspace.onDidOpenTextDocument(checkSoon),
    workspace.onDidChangeTextDocument(({ document }) => checkSoon(document)),
    workspace.onDidCloseTextDocument(({ uri }) => marks.delete(uri)),
    {
      dispose() {
        for (const timer of soon.values()) clearTimeout(timer);
      },
    },
  );
  for (const document of workspace.textDocuments) checkSoon(document);
}

/** Lines and columns are counted from 1 there, and from 0 here. */
function markOf(problem: Output<'validate_policy'>['problems'][number]): Diagnostic {
  const { message, help, line, column, end_line, end_column, severity } = problem;
  const mark = new Diagnostic(
    new Range(line - 1, column - 1, end_line - 1, end_column - 1),
    help === null ? message : `${message}\n${help}`,
    severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
  );
  mark.source = 'Interlock';
  return mark;
}
