import { randomBytes } from 'node:crypto';
import { type ExtensionContext, env, Uri, type Webview, type WebviewOptions } from 'vscode';

/** A page of ours, by the name of its script and its styles in `webview/`. */
export type PageName = 'approval';

/** What a page may do: run our own scripts, and read our own files. It reaches nothing else. */
export function pageOptions(context: ExtensionContext): WebviewOptions {
  return { enableScripts: true, localResourceRoots: [folderOf(context)] };
}

/** The document around a page. Nothing is loaded from elsewhere, and no script runs but the one with the nonce. */
export function pageHtml(context: ExtensionContext, webview: Webview, name: PageName): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (extension: string) =>
    webview.asWebviewUri(Uri.joinPath(folderOf(context), `${name}.${extension}`)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!doctype html>
<html lang="${env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file('css')}">
  <title>Interlock</title>
</head>
<body>
  <script type="module" nonce="${nonce}" src="${file('js')}"></script>
</body>
</html>`;
}

function folderOf({ extensionUri }: ExtensionContext): Uri {
  return Uri.joinPath(extensionUri, 'dist/webview');
}
