import type { Readable } from 'node:stream';
import { createSplitter } from '../lines.ts';

/**
 * Hands over each line as it comes, and tells when there are no more.
 * @param ended gets an error where the stream failed.
 */
export function readLines(
  input: Readable,
  onLine: (line: string) => void,
  ended: (error?: Error) => void,
): void {
  const splitter = createSplitter();
  let over = false;

  function end(error?: Error): void {
    if (over) return;
    over = true;
    if (error === undefined) for (const line of splitter.end()) onLine(line);
    else input.destroy();
    ended(error);
  }

  input.on('data', (chunk: Buffer) => {
    if (over) return;
    try {
      for (const line of splitter.push(chunk)) onLine(line);
    } catch (error) {
      end(error instanceof Error ? error : new Error(String(error)));
    }
  });
  input.once('end', () => end());
  input.once('error', end);
  input.once('close', () => end());
}
