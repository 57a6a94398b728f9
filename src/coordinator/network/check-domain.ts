import { z } from 'zod';
import { InterlockError } from '../kernel/errors.ts';
import { operation } from '../kernel/operation.ts';
import { networkReasons } from './decide.ts';
import { destinationOf, shownDestination } from './destination.ts';
import type { DomainFact } from './inspector.ts';

/** Whether the caller may reach a host, as the same rules will say when a tool call does it. */
export const checkDomain = operation({
  name: 'check_domain',
  title: 'Check a domain',
  description:
    'Says whether you may reach a host before you fetch from it, clone it or install from it. Takes a host, host:port or URL.',
  access: 'read',
  callers: ['agent', 'operator', 'system'],
  audited: () => true,
  input: z.object({
    domain: z.string().trim().min(1).max(2048).describe('`example.com`, `example.com:8443`, or a URL.'),
  }),
  output: z.object({
    domain: z.string().describe('As the rules read it: lower case, ASCII.'),
    allowed: z.boolean(),
    reason: z.enum(networkReasons),
    rule_id: z.uuid().nullable().describe('The rule that decided.'),
    profile: z.string().nullable().describe('Your profile, whose rules go first.'),
  }),
  resource: ({ domain }) => {
    const destination = destinationOf(domain);
    return { type: 'Domain', id: destination ? shownDestination(destination) : domain };
  },
  async run({ inspect, note }, { domain }) {
    if (!destinationOf(domain)) throw unreadable(domain);
    const { facts } = await inspect({ domains: [domain] });
    const [decided] = (facts.domains ?? []) as readonly DomainFact[];
    if (!decided) throw new Error('nothing decides about domains');
    note({ domains: [decided] });
    const { rule, ...decision } = decided;
    return { ...decision, rule_id: rule };
  },
});

function unreadable(domain: string): InterlockError {
  return new InterlockError(
    'invalid_input',
    `domain: ${JSON.stringify(domain.slice(0, 200))} names no host that every program would read alike.`,
    { next: 'Send a host such as example.com, host:port, or a URL.', params: { field: 'domain' } },
  );
}
