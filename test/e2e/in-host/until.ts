import { setTimeout as pause } from 'node:timers/promises';

/** The first value that is there, looked for ten times a second. Throws when there is none after so many milliseconds. */
export async function until<Value>(
  what: string,
  look: () => Value | undefined | Promise<Value | undefined>,
  milliseconds = 30_000,
): Promise<Value> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`There is no ${what} after ${milliseconds} ms.`);
    await pause(100);
  }
}
