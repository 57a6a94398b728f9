import { changes, destroys, publishes } from '../command-line.ts';
import type { Call, Tool } from '../tool.ts';
import { parametersOf } from './powershell-parameters.ts';

/** Of these a session has its own, and nothing outlives it. */
const ofTheSession =
  /^(?:psbreakpoint|psdrive|pssession|runspace|typedata|formatdata|tracelistener|pscustom|clipboard|history|variable|alias|job|module|event|eventsubscriber|proxycommand|steppablepipeline|webrequest|transcript|host|counter)/;
const inTheCloud =
  /^(?:az|ad|aws|ec2|s3|iam|rds|mg|azure|exo|mailbox|spo|vm(?!session)|cluster)(?!.*(?:context|config|profile|session|credential)$)/;

/** What is known about a cmdlet nobody listed: its verb, which PowerShell has only so many of. */
export function cmdletByVerb(name: string): Tool | undefined {
  const [, verb = '', noun = ''] = /^([a-z]+)-(\w+)$/.exec(name) ?? [];
  if (noun === '' || ofTheSession.test(noun)) return undefined;
  if (/^(?:remove|clear|reset|disable|uninstall|unregister|revoke|format|stop|restore|dismount)$/.test(verb))
    return saying(destroys(`runs ${name}, which takes something away`));
  if (verb === 'publish') return saying(publishes(`runs ${name}, which publishes something`));
  return /^(?:restart|set|new|update|start|enable|add|grant|move|rename)$/.test(verb) && inTheCloud.test(noun)
    ? saying(changes(`runs ${name}, which changes what others use`))
    : undefined;
}

const saying = (deed: Parameters<Call['effect']>[0]): Tool => ({
  run: call => {
    if (!parametersOf(call).switches.has('whatif')) call.effect(deed);
    return undefined;
  },
});
