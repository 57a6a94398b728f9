/**
 * Takes from GitHub's published description of its API what the stand-in of the tests answers, without the words for
 * people. The description is 385 MB installed, which is why it is no dependency:
 *
 *     npm install --prefix <a temporary folder> @octokit/openapi
 *     node scripts/github-shapes.mjs <that folder>
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('say the folder into which @octokit/openapi was installed');
const installed = join(folder, 'node_modules', '@octokit', 'openapi');
const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
const text = await readFile(join(installed, 'generated', 'api.github.com.json'), 'utf8');
const described = JSON.parse(text).components.schemas;

const answered = [
  'issue',
  'label',
  'issue-comment',
  'labeled-issue-event',
  'unlabeled-issue-event',
  'state-change-issue-event',
  'private-user',
  'basic-error',
  'validation-error',
];
const words = new Set(['description', 'title']);
const samples = new Set(['example', 'examples', 'default']);

/** @type {Record<string, unknown>} */
const shapes = {};
for (const name of answered) take(name);

const file = new URL('../test/support/github/shapes.json', import.meta.url);
await writeFile(file, `${JSON.stringify({ from: `@octokit/openapi ${version}`, shapes }, null, 1)}\n`);

/** @param {string} name */
function take(name) {
  if (name in shapes) return;
  shapes[name] = {};
  shapes[name] = bare(described[name]);
}

/** What is left of a shape without what only people read. @param {any} shape @returns {any} */
function bare(shape) {
  if (Array.isArray(shape)) return shape.map(bare);
  if (typeof shape !== 'object' || shape === null) return shape;
  if (typeof shape.$ref === 'string') {
    const name = shape.$ref.replace('#/components/schemas/', '');
    take(name);
    return { $ref: `#/definitions/${name}` };
  }
  return Object.fromEntries(
    Object.entries(shape)
      .filter(([key, value]) => !(words.has(key) && typeof value !== 'object') && !samples.has(key))
      .map(([key, value]) => [
        key,
        key === 'properties'
          ? Object.fromEntries(Object.entries(value).map(([name, property]) => [name, bare(property)]))
          : bare(value),
      ]),
  );
}
