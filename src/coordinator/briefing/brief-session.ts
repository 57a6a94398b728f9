import { z } from 'zod';
import { type OperationContext, operation, Waiting } from '../kernel/operation.ts';
import { checkLocks } from '../locks/check.ts';
import { discoverAgents } from '../sessions/discover.ts';

/** Lines of each kind: an agent reads this with every prompt, so it is short. */
const mostLines = 8;

type Agents = z.output<typeof discoverAgents.output>['agents'];
type Locks = z.output<typeof checkLocks.output>['locks'];

/** What an agent needs to know when it begins, or goes on after its context was cut: who is here, and what is held. */
export const briefSession = operation({
  name: 'brief_session',
  title: 'Brief the session',
  description: 'Says in a few lines who else works here, which files they hold and which you hold.',
  access: 'read',
  callers: ['agent'],
  input: z.object({
    full: z.boolean().default(true).describe('False for only what could be in your way just now.'),
  }),
  output: z.object({ text: z.string().describe('Empty where there is nothing to say.') }),
  resource: () => ({ type: 'Session', id: 'own' }),
  async run(context, { full }) {
    const { caller } = context;
    if (caller.kind !== 'agent') throw new Error('brief_session is for agents');
    const agents = await agentsHere(context);
    const locks = await locksHere(context);
    const others = agents.filter(
      agent => agent.session_id !== caller.sessionId && agent.status !== 'disconnected',
    );
    const theirs = locks.filter(lock => !lock.yours);
    const own = locks.filter(lock => lock.yours);
    if (!full) return { text: paragraph('Held by others now', theirs.map(lockLine)) };
    return {
      text: [
        'Interlock coordinates the agents in this repository. It checks your edits and commands by itself; a refusal says what to do.',
        paragraph('Others here', others.map(agentLine)),
        paragraph('Held by others now', theirs.map(lockLine)),
        paragraph('You hold', own.map(lockLine)),
      ]
        .filter(part => part !== '')
        .join('\n'),
    };
  },
});

async function agentsHere(context: OperationContext): Promise<Agents> {
  const answer = await discoverAgents.run(context, {});
  return answer instanceof Waiting ? [] : answer.agents;
}

async function locksHere(context: OperationContext): Promise<Locks> {
  const answer = await checkLocks.run(context, {});
  return answer instanceof Waiting ? [] : answer.locks;
}

function agentLine({ agent_id, agent_type, current_task }: Agents[number]): string {
  return `${agent_id} (${agent_type})${current_task === null ? '' : `: ${current_task}`}`;
}

function lockLine({ file_path, locked_by, yours, expires_at, lock_reason, branch }: Locks[number]): string {
  const holder = yours ? '' : ` by ${locked_by}${branch === null ? '' : ` on ${branch}`}`;
  return `${file_path}${holder} until ${expires_at.slice(11, 16)} UTC${lock_reason === null ? '' : ` (${lock_reason})`}`;
}

function paragraph(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more =
    lines.length > mostLines
      ? [`- and ${lines.length - mostLines} more: call check_locks or discover_agents`]
      : [];
  return [`${title}:`, ...lines.slice(0, mostLines).map(line => `- ${line}`), ...more].join('\n');
}
