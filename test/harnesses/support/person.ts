import { expect } from 'vitest';
import { runBridge } from '../../e2e/support/bridge.ts';
import type { Surroundings } from '../../support/bridge/program.ts';
import { atTerminal } from '../../support/bridge/terminal.ts';
import type { Workplace } from './workplace.ts';

const passphrase = 'correct horse battery';

/** Makes somebody the one who may decide, at a terminal, as `interlock login` asks for. */
export async function signIn(workplace: Workplace): Promise<void> {
  const answers = [
    ['Passphrase for', passphrase],
    ['Once more', passphrase],
    ['Type yes', 'yes'],
  ] as const;
  const said = await atTerminal(['login', '--name', 'Olga'], terminalOf(workplace), answers);
  expect(said).toContain('Olga may decide now');
}

/** Waits until a person is asked, and has that person decide at a terminal. What waited comes back. */
export async function decideNext(
  workplace: Workplace,
  decision: 'approve' | 'deny',
  reason: string,
): Promise<string> {
  const waiting = async () => {
    const { stdout } = await runBridge(workplace.bridge, ['approvals', '--json']);
    const { approvals }: { approvals: { approval_id: string }[] } = JSON.parse(stdout);
    return approvals[0]?.approval_id;
  };
  await expect.poll(waiting, { timeout: 40_000 }).toBeDefined();
  const id = (await waiting()) ?? '';
  const command = ['approvals', decision, id, '--reason', reason];
  return atTerminal(command, terminalOf(workplace), [['Your passphrase', passphrase]]);
}

/** One of the person whose agents work there, with the store where they have it. */
function terminalOf({ run, bridge }: Workplace): Surroundings {
  return { home: run.home, cwd: bridge.folder, variables: { INTERLOCK_HOME: '' } };
}
