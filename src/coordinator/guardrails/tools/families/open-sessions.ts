import type { Call, Family, Tool } from '../tool.ts';
import { mongoDeeds, runSql } from './databases.ts';
import { fileFamily } from './files.ts';
import { redisDeed } from './redis.ts';

/**
 * Agents also type into programs that are already open: a line that is a SQL statement or a Redis command is judged as
 * such, because that is what the terminal will make of it.
 */
const sql: Tool = {
  run: call => {
    runSql(call, wholeLine(call));
    return undefined;
  },
};

function wholeLine(call: Call): string {
  return [call.name, ...call.args.map(arg => arg.text)].join(' ');
}

const truncate: Tool = {
  ...fileFamily.truncate,
  run: call =>
    /^table$/i.test(call.args[0]?.text ?? '') ? sql.run?.(call) : fileFamily.truncate?.run?.(call),
};

const redis: Tool = {
  run: call => {
    const deed = redisDeed([call.name, ...call.args.map(arg => arg.text)]);
    if (deed !== undefined) call.effect(deed);
    return undefined;
  },
};

export const openSessionFamily: Family = {
  drop: sql,
  delete: sql,
  update: sql,
  alter: sql,
  grant: sql,
  truncate,
  flushall: redis,
  flushdb: redis,
};

/** A line for an open MongoDB shell is no shell text at all, so that no parser of one sees a command in it. */
export function mongoLine(text: string): ReturnType<typeof mongoDeeds> {
  return /^\s*(?:use \w+\s*;?\s*)?db\s*\./.test(text) ? mongoDeeds(text) : [];
}
