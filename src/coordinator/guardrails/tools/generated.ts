import { unknown } from '../shell/value.ts';

/**
 * Whether a path is in a directory that a build makes and anyone may throw away. By custom only: where a repository has
 * ignore rules of its own, those are asked.
 */
export function looksGenerated(path: string): boolean {
  const segments = path
    .split(/[\\/]+/)
    .filter(segment => segment !== '' && segment !== '.' && segment !== '*' && segment !== '**');
  if (segments.includes('..')) return false;
  const absolute = /^(?:[\\/~]|[A-Za-z]:)/.test(path);
  const last = segments.at(-1);
  if (absolute) return last !== undefined && generatedNames.test(last);
  return segments.some(segment => !segment.includes(unknown) && generatedNames.test(segment));
}

/** The same, for names that nobody gives to anything else, wherever they are. */
export function isSurelyGenerated(path: string): boolean {
  if (caches.test(path)) return true;
  const last = path
    .split(/[\\/]+/)
    .filter(segment => segment !== '' && segment !== '*')
    .at(-1);
  return last !== undefined && sureNames.test(last);
}

const sure = [
  'node_modules|bower_components|__pycache__|htmlcov|DerivedData|storybook-static|playwright-report|cmake-build-.*|Thumbs\\.db',
  '\\.(?:pytest_cache|mypy_cache|ruff_cache|tox|nox|next|nuxt|svelte-kit|turbo|parcel-cache|gradle|nyc_output|eslintcache|venv)',
  '\\.(?:angular|vite|webpack|sass-cache|terraform|serverless|aws-sam|dart_tool|expo|docusaurus|astro|wrangler|DS_Store)',
  '\\.(?:coverage|hypothesis|ipynb_checkpoints|stack-work|rpt2_cache|tsbuildinfo)|.*\\.egg-info|.*\\.(?:pyc|pyo|tsbuildinfo)',
].join('|');

const usual = [
  'typings|dist|dist[-_.].*|build|out|output|target|coverage|\\.?cache|.*[-_.]cache|__generated__|generated|bundle|\\.(?:output|build|vercel|netlify|bundle)',
  '(?:lib)?(?:cjs|esm|umd|mjs)|es(?:5|6|m|20\\d\\d|next)|dist\\*|dist-?\\*|.*[-_.]dist|test-results\\.?\\*?|cross-build|\\.wireit|.*\\.(?:a|so|lo|la|py\\[[a-z]+\\]|gc\\w\\w|gc\\?\\?|wasm|lst|pid|coverage)|\\*\\.\\[[a-z]+\\]',
  'venv|env|\\.?tmp|temp|obj|Pods|_build|deps|test-results|lib-cov|.*\\.(?:o|obj|class|log|tmp|temp|bak|swp|swo|orig|rej|map|tgz)',
].join('|');

/** What a program keeps to be quicker the next time, below the one directory for that. */
const caches =
  /(?:^|\/)(?:~|home\/[^/]+|root|\$HOME|Users\/[^/]+)\/(?:\.cache|\.npm\/_cacache|\.gradle\/caches|Library\/(?:Caches|Developer\/Xcode\/DerivedData))(?:\/|$)|^~\/\.cache\/|^\/var\/(?:lib\/apt\/lists|cache\/(?:apt|apk|yum|dnf|debconf))\//;

const sureNames = new RegExp(`^(?:${sure})$`);
const generatedNames = new RegExp(`^(?:${sure}|${usual})$`);
