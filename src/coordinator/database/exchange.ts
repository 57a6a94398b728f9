import { DatabaseError, serialize } from 'pg-protocol';
import {
  CommandCompleteMessage,
  DataRowMessage,
  emptyQuery,
  type Field,
  noData,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages.js';
import { parserFor } from './column-types.ts';
import { parameterText } from './parameter-text.ts';
import { isOutdatedPlan, type StatementNames } from './prepared.ts';
import type { Statement } from './sql.ts';

/** What came back for a statement. */
export interface Reply {
  /**
   * Its rows, read now.
   * @throws {RangeError} for a value that does not fit.
   */
  rows(): Record<string, unknown>[];
  /** What was done, in Postgres' words: `COMMIT`, `INSERT 0 1`. */
  readonly command: string | undefined;
}

/** What came back for statements that were sent together. */
export interface Outcome {
  /** One for each statement before the one that was refused. */
  readonly replies: readonly Reply[];
  /** Why the next statement was refused; those behind it were not looked at. */
  readonly refusal?: Error;
}

/** Statements on their way to a database and back. */
export interface Exchange {
  /** What is to be sent, at one time. */
  readonly request: Buffer;
  /** Takes in one message of the answer. It never throws: a parser would take what is left for the beginning of the next answer. */
  read(message: object): void;
  /** What has come back, once the database is ready for more. */
  outcome(): Outcome;
}

/** Prepares what is to be said on one connection, and remembers what it has prepared there. */
export type Conversation = (statements: readonly Statement[]) => Exchange;

/**
 * Speaks the extended protocol of Postgres: each statement is prepared once for a connection, and several go in one message
 * with one end, so that a refusal skips the rest of it.
 */
export function createConversation(nameOf: StatementNames): Conversation {
  /** By name, what the rows of a prepared statement look like. */
  const prepared = new Map<string, readonly Column[]>();

  return statements => {
    const names = statements.map(({ text }) => nameOf(text) ?? '');
    /** Names that this message prepares, so that a statement that occurs twice in it is prepared once. */
    const preparing = new Set<string>();
    const request = statements.flatMap(({ text, parameters }, index) => {
      const name = names[index] ?? '';
      const isKnown = name !== '' && (prepared.has(name) || preparing.has(name));
      if (name !== '') preparing.add(name);
      return [
        ...(isKnown ? [] : preparation(name, text)),
        serialize.bind({ statement: name, values: parameters.map(parameterText) }),
        serialize.execute({}),
      ];
    });
    const replies: Reply[] = [];
    let fields: (string | null)[][] = [];
    let columns: readonly Column[] | undefined;
    let refusal: DatabaseError | undefined;
    const described = (found: readonly Column[]) => {
      columns = found;
      const name = names[replies.length] ?? '';
      if (name !== '') prepared.set(name, found);
    };
    const completed = (command: string | undefined) => {
      const known = columns ?? prepared.get(names[replies.length] ?? '');
      // Of a statement without rows not every driver tells that it was described.
      if (known === undefined) described([]);
      const raw = fields;
      replies.push({ rows: () => raw.map(row => rowOf(known ?? [], row)), command });
      fields = [];
      columns = undefined;
    };
    return {
      request: Buffer.concat([...request, serialize.sync()]),
      read(message) {
        if (message instanceof DataRowMessage) fields.push(message.fields);
        else if (message instanceof CommandCompleteMessage) completed(message.text);
        else if (message === emptyQuery) completed(undefined);
        else if (message instanceof RowDescriptionMessage) described(message.fields.map(columnOf));
        else if (message === noData) described([]);
        else if (message instanceof DatabaseError) {
          refusal ??= message;
          if (isOutdatedPlan(message)) prepared.delete(names[replies.length] ?? '');
        }
      },
      outcome: () => ({ replies, ...(refusal === undefined ? {} : { refusal }) }),
    };
  };
}

/** The name may be in use, by a statement whose preparation failed half-way or whose plan is outdated. */
function preparation(name: string, text: string): Buffer[] {
  return [
    serialize.close({ type: 'S', name }),
    serialize.parse({ name, text }),
    serialize.describe({ type: 'S', name }),
  ];
}

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

function columnOf({ name, dataTypeID }: Field): Column {
  return { name, parse: parserFor(dataTypeID) };
}

function rowOf(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ name, parse }, index) => {
      const text = fields[index] ?? null;
      return [name, text === null ? null : parse(text)];
    }),
  );
}
