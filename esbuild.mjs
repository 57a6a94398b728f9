// Builds everything that is shipped, into dist/. `--watch` builds again on change; `--release` compresses as well as it can.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, deflate } from 'node:zlib';
import * as esbuild from 'esbuild';
import { asCommonJs, extensionBundle } from './scripts/extension-bundle.mjs';
import { thirdPartyNotices } from './scripts/third-party.mjs';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const cache = join(root, 'node_modules', '.cache', 'interlock');
const watch = process.argv.includes('--watch');
const release = process.argv.includes('--release');

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: 'external',
  legalComments: 'none',
  logLevel: 'warning',
};

/** CommonJS packages that ended up in an ES module still call `require`. */
const withRequire = {
  js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
};

/** Three modules read the source tree when run from source. In a bundle the migrations are part of it … */
const embedMigrations = {
  name: 'embed-migrations',
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\/coordinator\/database\/migration-files\.ts$/ }, async () => {
      const folder = join(root, 'migrations');
      const names = (await readdir(folder)).filter(name => /^\d.*\.sql$/.test(name)).sort();
      const paths = names.map(name => join(folder, name));
      const texts = await Promise.all(paths.map(path => readFile(path, 'utf8')));
      const files = names.map((name, index) => ({ name, text: texts[index] }));
      return {
        contents: `export const migrationFiles = ${JSON.stringify(files)};`,
        watchFiles: paths,
        watchDirs: [folder],
      };
    });
  },
};

/** … and so are the Cedar files … */
const embedCedar = {
  name: 'embed-cedar',
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\/coordinator\/policy\/cedar-files\.ts$/ }, async () => {
      const paths = ['schema.cedarschema', 'defaults.cedar'].map(name => join(root, 'cedar', name));
      const [schema, defaults] = await Promise.all(paths.map(path => readFile(path, 'utf8')));
      return {
        contents: `export const cedarFiles = ${JSON.stringify({ schema, defaults })};`,
        watchFiles: paths,
      };
    });
  },
};

/** … and the assets are beside it. */
const bundledAssets = {
  name: 'bundled-assets',
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onLoad({ filter: /\/coordinator\/assets\.ts$/ }, async ({ path }) => {
      const bundled = path.replace(/\.ts$/, '.bundled.ts');
      return { contents: await readFile(bundled, 'utf8'), loader: 'ts', watchFiles: [bundled] };
    });
  },
};

/** Parts of packages that cost something and that nobody here uses. */
const leftOut = {
  name: 'left-out',
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    // The profiler of secretlint keeps the marks of every scan for as long as the process lives, and looks through all of
    // them at each new one; nobody here reads them.
    build.onLoad({ filter: /[\\/]@secretlint[\\/]profiler[\\/]/ }, () => ({
      contents: 'export const secretLintProfiler = { mark() {} };',
    }));
    // We are asked for metrics and push none; to push them prom-client has Node load its TLS.
    build.onLoad({ filter: /[\\/]prom-client[\\/]lib[\\/]pushgateway\.js$/ }, () => ({ contents: '' }));
  },
};

/** @type {esbuild.BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node20.12',
  plugins: [embedMigrations, embedCedar, bundledAssets, leftOut],
};

/** What the bridge loads when it is asked for. Errors do not keep their class on the way from here to there. */
const bridgeParts = {
  'bridge-alone': 'src/bridge/hook/alone-process.ts',
  'bridge-cli': 'src/bridge/cli/cli.ts',
  'bridge-mcp': 'src/bridge/mcp/stdio.ts',
  'bridge-thorough': 'src/bridge/hook/thorough.ts',
};

const partsOutside = {
  name: 'parts-outside',
  /** @param {esbuild.PluginBuild} build */
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const source = relative(root, join(resolveDir, path)).replaceAll('\\', '/');
      const part = Object.entries(bridgeParts).find(([, entry]) => entry === source)?.[0];
      if (part === undefined)
        throw new Error(`${source} is loaded later by the bridge: name it in bridgeParts`);
      return { path: `./${part}.mjs`, external: true };
    });
  },
};

const extension = extensionBundle(root);

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  { ...common, ...extension, plugins: [...(extension.plugins ?? []), asCommonJs] },
  {
    ...node,
    // Split, so that a starter which finds an owner has not loaded what only the owner runs. The chunks lie beside
    // the entry, since the assets are found relative to whichever of them asks.
    entryPoints: { coordinator: 'src/coordinator/main.ts' },
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'coordinator-[hash]',
    format: 'esm',
    splitting: true,
    banner: withRequire,
  },
  {
    // Every call of a hook loads this one, so it is a single file and what it imports later lies outside of it. It is
    // CommonJS, since Node takes 5 ms, a quarter of its own start, to get going with an ES module …
    ...node,
    entryPoints: { bridge: 'src/bridge/bridge.ts' },
    outdir: dist,
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    plugins: [...node.plugins, partsOutside],
  },
  {
    // … here. All of it lies in one folder, since it finds assets beside it.
    ...node,
    entryPoints: bridgeParts,
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'bridge-[name]-[hash]',
    format: 'esm',
    splitting: true,
    banner: withRequire,
  },
  {
    // For programs of others: `import … from 'interlock/client'`.
    ...node,
    entryPoints: { client: 'src/client/client.ts' },
    outdir: join(dist, 'client'),
    format: 'esm',
    minify: false,
    sourcemap: false,
    plugins: [],
  },
  {
    ...node,
    entryPoints: { demo: 'src/demo/demo.ts' },
    outdir: dist,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    banner: withRequire,
  },
  {
    ...common,
    entryPoints: await webviewEntries(),
    outdir: join(dist, 'webview'),
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    splitting: true,
  },
];

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
// `bridge.js` has this name in people's settings; Node has to know that it is no ES module.
await writeFile(join(dist, 'package.json'), '{ "type": "commonjs" }\n');
await copyFile(join(root, 'src/bridge/hook/hook.sh'), join(dist, 'hook.sh'));
const [assets, ...inputs] = await Promise.all([copyAssets(), ...bundles.map(bundle)]);
await declareClient();
await writeFile(
  join(dist, 'THIRD-PARTY-NOTICES.txt'),
  await thirdPartyNotices(root, [...assets, ...inputs.flat()]),
);
if (!watch) await printSizes();

/** Answers what went into the bundle; nothing while watching. @param {esbuild.BuildOptions} options */
async function bundle(options) {
  if (watch) {
    await (await esbuild.context(options)).watch();
    return [];
  }
  const { metafile } = await esbuild.build({ ...options, metafile: true });
  const programs = Object.keys(metafile.outputs).filter(path => /\.[cm]?js$/.test(path));
  if (options.platform === 'node') await Promise.all(programs.map(refuseWide));
  return Object.keys(metafile.inputs);
}

/**
 * esbuild escapes what is not ASCII, except in regular expressions. A single such sign makes V8 keep all of the file in two
 * bytes a letter: 3 MB of an idle coordinator. @param {string} path
 */
async function refuseWide(path) {
  const text = await readFile(join(root, path), 'utf8');
  const at = text.search(/[^\0-\x7f]/);
  if (at >= 0)
    throw new Error(`${path} is not ASCII: escape it (\\u2019) in ${text.slice(at - 40, at + 40)}`);
}

/** Browser code: every file directly under src/views/webview/ is an entry of its own. */
async function webviewEntries() {
  const folder = 'src/views/webview';
  if (!existsSync(join(root, folder))) return {};
  const files = (await readdir(join(root, folder))).filter(name => name.endsWith('.ts'));
  return Object.fromEntries(files.map(name => [basename(name, '.ts'), `${folder}/${name}`]));
}

/** The types of the client, which lie beside it and say that it is an ES module. */
async function declareClient() {
  const folder = join(dist, 'client');
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', join(root, 'src', 'client')]);
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.d.ts')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
  }
}

/** Everything in assets.json, and the prepared store, compressed, into dist/assets. Answers where they came from. */
async function copyAssets() {
  const names = Object.entries(JSON.parse(await readFile(join(root, 'src/coordinator/assets.json'), 'utf8')));
  await mkdir(join(dist, 'assets'), { recursive: true });
  await Promise.all([
    ...names.map(async ([name, path]) => writeAsset(name, await readFile(assetFile(path)))),
    prepareStore().then(async path => writeAsset('store.tar', await readFile(path))),
  ]);
  return names.map(([, path]) => relative(root, assetFile(path)));
}

/** After a `#` stands a file beside the module. @param {string} path */
function assetFile(path) {
  const [module, beside] = path.split('#');
  const file = createRequire(import.meta.url).resolve(module);
  return beside === undefined ? file : join(dirname(file), beside);
}

/** @param {string} name @param {Buffer} content */
async function writeAsset(name, content) {
  await writeFile(join(dist, 'assets', `${name}.br`), await compressed(content));
}

/** Compressing well takes half a minute in all, so what was compressed once is kept. @param {Buffer} content */
async function compressed(content) {
  const quality = release ? constants.BROTLI_MAX_QUALITY : 9;
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const path = join(cache, `${hash}-${quality}.br`);
  if (existsSync(path)) return await readFile(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const bytes = await promisify(brotliCompress)(content, { params });
  await mkdir(cache, { recursive: true });
  await writeFile(`${path}.${process.pid}`, bytes);
  await rename(`${path}.${process.pid}`, path);
  return bytes;
}

/** Runs scripts/prepare-store.ts, which is TypeScript like the migrator that it uses. Answers the path of the tar. */
async function prepareStore() {
  const outfile = join(cache, `prepare-store-${process.pid}.mjs`);
  await esbuild.build({
    ...node,
    entryPoints: ['scripts/prepare-store.ts'],
    outfile,
    format: 'esm',
    packages: 'external',
    sourcemap: false,
    plugins: [embedMigrations],
  });
  try {
    const { preparedStore } = await import(pathToFileURL(outfile).href);
    return await preparedStore(cache);
  } finally {
    await rm(outfile);
  }
}

/** What each part weighs, and what it adds to a package, where everything is deflated. */
async function printSizes() {
  const files = (await readdir(dist, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && !entry.name.endsWith('.map'))
    .map(entry => join(entry.parentPath, entry.name));
  const rows = await Promise.all(
    files.map(async path => {
      const content = await readFile(path);
      return {
        file: relative(dist, path),
        bytes: content.length,
        packed: (await promisify(deflate)(content)).length,
      };
    }),
  );
  const total = {
    file: 'all',
    bytes: sum(rows.map(row => row.bytes)),
    packed: sum(rows.map(row => row.packed)),
  };
  for (const { file, bytes, packed } of [...rows.sort((a, b) => b.packed - a.packed), total]) {
    console.log(`${kilobytes(bytes)} ${kilobytes(packed)}  ${file}`);
  }
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(0)} kB`.padStart(9);
}
