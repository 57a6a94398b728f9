import { randomUUID } from 'node:crypto';

/**
 * What stands behind a link in a notification or a document. Agents can run commands of the editor, so a command that
 * decides takes no id that an agent could know, only a token that this window made for something it showed.
 */
export interface ClickTokens<Subject> {
  issue(subject: Subject): string;
  redeem(token: unknown): Subject | undefined;
}

/** Older ones are forgotten: what they stood for has long left the screen. */
const mostTokens = 500;

export function createClickTokens<Subject>(): ClickTokens<Subject> {
  const subjects = new Map<string, Subject>();
  return {
    issue(subject) {
      const token = randomUUID();
      subjects.set(token, subject);
      const [oldest] = subjects.keys();
      if (subjects.size > mostTokens && oldest !== undefined) subjects.delete(oldest);
      return token;
    },
    redeem: token => (typeof token === 'string' ? subjects.get(token) : undefined),
  };
}
