import { join } from 'node:path';

/**
 * The folder with the claims of one coordinator. For the embedded store it is the home itself, which holds
 * what the claim protects. A shared database needs no owner, but one coordinator per home is enough for it,
 * so each has a folder too, named after a hash, because the URL holds a password.
 */
export async function claimFolder(home: string, databaseUrl: string | undefined): Promise<string> {
  if (databaseUrl === undefined) return home;
  const { createHash } = await import('node:crypto');
  return join(home, 'shared', createHash('sha256').update(databaseUrl).digest('hex').slice(0, 16));
}
