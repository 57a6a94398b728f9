/**
 * So many statements are kept prepared on a connection: several times what the program has. A text that is put together
 * anew for each call must not fill the database's memory with statements that never come again.
 */
const mostPrepared = 1_000;

/** Answers the name under which a connection keeps a statement prepared; none for one that comes after the first thousand. */
export type StatementNames = (text: string) => string | undefined;

/**
 * A prepared statement is parsed and, in the end, planned once instead of at every call, which is three quarters of what a
 * statement of ours costs on PGlite. One text has one name on every connection.
 */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  return text => {
    const known = names.get(text);
    if (known !== undefined || names.size === mostPrepared) return known;
    const name = `interlock_${names.size + 1}`;
    names.set(text, name);
    return name;
  };
}

/**
 * True where the schema has changed in such a way that a statement prepared before would answer other columns: it has to be
 * prepared again. (The routine in plancache.c that finds out names itself in the error; its code alone says little.)
 */
export function isOutdatedPlan(thrown: unknown): boolean {
  return thrown instanceof Error && 'routine' in thrown && thrown.routine === 'RevalidateCachedQuery';
}
