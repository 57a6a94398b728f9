import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { homeFolder } from '../../../src/coordinator/home.ts';
import { runBridge } from '../../e2e/support/bridge.ts';
import { atTerminal } from '../../support/bridge/terminal.ts';
import { askClaude, connectClaude } from '../support/claude.ts';
import type { Question, Turn } from '../support/conversation.ts';
import { messagesApi } from '../support/messages-api.ts';
import type { ScriptedTurn } from '../support/scripted-model.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([messagesApi]);
const passphrase = 'correct horse battery';

/** What a person types at a terminal of theirs in the repository, and answers there. */
function typed(args: readonly string[], answers: readonly (readonly [string, string])[]): Promise<string> {
  const { run, repository, environment } = workplace();
  const home = homeFolder({ env: {}, userHome: run.home });
  return atTerminal(args, { home, cwd: repository.folder, variables: environment }, answers);
}

/** The approval that waits for a person, as soon as there is one. */
async function waiting(): Promise<{ approval_id: string; resource: { id: string } }> {
  let approval: { approval_id: string; resource: { id: string } } | undefined;
  await expect
    .poll(async () => {
      const { stdout } = await runBridge(workplace().bridge, ['approvals', '--json']);
      [approval] = JSON.parse(stdout).approvals;
      return approval;
    })
    .toBeDefined();
  if (approval === undefined) throw new Error('it was there a moment ago');
  return approval;
}

/**
 * A model that runs a command as it was told to: where the person takes longer than the hook waits, it waits for the approval
 * and runs the same command again.
 */
function persisting(command: string): readonly ScriptedTurn[] {
  const run = { use: [{ tool: 'Bash', input: { command } }] };
  const next = ({ results }: Question): Turn => {
    const { tool, text } = results.at(-1) ?? { tool: '', text: '' };
    const [, approval_id] = /wait_for_approval with approval_id ([0-9a-f-]+)/.exec(text) ?? [];
    if (approval_id !== undefined)
      return {
        use: [{ tool: 'mcp__interlock__wait_for_approval', input: { approval_id, timeout_seconds: 55 } }],
      };
    return tool !== 'Bash' && text.includes('"approved"') ? run : { say: 'That is it.' };
  };
  return [run, next, next, next];
}

async function record(): Promise<string> {
  return (await runBridge(workplace().bridge, ['audit', 'export'])).stdout;
}

beforeAll(() => connectClaude(workplace()));

it('has a person to ask once somebody has signed in at a terminal', async () => {
  const said = await typed(
    ['login', '--name', 'Olga'],
    [
      ['Passphrase for Olga', passphrase],
      ['Once more', passphrase],
      ['Type yes', 'yes'],
    ],
  );
  expect(said).toContain('Olga may decide now');
});

it('pushes by force only when a person has said yes while it waits', async () => {
  const { model, repository } = workplace();
  await repository.git('commit', '--quiet', '--amend', '--message', 'Say it in another way');
  const published = () => repository.git('ls-remote', '--quiet', 'origin', 'refs/heads/main');
  const before = await published();
  const bash = (command: string) => ({ use: [{ tool: 'Bash', input: { command } }] });
  model.play('Publish it', [
    bash('git log --oneline'),
    bash('git push --force origin main'),
    { say: 'Done.' },
  ]);
  const run = askClaude(workplace(), 'Publish it');
  const approval = await waiting();
  expect(approval.resource.id).toBe('git push --force origin main');
  expect(await published()).toBe(before);
  await typed(['approvals', 'approve', approval.approval_id], [['Your passphrase', passphrase]]);
  await run;
  const push = model.results('Publish it').at(-1);
  expect(push).toMatchObject({
    tool: 'Bash',
    isError: false,
    text: expect.stringContaining('forced update'),
  });
  expect(await published()).toContain(await repository.git('rev-parse', 'HEAD'));
  expect(await record()).toContain(approval.approval_id);
});

it('does not do what a person has said no to, and tells the model', async () => {
  const { model, run: places } = workplace();
  const settings = path.join(places.home, '.claude/settings.json');
  model.play('Take the hooks out', persisting(`rm ${settings}`));
  const run = askClaude(workplace(), 'Take the hooks out');
  const { approval_id } = await waiting();
  await typed(['approvals', 'deny', approval_id], [['Your passphrase', passphrase]]);
  await run;
  const said = model.results('Take the hooks out').at(-1);
  expect(said?.text).toMatch(/denied/i);
  expect(existsSync(settings)).toBe(true);
});
