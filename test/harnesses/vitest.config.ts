import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The real command lines of other people's agents. Suites run one after the other: each starts programs of its own. */
export default defineConfig({
  test: {
    name: 'harnesses',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/harnesses/**/*.test.ts'],
    exclude: ['test/harnesses/clis/**'],
    globalSetup: ['test/harnesses/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
    teardownTimeout: 30_000,
  },
});
