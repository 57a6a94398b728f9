import type { Deed } from '../../effects.ts';
import { isKnown } from '../../shell/value.ts';
import { type Family, named, type Tool } from '../tool.ts';

/** Commands of Redis by what they lose. */
export function redisDeed(words: readonly string[]): Deed | undefined {
  const [verb = '', sub = ''] = words.map(word => word.toUpperCase());
  if (/^(?:EVAL|EVALSHA|FCALL)$/.test(verb) && /FLUSHALL|FLUSHDB/i.test(words.join(' ')))
    return {
      kind: 'data',
      loses: 'store',
      how: 'runs a script that deletes every key of the Redis database',
    };
  if (verb === 'FLUSHALL')
    return { kind: 'data', loses: 'store', how: 'deletes every key of every Redis database' };
  if (verb === 'FLUSHDB')
    return { kind: 'data', loses: 'store', how: 'deletes every key of the Redis database' };
  if (verb === 'SHUTDOWN') return { kind: 'system', act: 'service', how: 'stops the Redis server' };
  if (
    (verb === 'CONFIG' && /^(?:SET|RESETSTAT|REWRITE)$/.test(sub)) ||
    verb === 'FAILOVER' ||
    verb === 'SWAPDB'
  )
    return {
      kind: 'infrastructure',
      act: 'change',
      how: 'changes the settings of the Redis server',
      local: false,
    };
  if (/^(?:SCRIPT|FUNCTION)$/.test(verb) && sub === 'FLUSH')
    return { kind: 'data', loses: 'object', how: 'deletes the scripts of the Redis server' };
  if (verb === 'DEBUG' && /^(?:SEGFAULT|PANIC|RESTART|CRASH-AND-RECOVER)$/.test(sub))
    return { kind: 'system', act: 'service', how: 'crashes the Redis server' };
  if (/^(?:DEL|UNLINK)$/.test(verb) && words.slice(1).some(word => !isKnown(word) || word.includes('*')))
    return { kind: 'data', loses: 'object', how: 'deletes keys that are only known when it runs' };
  if (verb === 'ACL' && /^(?:SETUSER|DELUSER|LOAD)$/.test(sub))
    return {
      kind: 'infrastructure',
      act: 'access',
      how: 'changes who may use the Redis server',
      local: false,
    };
  if (verb === 'MODULE' && /^(?:UN)?LOAD/.test(sub))
    return { kind: 'system', act: 'privilege', how: 'loads code into the Redis server, or takes it out' };
  if (verb === 'CLIENT' && /^(?:KILL|PAUSE)$/.test(sub))
    return { kind: 'system', act: 'service', how: 'ends or stops connections of the Redis server' };
  if (/^(?:REPLICAOF|SLAVEOF)$/.test(verb) && words.length === 3)
    return { kind: 'data', loses: 'store', how: 'makes the Redis server a copy of another, or ends that' };
  if (/^(?:CLUSTER|FAILOVER|XGROUP)$/.test(verb) && /^(?:RESET|FLUSHSLOTS|FORGET|DESTROY)$/.test(sub))
    return { kind: 'data', loses: 'store', how: `runs ${verb} ${sub} on the Redis server` };
  return undefined;
}

const redis: Tool = {
  options:
    '-h= -p= -s= -a= --user= --pass= -u= -r= -i= -n= -d= -D= -x -X= -c --tls --cacert= --cert= --key= --raw --no-raw --csv --json --stat --latency --scan --pattern= --bigkeys --eval= --pipe -e --no-auth-warning --rdb= --ldb -2 -3',
  style: { stopAtOperand: true },
  run: call => {
    const lines =
      call.options.operands.length > 0
        ? [call.options.operands.map(arg => arg.text)]
        : isKnown(call.stdin.text)
          ? call.stdin.text.split('\n').map(line => line.trim().split(/\s+/))
          : [];
    for (const words of lines) {
      const deed = redisDeed(words);
      if (deed !== undefined) call.effect(deed);
    }
    return undefined;
  },
};

const memcached: Tool = {
  run: call => {
    if (call.args.some(arg => arg.text === 'flush_all'))
      call.effect({ kind: 'data', loses: 'store', how: 'forgets everything that memcached holds' });
    return undefined;
  },
};

export const redisFamily: Family = {
  ...named('redis-cli valkey-cli keydb-cli iredis', redis),
  'memcached-tool': memcached,
};
