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

const generatedNames = new RegExp(
  `^(?:${[
    'node_modules|bower_components|dist|build|out|output|target|coverage|htmlcov|\\.?cache|__pycache__|__generated__|generated',
    '\\.(?:pytest_cache|mypy_cache|ruff_cache|tox|nox|next|nuxt|svelte-kit|turbo|parcel-cache|gradle|nyc_output|eslintcache|output)',
    '\\.(?:angular|vite|webpack|sass-cache|terraform|serverless|aws-sam|dart_tool|expo|docusaurus|astro|vercel|netlify|wrangler)',
    '\\.(?:coverage|hypothesis|ipynb_checkpoints|stack-work|build|rpt2_cache|tsbuildinfo|DS_Store)|Thumbs\\.db',
    '\\.?venv|env|\\.?tmp|temp|obj|DerivedData|Pods|_build|deps|\\.bundle|storybook-static|test-results|playwright-report|lib-cov',
    'cmake-build-.*|.*\\.egg-info|.*\\.tsbuildinfo|.*\\.(?:pyc|pyo|o|obj|class|log|tmp|temp|bak|swp|swo|orig|rej|map|egg-info)',
  ].join('|')})$`,
);
