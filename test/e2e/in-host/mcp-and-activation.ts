import assert from 'node:assert/strict';
import { commands, env, LanguageModelTextPart, lm, Uri, workspace } from 'vscode';
import { suite } from './checks.ts';
import { until } from './until.ts';

/**
 * What activation may take of the extension host's thread, in milliseconds. The target is 50; the limit is three times
 * that, for machines that do something else meanwhile.
 */
const activationLimitMs = 150;

export const run = suite({
  async 'the editor starts the MCP server that the extension defines, and knows its tools'() {
    const known = await until('tool acquire_lock', async () => {
      await commands.executeCommand('workbench.mcp.startServer', '*', { waitForLiveTools: true });
      return toolNamed('acquire_lock');
    });
    assert.match(known.description, /lock/i);
    for (const name of ['release_lock', 'check_locks', 'check_guardrails', 'request_approval']) {
      assert.ok(toolNamed(name), `the editor does not offer ${name}`);
    }
    assert.equal(toolNamed('decide_approval'), undefined, 'an agent is offered to decide');
    return `${lm.tools.filter(tool => tool.name.startsWith('mcp_')).length} tools`;
  },

  async 'calls of tools are answered, and come from a session of the editor’s own'() {
    const verdict = await call('check_guardrails', { command: 'git push -f origin main' });
    assert.match(verdict, /replaces the published history of branch main on origin/);
    const agents = await call('discover_agents', {});
    assert.ok(agents.includes(env.appName), agents);
    return undefined;
  },

  async 'activation leaves the extension host alone'() {
    await commands.executeCommand('perfview.show');
    const row = await until('activation time of the extension', activationRow);
    const figures = `${row.load} ms to load the code, ${row.activate} ms to activate`;
    assert.ok(row.load + row.activate <= activationLimitMs, `it took ${figures}`);
    return figures;
  },
});

function toolNamed(name: string) {
  return lm.tools.find(tool => tool.name.startsWith('mcp_') && tool.name.endsWith(name));
}

/** For tools that only read. About others the editor asks a person, whom a run of this kind does not have. */
async function call(name: string, input: object): Promise<string> {
  const tool = toolNamed(name);
  assert.ok(tool, `the editor does not offer ${name}`);
  const { content } = await lm.invokeTool(tool.name, { input, toolInvocationToken: undefined });
  return content.map(part => (part instanceof LanguageModelTextPart ? part.value : '')).join('\n');
}

/** The editor's own account of how long it took to load the code and to call `activate`. */
async function activationRow(): Promise<{ load: number; activate: number } | undefined> {
  const report = await workspace.openTextDocument(Uri.parse('perf:Startup Performance'));
  const row = report
    .getText()
    .split('\n')
    .find(line => line.includes('interlock.interlock'));
  const cells = row?.split('|').map(cell => cell.trim()) ?? [];
  const [, , , load, activate] = cells;
  return row === undefined ? undefined : { load: Number(load), activate: Number(activate) };
}
