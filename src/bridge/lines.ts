import { StringDecoder } from 'node:string_decoder';

/** Longer than any line of a sane peer, in characters; beyond it the stream is given up, not the memory. */
const longestLine = 64 * 1024 * 1024;

/** Cuts bytes into lines without their ends. Blank lines are left out. */
export interface Splitter {
  /** The lines that the bytes complete. @throws Error where a line is too long. */
  push(bytes: Buffer): readonly string[];
  /** The last line, where it has no end. */
  end(): readonly string[];
}

export function createSplitter(): Splitter {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let held = 0;

  function take(): readonly string[] {
    const line = pieces.join('').replace(/\r$/, '');
    pieces = [];
    held = 0;
    return line.trim() === '' ? [] : [line];
  }

  return {
    push(bytes) {
      const [first = '', ...more] = decoder.write(bytes).split('\n');
      const lines: string[] = [];
      pieces.push(first);
      held += first.length;
      for (const next of more) {
        lines.push(...take());
        pieces = [next];
        held = next.length;
      }
      if (held > longestLine) throw new Error(`a line is longer than ${longestLine} characters`);
      return lines;
    },
    end: take,
  };
}
