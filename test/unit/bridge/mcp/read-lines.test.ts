import { PassThrough, Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../../../src/bridge/mcp/read-lines.ts';

function linesOf(input: Readable): Promise<{ lines: string[]; error?: Error }> {
  const lines: string[] = [];
  return new Promise(resolve => {
    readLines(
      input,
      line => lines.push(line),
      error => resolve({ lines, ...(error ? { error } : {}) }),
    );
  });
}

describe('readLines', () => {
  it('finds the same lines however the bytes are cut', async () => {
    const line = fc.string({ unit: 'grapheme' }).map(text => `x${text.replaceAll(/[\r\n]/g, '')}`);
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.array(fc.integer({ min: 1, max: 9 })), async (lines, cuts) => {
        const bytes = Buffer.from(lines.map(text => `${text}\n`).join(''));
        const pieces: Buffer[] = [];
        for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
          const size = cuts[cut % Math.max(cuts.length, 1)] ?? bytes.length;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(await linesOf(Readable.from(pieces))).toEqual({ lines });
      }),
    );
  });

  it('skips blank lines, takes Windows line ends, and the last line without one', async () => {
    expect(await linesOf(Readable.from([Buffer.from('{"a":1}\r\n\n  \n{"b":2}')]))).toEqual({
      lines: ['{"a":1}', '{"b":2}'],
    });
  });

  it('tells when the stream breaks', async () => {
    const stream = new PassThrough();
    const result = linesOf(stream);
    stream.destroy(new Error('ECONNRESET'));
    expect((await result).error?.message).toBe('ECONNRESET');
  });

  it('gives a stream up that sends no end of a line', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(8 * 1024 * 1024, 'x'));
      },
    });
    expect((await linesOf(endless)).error?.message).toContain('longer than');
  });
});
