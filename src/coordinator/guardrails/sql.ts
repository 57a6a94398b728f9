import type { Deed } from './effects.ts';
import { unknown } from './shell/value.ts';
import { type Token, tokenize } from './sql-tokens.ts';

/**
 * Reads SQL of any dialect for what it would lose. Not a parser, on purpose: one dialect's parser refuses another's text and
 * everything with a hole from the shell in it (`drop table $T`), and would then have to be backed by this all the same.
 * It knows statements, parentheses, strings, identifiers and comments, which is enough to tell what is dropped, emptied or
 * changed without a condition, in CTEs, DO blocks and EXECUTE as well. Its limits: text that a database puts together before it
 * executes it (`EXECUTE 'dr' || 'op …'`), the bodies of procedures that are only called, and a condition that is true of every
 * row without looking so (`WHERE created > '1970-01-01'`).
 */
export function sqlDeeds(sql: string): Deed[] {
  return statements(tokenize(sql)).flatMap(statement => deedsOf(statement));
}

/** Shell commands that a client runs because the SQL says so: `\! cmd`, `COPY … PROGRAM 'cmd'`, `xp_cmdshell 'cmd'`. */
export function sqlShellCommands(sql: string): string[] {
  const commands = [...sql.matchAll(/^\s*(?:\\!|system|!|\.(?:shell|system))\s+(.+)$/gim)].map(
    match => match[1] ?? '',
  );
  for (const match of sql.matchAll(
    /\b(?:program|xp_cmdshell|sys_exec|sys_eval|exec\s+master\.\.xp_cmdshell)\s*\(?\s*'((?:[^']|'')*)'/gi,
  ))
    commands.push((match[1] ?? '').replaceAll("''", "'"));
  return commands;
}

/** How SQL begins that takes something away; for texts of which nobody says that they are SQL. */
export const deletingSql =
  /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]{0,200}?\*\/\s*)*(?:drop\s+(?:table|database|schema|view|index|keyspace|user|role|materialized|stream|bucket|collection)\b|truncate\s+(?:table\s+)?[\w."`[]+|delete\s+from\s|update\s+[\w."`[\]]+\s+set\s|alter\s+(?:table|database|user|role|system)\s)/i;

function statements(tokens: readonly Token[]): Token[][] {
  const list: Token[][] = [[]];
  for (const token of tokens) {
    if (token.text === ';') list.push([]);
    else list.at(-1)?.push(token);
  }
  return list.filter(statement => statement.length > 0);
}

const word = (token: Token | undefined) =>
  token?.kind === 'word' ? token.text.toUpperCase() : (token?.text ?? '');

function deedsOf(statement: readonly Token[]): Deed[] {
  const first = word(statement[0]);
  if (first === 'EXPLAIN' && !statement.slice(0, 6).some(token => word(token) === 'ANALYZE')) return [];
  // A procedure's body is data until it is called; what DO runs, it runs now.
  if (
    first === 'CREATE' &&
    statement.some(token => /^(?:FUNCTION|PROCEDURE|TRIGGER|RULE)$/.test(word(token)))
  )
    return [];
  // sqlite's own: everything in the database is replaced.
  if (first === '.' && word(statement[1]) === 'RESTORE')
    return [{ kind: 'data', loses: 'store', how: 'replaces the whole database by a backup' }];
  const deeds: Deed[] = [];
  for (let i = 0; i < statement.length && deeds.length < maximumDeeds; i++) {
    const token = statement[i];
    const deed =
      token?.kind === 'word' && verbs.has(token.text.toUpperCase()) ? deedAt(statement, i) : undefined;
    if (deed !== undefined) deeds.push(deed);
    if (token?.kind === 'body') deeds.push(...sqlDeeds(token.text));
    // EXECUTE 'drop …' and PREPARE … FROM '…' run what stands in the string.
    if (token?.kind === 'string' && /^(?:EXECUTE|IMMEDIATE|FROM|EXEC)$/.test(word(statement[i - 1])))
      deeds.push(...sqlDeeds(unquoted(token.text)));
    const called = calledFunction(statement, i);
    if (called !== undefined) deeds.push(called);
  }
  return deeds;
}

/** `'it''s'` → `it's`. */
function unquoted(literal: string): string {
  return literal.replace(/^[a-z]?'|'$/gi, '').replaceAll("''", "'");
}

/** What looks like a question and is none: functions of the server that end, remove or start something. */
function calledFunction(statement: readonly Token[], at: number): Deed | undefined {
  if (statement[at + 1]?.text !== '(') return undefined;
  switch (word(statement[at])) {
    case 'PG_TERMINATE_BACKEND':
    case 'PG_CANCEL_BACKEND':
      // One process by its number is what one looks up first.
      return /^\d/.test(statement[at + 2]?.text ?? '')
        ? undefined
        : { kind: 'system', act: 'service', how: 'ends connections of the database, whoever uses them' };
    case 'PG_DROP_REPLICATION_SLOT':
    case 'LO_UNLINK':
      return { kind: 'data', loses: 'object', how: `runs ${word(statement[at]).toLowerCase()}` };
    case 'XP_CMDSHELL':
    case 'SYS_EXEC':
    case 'SYS_EVAL':
      return runsProgram;
    default:
      return undefined;
  }
}

const runsProgram: Deed = {
  kind: 'system',
  act: 'privilege',
  how: 'starts a program on the database server',
};

const verbs = new Set([
  'DROP',
  'TRUNCATE',
  'DELETE',
  'UPDATE',
  'ALTER',
  'INSERT',
  'CREATE',
  'PURGE',
  'RESET',
  'GRANT',
  'REVOKE',
  'SET',
  'MERGE',
  'COPY',
  'EXEC',
  'EXECUTE',
  'REASSIGN',
  'REMOVE',
  'SHUTDOWN',
]);

/** One statement that does more than this says enough; and looking ahead from each verb stays linear. */
const maximumDeeds = 16;
const maximumLookAhead = 4_000;

/** A statement may begin in the middle: after `WITH x AS (`, `EXPLAIN ANALYZE`, `BEGIN`, a label, a `THEN`. */
function deedAt(statement: readonly Token[], at: number): Deed | undefined {
  const previous = word(statement[at - 1]);
  const begins =
    at === 0 || /^(?:\(|\)|ANALYZE|BEGIN|THEN|ELSE|LOOP|VERBOSE|AS|GO|BODY|TRANSACTION)$/.test(previous);
  const rest = statement.slice(at, at + maximumLookAhead);
  switch (word(statement[at])) {
    case 'DROP':
      if (begins) return dropped(rest);
      return undefined;
    case 'TRUNCATE':
      return begins && word(rest[1]) !== '('
        ? losesRows(`empties ${nameAfter(rest, ['TABLE', 'ONLY', 'PARTITION'])}`)
        : undefined;
    case 'DELETE':
      return begins && deletes(rest) && !hasCondition(rest)
        ? losesRows(
            `deletes every row of ${nameAfter(rest, ['FROM', 'ONLY', 'IGNORE', 'QUICK', 'LOW_PRIORITY'])}`,
          )
        : undefined;
    case 'UPDATE':
      return begins && !hasCondition(rest) && rest.some(token => word(token) === 'SET')
        ? losesRows(
            `changes every row of ${nameAfter(rest, ['ONLY', 'IGNORE', 'LOW_PRIORITY', 'OR', 'ROLLBACK', 'REPLACE'])}`,
          )
        : undefined;
    case 'ALTER':
      return begins ? altered(rest) : undefined;
    case 'INSERT':
      return begins && word(rest[1]) === 'OVERWRITE'
        ? losesRows(`replaces every row of ${nameAfter(rest, ['OVERWRITE', 'TABLE', 'INTO'])}`)
        : undefined;
    case 'CREATE':
      return begins ? (replaced(rest) ?? createsOwner(rest)) : undefined;
    case 'MERGE':
      return begins && matchedAreDeleted(rest)
        ? losesRows(`deletes the rows of ${nameAfter(rest, ['INTO'])} that another table names`)
        : undefined;
    case 'COPY':
      return begins &&
        rest.some((token, index) => word(token) === 'PROGRAM' && rest[index + 1]?.kind === 'string')
        ? runsProgram
        : undefined;
    case 'EXEC':
    case 'EXECUTE':
      return begins && rest.slice(1, 8).some(token => word(token) === 'XP_CMDSHELL')
        ? runsProgram
        : undefined;
    case 'REASSIGN':
      return begins ? grantsAccess('gives everything of one account to another') : undefined;
    // SurrealDB says REMOVE for what everyone else calls DROP.
    case 'REMOVE':
      return begins && /^(?:TABLE|DATABASE|NAMESPACE|INDEX|FIELD|USER)$/.test(word(rest[1]))
        ? {
            kind: 'data',
            loses: 'object',
            how: `removes the ${word(rest[1]).toLowerCase()} ${rest[2]?.text ?? ''}`,
          }
        : undefined;
    case 'SHUTDOWN':
      return at === 0 && rest.length <= 3
        ? { kind: 'system', act: 'service', how: 'stops the database server' }
        : undefined;
    case 'PURGE':
    case 'RESET':
      return begins && /^(?:BINARY|MASTER|REPLICA|SLAVE)$/.test(word(rest[1]))
        ? { kind: 'data', loses: 'store', how: 'removes the logs that lost data is restored from' }
        : undefined;
    case 'GRANT':
      return begins &&
        (word(rest[1]) === 'ALL' ||
          rest.some(token => /^(?:SUPERUSER|SUPER|DBA|SYSADMIN|PUBLIC)$/.test(word(token))))
        ? {
            kind: 'infrastructure',
            act: 'access',
            how: 'grants every privilege in the database',
            local: false,
          }
        : undefined;
    case 'REVOKE':
      return begins ? grantsAccess('takes privileges in the database away') : undefined;
    case 'SET':
      if (begins && word(rest[1]) === 'GLOBAL') return changesServer;
      return begins && word(rest[1]) === 'PASSWORD'
        ? grantsAccess('changes a password of the database')
        : undefined;
    default:
      return undefined;
  }
}

const changesServer: Deed = {
  kind: 'infrastructure',
  act: 'change',
  how: 'changes the settings of the database server',
  local: false,
};

/** `CREATE ROLE x SUPERUSER` makes an account that no grant binds. */
function createsOwner(rest: readonly Token[]): Deed | undefined {
  const mighty = rest.some(token => /^(?:SUPERUSER|SYSADMIN|DBA|ACCOUNTADMIN)$/.test(word(token)));
  return mighty && /^(?:USER|ROLE|LOGIN)$/.test(word(rest[1]))
    ? grantsAccess('makes an account that may do everything in the database')
    : undefined;
}

function matchedAreDeleted(rest: readonly Token[]): boolean {
  return rest.some((token, index) => word(token) === 'DELETE' && word(rest[index - 1]) === 'THEN');
}

function grantsAccess(how: string): Deed {
  return { kind: 'infrastructure', act: 'access', how, local: false };
}

function losesRows(how: string): Deed {
  return { kind: 'data', loses: 'rows', how };
}

function deletes(rest: readonly Token[]): boolean {
  // MySQL: `DELETE t FROM t JOIN …`; elsewhere FROM follows at once (and T-SQL may leave it out).
  return (
    rest.length > 1 &&
    word(rest[1]) !== '(' &&
    word(rest[1]) !== ',' &&
    !/^(?:CASCADE|ON|RULE|NO|RESTRICT)$/.test(word(rest[1]))
  );
}

const stores =
  /^(?:DATABASE|SCHEMA|KEYSPACE|TABLESPACE|CATALOG|CLUSTER|BUCKET|DATASET|WAREHOUSE|MEASUREMENT)$/;
const objects =
  /^(?:TABLE|VIEW|INDEX|SEQUENCE|TYPE|FUNCTION|PROCEDURE|TRIGGER|EXTENSION|USER|ROLE|LOGIN|POLICY|PUBLICATION|SUBSCRIPTION|SERVER|COLLECTION|STREAM|DICTIONARY|PARTITION|COLUMN|CONSTRAINT|MATERIALIZED|FOREIGN|AGGREGATE|DOMAIN|EVENT|OWNED|STAGE|PIPE|TASK|STATISTICS|RULE|SERIES|RETENTION|SYNONYM|PACKAGE|LANGUAGE|CAST|OPERATOR|COLLATION|GRAPH|LABEL|NODE)$/;

function dropped(rest: readonly Token[]): Deed | undefined {
  const kinds = rest.slice(1, 4).map(word);
  if (kinds[0] === 'TEMPORARY' || kinds[0] === 'TEMP') return undefined;
  const type = kinds.find(kind => stores.test(kind) || objects.test(kind));
  if (type === undefined) return undefined;
  const name = nameAfter(rest, [
    'IF',
    'EXISTS',
    'CONCURRENTLY',
    'MATERIALIZED',
    'FOREIGN',
    'OWNED',
    'BY',
    type,
  ]);
  return {
    kind: 'data',
    loses: stores.test(type) ? 'store' : 'object',
    how: `drops the ${type.toLowerCase()} ${name}`,
  };
}

function altered(rest: readonly Token[]): Deed | undefined {
  if (/^(?:USER|ROLE|LOGIN)$/.test(word(rest[1]))) return grantsAccess('changes an account of the database');
  if (word(rest[1]) === 'SYSTEM') return changesServer;
  if (word(rest[1]) !== 'TABLE') return undefined;
  if (/\bDISABLE ROW LEVEL SECURITY\b/.test(rest.slice(2, 12).map(word).join(' ')))
    return grantsAccess('lets every account see every row of a table');
  // ClickHouse changes rows by ALTER.
  const mutation = rest.findIndex(
    (token, index) => index > 1 && /^(?:DELETE|UPDATE)$/.test(word(token)) && word(rest[index - 1]) !== 'ON',
  );
  if (mutation > 0 && rest.slice(mutation).some(token => word(token) === 'WHERE'))
    return hasCondition(rest.slice(mutation))
      ? undefined
      : losesRows(`changes or deletes every row of ${nameAfter(rest, ['TABLE'])}`);
  const at = rest.findIndex((token, index) => index > 1 && /^(?:DROP|TRUNCATE)$/.test(word(token)));
  if (at < 0) return undefined;
  const what = word(rest[at + 1]);
  if (/^(?:DEFAULT|NOT|CONSTRAINT|INDEX|KEY|FOREIGN|PRIMARY|IDENTITY|EXPRESSION|CHECK)$/.test(what)) {
    // A default or a constraint holds no data, but what it kept out comes in.
    return undefined;
  }
  const table = nameAfter(rest, ['TABLE', 'IF', 'EXISTS', 'ONLY']);
  return {
    kind: 'data',
    loses: 'object',
    how: `drops ${what === 'PARTITION' ? 'a partition' : 'a column'} of ${table} with its data`,
  };
}

function replaced(rest: readonly Token[]): Deed | undefined {
  const head = rest.slice(1, 6).map(word).join(' ');
  if (!/^OR REPLACE (?:TRANSIENT )?(?:TABLE|DATABASE|SCHEMA)/.test(head)) return undefined;
  return {
    kind: 'data',
    loses: 'object',
    how: `replaces ${nameAfter(rest, ['OR', 'REPLACE', 'TRANSIENT', 'TABLE', 'DATABASE', 'SCHEMA'])} with an empty one`,
  };
}

/** The name behind a verb and its noise words, parts of it joined. */
function nameAfter(rest: readonly Token[], noise: readonly string[]): string {
  let i = 1;
  while (i < rest.length && noise.includes(word(rest[i]))) i++;
  let name = '';
  for (; i < rest.length && name.length < 80; i++) {
    const token = rest[i];
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'name' && token.text !== '.')) break;
    if (token.kind === 'word' && token.text !== '.' && name !== '' && !name.endsWith('.')) break;
    name += token.text;
  }
  return name === '' ? 'something' : name;
}

/** A WHERE that does select: `WHERE 1=1` and `WHERE true` are none, nor is a LIMIT, which takes rows that nobody chose. USING counts. */
function hasCondition(rest: readonly Token[]): boolean {
  let depth = 0;
  for (let i = 1; i < rest.length; i++) {
    const text = word(rest[i]);
    if (text === '(') depth++;
    if (text === ')' && --depth < 0) return false;
    if (depth === 0 && (text === 'WHERE' || text === 'USING')) return !isAlwaysTrue(rest.slice(i + 1));
    // What cannot be known may hold the condition, or not.
    if (depth === 0 && i > 3 && rest[i]?.text.includes(unknown)) return true;
  }
  return false;
}

function isAlwaysTrue(condition: readonly Token[]): boolean {
  const [left, operator, right] = condition;
  const end = (index: number) => {
    const next = word(condition[index]);
    return next === '' || next === ')' || next === 'RETURNING' || next === 'OR';
  };
  if (/^(?:TRUE|[1-9]\d*)$/.test(word(left)) && end(1)) return true;
  if (word(left) === 'NOT' && /^(?:FALSE|0)$/.test(word(operator)) && end(2)) return true;
  // Keys begin at one, and none is missing: `id > 0` and `id IS NOT NULL` are how a client's safe mode is talked round.
  const isKey = left?.kind !== 'string' && /(?:^|_)id$/i.test(left?.text ?? '');
  if (isKey && operator?.text === '>' && right?.text === '0' && end(3)) return true;
  if (isKey && condition.slice(1, 4).map(word).join(' ') === 'IS NOT NULL' && end(4)) return true;
  return operator?.text === '=' && left?.text === right?.text && end(3);
}
