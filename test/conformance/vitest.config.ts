import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The official conformance suite of MCP against the door over TCP. It installs the suite from npm by itself. */
export default defineConfig({
  test: {
    name: 'conformance',
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/conformance/*.test.ts'],
    globalSetup: ['test/support/postgres-server.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
