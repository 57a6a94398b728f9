import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readPayload } from '../../../../src/bridge/hook/payload.ts';

describe('readPayload', () => {
  it('reads JSON that comes in pieces, with a byte order mark in front', async () => {
    const text = Buffer.from('\uFEFF{"tool_name":"Bäsh"}\n');
    const pieces = [...text].map(byte => Buffer.from([byte]));
    expect(await readPayload(Readable.from(pieces))).toEqual({ value: { tool_name: 'Bäsh' } });
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['{"a":', 'not JSON'],
    ['hello', 'not JSON'],
  ])('says what is wrong with %j', async (text, what) => {
    expect(await readPayload(Readable.from([Buffer.from(text)]))).toMatchObject({
      missing: expect.stringContaining(what),
    });
  });

  it('stops reading beyond its limit', async () => {
    let sent = 0;
    const endless = new Readable({
      read() {
        sent += 1024;
        this.push(Buffer.alloc(1024, ' '));
      },
    });
    expect(await readPayload(endless, 64 * 1024)).toMatchObject({
      missing: expect.stringContaining('larger'),
    });
    expect(sent).toBeLessThan(1024 * 1024);
  });

  it('takes what there is from a stream that falls silent without an end', async () => {
    const open = new PassThrough();
    open.write('{"a":1}');
    expect(await readPayload(open, 1024, 5)).toEqual({ value: { a: 1 } });
  });

  it('takes a stream that fails for one that ended', async () => {
    const failing = new Readable({ read: () => {} });
    failing.destroy(new Error('EIO'));
    expect(await readPayload(failing, 1024, 50)).toMatchObject({ missing: expect.stringContaining('empty') });
  });
});
