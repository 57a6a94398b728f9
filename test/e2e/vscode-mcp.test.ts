import { expect, it } from 'vitest';
import { runInHost } from './support/in-host.ts';

it('serves the editor’s own MCP client, and activates at once', async () => {
  const results = await runInHost('test/e2e/in-host/mcp-and-activation.ts', {
    settings: { 'chat.disableAIFeatures': false },
  });
  for (const { name, note } of results) if (note !== undefined) console.log(`${name}: ${note}`);
  expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  expect(results).toHaveLength(3);
}, 180_000);
