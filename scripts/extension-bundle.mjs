import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';

/**
 * What the editor loads, in parts: the first is what activation needs, the others come when somebody asks for them.
 * @param {string} root The repository.
 * @returns {esbuild.BuildOptions}
 */
export function extensionBundle(root) {
  return {
    absWorkingDir: root,
    entryPoints: { extension: 'src/extension/activate.ts' },
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.cjs' },
    chunkNames: 'extension-[name]-[hash]',
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20.12',
    // Only this format is split; `asCommonJs` makes of it what the editor loads.
    format: 'esm',
    splitting: true,
    external: ['vscode'],
    plugins: [toolsVersion(root)],
  };
}

/** Of the list of tools the extension needs no more than whether it has changed. @param {string} root */
function toolsVersion(root) {
  return {
    name: 'tools-version',
    /** @param {esbuild.PluginBuild} build */
    setup(build) {
      build.onLoad({ filter: /\/extension\/tools-version\.ts$/ }, async () => {
        const list = join(root, 'docs/reference/mcp-tools.json');
        const digest = createHash('sha256').update(await readFile(list));
        const version = digest.digest('hex').slice(0, 12);
        return { contents: `export const toolsVersion = ${JSON.stringify(version)};`, watchFiles: [list] };
      });
    },
  };
}

/**
 * The editor looks up anew who asks at every `require('vscode')`, which takes 0.1 ms, and each module of ours has one:
 * each part asks once.
 */
const askOnce =
  "'use strict'; require = (ask => { let vscode; return name => name === 'vscode' ? (vscode ??= ask(name)) : ask(name); })(require);";

/** Writes the parts as CommonJS, which the editor loads without an ES module loader. */
export const asCommonJs = {
  name: 'as-common-js',
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    const { initialOptions } = build;
    initialOptions.write = false;
    build.onEnd(async ({ outputFiles = [] }) => {
      const maps = new Map(outputFiles.map(({ path, text }) => [path, text]));
      const parts = outputFiles.filter(({ path }) => path.endsWith('.cjs'));
      await Promise.all(parts.map(part => writeAsCommonJs(part, maps.get(`${part.path}.map`))));
    });

    /** @param {esbuild.OutputFile} part @param {string | undefined} before The map to its sources. */
    async function writeAsCommonJs({ path, text }, before = '') {
      const link = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(before).toString('base64')}`;
      const { code, map } = await esbuild.transform(before === '' ? text : text + link, {
        banner: askOnce,
        format: 'cjs',
        platform: 'node',
        minify: true,
        sourcemap: before === '' ? false : 'external',
        supported: { 'dynamic-import': false },
        target: initialOptions.target,
      });
      await writeFile(path, code);
      if (map !== '') await writeFile(`${path}.map`, map);
    }
  },
};
