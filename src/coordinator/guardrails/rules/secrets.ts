import type { EffectOf } from '../effects.ts';
import type { Place } from '../places.ts';
import { isSecretFile } from '../secret-files.ts';
import { readable } from '../shell/value.ts';
import { isLocalHost } from '../tools/families/network.ts';
import { type Finding, type RuleDefinition, rule } from './rule.ts';

/** A wildcard stands for any file of its directory. */
const isSecret = (path: Place) =>
  isSecretFile(
    path.pattern && path.absolute !== undefined ? `${path.absolute}/*` : (path.absolute ?? path.text),
  );

const readSecret = rule({
  id: 'credentials.read-file',
  kind: 'read',
  category: 'credentials',
  severity: 'approval_required',
  minTrust: 5,
  why: 'What an agent reads goes to its model and into logs; a credential that was shown has to be changed.',
  suggestion: 'Ask only whether it is there (`test -f`), or let the program that needs it read it by itself.',
  judge: effect =>
    isSecret(effect.path) ? { effect: `reads the credentials in ${readable(effect.path.text)}` } : undefined,
});

const writeSecret = rule({
  id: 'credentials.write-file',
  kind: 'write',
  category: 'credentials',
  severity: 'approval_required',
  minTrust: 5,
  why: 'It decides who can get in, or locks everyone out.',
  judge: effect => {
    const path = effect.path.absolute ?? effect.path.text;
    if (effect.manner === 'move' && isSecret(effect.path))
      return { effect: `moves the credentials in ${readable(effect.path.text)} away` };
    const opens = /(?:^|\/)\.ssh\/(?!known_hosts)|^\/etc\/(?:sudoers|passwd|shadow|ssh\/)/.test(path);
    return opens
      ? { effect: `changes ${readable(effect.path.text)}, which decides who may log in` }
      : undefined;
  },
});

const reveal = rule({
  id: 'credentials.reveal',
  kind: 'reveal-secret',
  category: 'credentials',
  severity: 'approval_required',
  minTrust: 5,
  why: 'What an agent reads goes to its model and into logs; a credential that was shown has to be changed.',
  suggestion: 'Let the program that needs it read it by itself.',
  judge: effect => ({ effect: `shows ${readable(effect.what)}` }),
});

const content = rule({
  id: 'credentials.in-content',
  kind: 'write-secret',
  category: 'credentials',
  severity: 'approval_required',
  minTrust: 5,
  why: 'A credential in a file ends up in history, backups and logs, where it can be found for good.',
  suggestion: 'Take it from the environment or from a secret store, and keep a placeholder in the file.',
  judge: effect => ({ effect: `writes a credential (${effect.what}) into ${readable(effect.into)}` }),
});

const send = rule({
  id: 'exfiltration.send',
  kind: 'send',
  category: 'exfiltration',
  severity: 'approval_required',
  minTrust: 5,
  why: 'What has left this machine cannot be called back.',
  suggestion: 'Say what is to be sent and to whom, and let a person send it.',
  judge: judgeSend,
});

function judgeSend(effect: EffectOf<'send'>): Finding | undefined {
  const host = readable(effect.host);
  const secret = effect.secret || effect.files.some(isSecret);
  if (secret) return { effect: `sends credentials (${readable(effect.what)}) to ${host}` };
  if (isLocalHost(effect.host)) return undefined;
  return { effect: `sends ${readable(effect.what)} to ${host}` };
}

export const secretRules: readonly RuleDefinition[] = [readSecret, writeSecret, reveal, content, send];
