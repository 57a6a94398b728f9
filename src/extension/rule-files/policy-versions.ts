import { l10n, Uri, workspace } from 'vscode';
import { versionScheme } from '../ids.ts';
import type { Services } from '../services.ts';

/** What a policy said in a version, as a read-only document; of version 0 nothing. */
export function versionAddress(folder: string, name: string, version: number): Uri {
  return Uri.from({
    scheme: versionScheme,
    path: `/${name} ${version}.cedar`,
    query: new URLSearchParams({ folder, name, version: String(version) }).toString(),
  });
}

/** Offers the documents at {@link versionAddress}, also those that were open when the window was closed. */
export function registerPolicyVersions({ context, model }: Services): void {
  context.subscriptions.push(
    workspace.registerTextDocumentContentProvider(versionScheme, {
      async provideTextDocumentContent(uri) {
        const query = new URLSearchParams(uri.query);
        const [name, version] = [query.get('name') ?? '', Number(query.get('version'))];
        const project = model.projects.find(({ state }) => state.folder === query.get('folder'));
        if (version === 0) return '';
        if (!project) return l10n.t('The project of this policy is not open here any more.');
        return (await project.api.call('get_policy', { name, version }, { retry: true })).text;
      },
    }),
  );
}
