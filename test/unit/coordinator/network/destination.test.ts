import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  covers,
  destinationOf,
  isLoopback,
  patternOf,
  shownDestination,
} from '../../../../src/coordinator/network/destination.ts';

describe('a destination', () => {
  test.each([
    ['example.com', 'example.com'],
    ['EXAMPLE.com.', 'example.com'],
    ['https://Example.COM/path?x#y', 'example.com:443'],
    ['http://example.com:8080', 'example.com:8080'],
    ['example.com:8443', 'example.com:8443'],
    ['ssh://git@github.com/a/b', 'github.com:22'],
    ['https://user:secret@example.com/', 'example.com:443'],
    ['https://github.com@evil.example/', 'evil.example:443'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['https://BÜCHER.example', 'xn--bcher-kva.example:443'],
    ['ｅｘａｍｐｌｅ.com', 'example.com'],
    ['example。com', 'example.com'],
    ['127.0.0.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['::1', '[::1]'],
    ['[0:0:0:0:0:0:0:1]:3000', '[::1]:3000'],
    ['[::ffff:10.0.0.1]', '10.0.0.1'],
    ['custom+proto://example.com', 'example.com'],
  ])('reads %s as %s', (text, expected) => {
    const destination = destinationOf(text);
    expect(destination && shownDestination(destination)).toBe(expected);
  });

  test.each([
    '',
    ' ',
    '.',
    'two words',
    'http://evil.example\\@github.com',
    'https://a@b@github.com',
    'exa%6dple.com',
    'example.com:0',
    'example.com:99999',
    'example.com:80:90',
    'https://',
    '*.example.com',
    'whoever is at the other end',
    '\uE000',
    'example.\uE000',
    `${'a.'.repeat(200)}com`,
    '[::1',
  ])('is none where programs might disagree about it: %j', text => {
    expect(destinationOf(text)).toBeUndefined();
  });

  test('is the same whatever its case, its dot at the end and its scheme', () => {
    const label = fc
      .stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/)
      .filter(text => !text.startsWith('xn--'));
    fc.assert(
      fc.property(fc.array(label, { minLength: 2, maxLength: 4 }), labels => {
        const host = labels.join('.');
        fc.pre(destinationOf(host) !== undefined);
        for (const spelling of [host.toUpperCase(), `${host}.`, `https://${host}/x`, ` ${host} `])
          expect(destinationOf(spelling)?.host).toBe(host);
      }),
    );
  });

  test('never fails, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const destination = destinationOf(text);
        if (destination) expect(destination.host).toMatch(/^[a-z0-9._-]+$|^\[[0-9a-f:]+\]$/);
      }),
    );
  });
});

describe('the pattern of a rule', () => {
  test.each([
    ['*', '*'],
    ['Example.com.', 'example.com'],
    ['*.Example.com', '*.example.com'],
    ['*.bücher.example', '*.xn--bcher-kva.example'],
    ['10.0.0.1', '10.0.0.1'],
    ['::1', '[::1]'],
  ])('%s is kept as %s', (text, expected) => {
    expect(patternOf(text)).toBe(expected);
  });

  test.each([
    '',
    '*.',
    '*example.com',
    'a.*.com',
    '**',
    '*.*',
    '*.10.0.0.1',
    'https://example.com',
    'example.com:80',
  ])('%j is none: a wildcard stands before the first dot and nowhere else', text => {
    expect(patternOf(text)).toBeUndefined();
  });

  test('with a wildcard covers what is below the domain, however deep, and not the domain', () => {
    expect(covers('*.example.com', 'a.example.com')).toBe(true);
    expect(covers('*.example.com', 'a.b.example.com')).toBe(true);
    expect(covers('*.example.com', 'example.com')).toBe(false);
    expect(covers('*.example.com', 'badexample.com')).toBe(false);
    expect(covers('example.com', 'a.example.com')).toBe(false);
    expect(covers('*', 'anything.example')).toBe(true);
  });
});

test('this machine is known by its names and addresses, and by nothing that only looks like them', () => {
  for (const host of ['localhost', 'app.localhost', '127.0.0.1', '127.8.8.8', '[::1]'])
    expect(isLoopback(host)).toBe(true);
  for (const host of ['localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '[::2]'])
    expect(isLoopback(host)).toBe(false);
});
