import { z } from 'zod';
import { connect } from './connect.ts';
import { runToEnd } from './finished.ts';
import { cli } from './machine.ts';
import type { Workplace } from './workplace.ts';

export interface ClaudeOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** The repository, if left out. */
  readonly folder?: string;
}

/** What the command line said of one run. */
export interface ClaudeRun {
  readonly code: number | null;
  readonly sessionId: string;
  /** The last words of the model. */
  readonly result: string;
  /** The servers that it is connected to over MCP, and how that went. */
  readonly servers: readonly { readonly name: string; readonly status: string }[];
  /** Everything it printed, an event a line. */
  readonly events: readonly z.output<typeof Event>[];
  readonly milliseconds: number;
}

const Event = z.looseObject({ type: z.string(), subtype: z.string().optional() });
const Init = z.looseObject({
  subtype: z.literal('init'),
  session_id: z.string(),
  mcp_servers: z.array(z.object({ name: z.string(), status: z.string() })),
});
const Result = z.looseObject({ type: z.literal('result'), result: z.string().default('') });

/** Says nothing to anybody but the model, whatever it is asked. By its own reference of environment variables. */
const quiet = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_ERROR_REPORTING: '1',
  DISABLE_TELEMETRY: '1',
};

/**
 * Puts a prompt to the real Claude Code in the workplace's repository, with the scripted model behind it, and waits for
 * its end. What it does is allowed by its own settings, so that nothing but Interlock is in its way.
 */
export async function askClaude(
  workplace: Workplace,
  prompt: string,
  options: ClaudeOptions = {},
): Promise<ClaudeRun> {
  const { stdout, stderr, code, milliseconds } = await runToEnd({
    ...claudeProgram(workplace, options),
    args: ['-p', prompt, '--output-format', 'stream-json', '--verbose', ...(options.args ?? allowed)],
  });
  const events = stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => Event.parse(JSON.parse(line)));
  const init = events.find(({ subtype }) => subtype === 'init');
  const result = events.findLast(({ type }) => type === 'result');
  if (!init || !result) throw new Error(`Claude Code ended with ${code}:\n${stdout}${stderr}`);
  const { session_id: sessionId, mcp_servers: servers } = Init.parse(init);
  return { code, sessionId, servers, events, milliseconds, result: Result.parse(result).result };
}

/** Does what a person does to connect it: the editor's part, and the command that the editor leaves on the clipboard. */
export async function connectClaude(workplace: Workplace): Promise<void> {
  const { command = '' } = await connect(workplace, 'claude');
  // As the shell would read it: what has spaces in it is a string of JSON.
  const words = [...command.matchAll(/"(?:\\.|[^"\\])*"|\S+/g)].map(([word]) =>
    word.startsWith('"') ? String(JSON.parse(word)) : word,
  );
  const { code, stderr } = await runClaude(workplace, words.slice(1));
  if (code !== 0) throw new Error(`\`${command}\` ended with ${code}: ${stderr}`);
}

/** Runs another command of it, such as `['mcp', 'list']`. */
export function runClaude(workplace: Workplace, args: readonly string[], options: ClaudeOptions = {}) {
  return runToEnd({ ...claudeProgram(workplace, options), args });
}

const allowed = ['--permission-mode', 'bypassPermissions'];

function claudeProgram(
  { model, repository, environment }: Workplace,
  { folder = repository.folder, environment: more }: ClaudeOptions,
) {
  return {
    command: cli('claude'),
    folder,
    environment: {
      ...environment,
      ...quiet,
      ANTHROPIC_BASE_URL: model.address,
      ANTHROPIC_API_KEY: 'sk-ant-scripted',
      // It refuses to go without its own questions where everything is root, unless it is told that all is in a box.
      IS_SANDBOX: '1',
      ...more,
    },
  };
}
