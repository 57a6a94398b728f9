import type { ClientBase, Connection } from 'pg';
import { DatabaseError } from 'pg-protocol';
import { emptyQuery } from 'pg-protocol/dist/messages.js';
import type { Exchange, Outcome } from './exchange.ts';

/**
 * Sends an exchange on a connection of `pg`, as cursors and other such things do: the driver asks to submit it when the
 * connection is free, and hands over what comes back.
 * @throws where the connection broke.
 */
export function exchangeOn(client: ClientBase, { request, read, outcome }: Exchange): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const submission = {
      /** Where there is a time-out for queries, the driver puts the end of it in here. */
      callback: () => {},
      submit(connection: Connection) {
        connection.stream.write(request);
      },
      handleRowDescription: read,
      handleDataRow: read,
      handleCommandComplete: read,
      handleEmptyQuery: () => read(emptyQuery),
      handleError(error: Error) {
        submission.callback();
        // The driver hands over nothing more after it.
        read(error);
        if (error instanceof DatabaseError) resolve(outcome());
        else reject(error);
      },
      handleReadyForQuery() {
        submission.callback();
        resolve(outcome());
      },
    };
    client.query(submission);
  });
}
