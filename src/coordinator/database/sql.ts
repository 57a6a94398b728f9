import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutorProvider,
  type RawBuilder,
  sql,
} from 'kysely';

/** SQL as a tagged template. Every `${value}` becomes a parameter; identifiers go through `sql.ref` and `sql.table`. */
export { sql };

/** A statement that can be turned into text and parameters: a `sql` template, or a query built with {@link queryBuilder}. */
export interface Query<Row = unknown> {
  compile(executor: QueryExecutorProvider): CompiledQuery<Row>;
}

/** What an adapter sends. */
export interface Statement {
  readonly text: string;
  readonly parameters: Parameter[];
}

type Scalar = string | number | bigint | boolean | Date | Uint8Array | null;
export type Parameter = Scalar | Scalar[];

/**
 * Kysely's builder over the given tables, for queries whose shape depends on the call. It only builds: the port runs.
 * Give a built insert, update or delete a `returning`, or its row type is Kysely's own result and not what comes back.
 */
export function queryBuilder<Tables>(): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: db => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

const compiler = queryBuilder<unknown>();

/**
 * @throws {TypeError} for a parameter that the two drivers would not send alike: `undefined`, a plain object, a nested
 * array, an invalid date, a number that is not finite. JSON goes through {@link jsonb}.
 */
export function compile(query: Query): Statement {
  const { sql: text, parameters } = query.compile(compiler);
  return { text, parameters: parameters.map((value, index) => parameter(value, index + 1, text)) };
}

function parameter(value: unknown, position: number, text: string): Parameter {
  if (isScalar(value)) return value;
  if (Array.isArray(value) && value.every(isScalar)) return value;
  throw new TypeError(
    `Parameter $${position} of "${text}" is ${describe(value)}. A parameter is a string, a finite number, a bigint, a boolean, a valid Date, bytes, null or a flat array of these; JSON goes through jsonb().`,
  );
}

function isScalar(value: unknown): value is Scalar {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      if (value instanceof Date) return !Number.isNaN(value.getTime());
      return value === null || value instanceof Uint8Array;
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'an array with something else in it';
  if (value instanceof Date) return 'an invalid date';
  return typeof value === 'object' ? 'an object' : String(value);
}

/**
 * Deeper JSON is no document of ours but an attack: Postgres parses it by recursion, and PGlite's stack ends somewhere
 * beyond 4,000 levels without an error that could be caught.
 */
const deepestJson = 200;

/**
 * A value as a `jsonb` parameter. `undefined` members are left out, as JSON.stringify does.
 * @throws {RangeError} where it nests deeper than 200 levels.
 */
export function jsonb(value: unknown): RawBuilder<unknown> {
  refuseDeeper(value, deepestJson);
  return sql`${JSON.stringify(value ?? null)}::jsonb`;
}

function refuseDeeper(value: unknown, levels: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (levels === 0) throw new RangeError(`JSON may nest ${deepestJson} levels deep; this nests deeper.`);
  for (const member of Object.values(value)) refuseDeeper(member, levels - 1);
}

/**
 * Tells every listener on the channel, once the surrounding transaction has committed. Postgres sends equal payloads of
 * one transaction once, and refuses one of 8,000 bytes or more.
 */
export function notify(channel: string, payload: string): Query<{ pg_notify: '' }> {
  return sql`select pg_notify(${channel}, ${payload})`;
}
