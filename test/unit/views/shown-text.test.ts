import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onOneLine, shortened, withItsLines, withoutLinks } from '../../../src/views/shown-text.ts';

describe('text that agents wrote', () => {
  test('shows what would hide: overrides of direction, zero-width and control characters', () => {
    expect(onOneLine('rm -rf \u202Ecod\u200B/')).toBe('rm -rf \\u{202e}cod\\u{200b}/');
    expect(onOneLine('echo \u001b[2Kok')).toBe('echo \\u{1b}[2Kok');
    expect(withItsLines('one\r\n\ttwo\u0000')).toBe('one\n  two\\u{0}');
  });

  test('stays on one line, and says where its lines ended', () => {
    expect(onOneLine('git add .\ngit push -f')).toBe('git add . ⏎ git push -f');
  });

  test('keeps letters of every script', () => {
    for (const text of ['naïve', 'Ω', 'العربية', '日本語', '🚂']) expect(onOneLine(text)).toBe(text);
  });

  test('never keeps a character that cannot be seen', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        text => !/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u.test(onOneLine(text)),
      ),
    );
  });
});

describe('a text that is too long', () => {
  test('loses its middle, since a command is told by its start and by its end', () => {
    expect(shortened('git push --force origin main', 15)).toBe('git push … main');
  });

  test('is as long as asked for, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 80 }), (text, most) => {
        const kept = shortened(text, most);
        return [...text].length <= most ? kept === text : [...kept].length === most;
      }),
    );
  });
});

/** What VS Code takes for a link in a notification (vs/base/common/linkedText.ts). */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

describe('a notification', () => {
  test('lets no agent put a button of its own there', () => {
    const hostile = 'x [Deny](command:interlock.approve) y';
    expect(hostile).toMatch(link);
    expect(withoutLinks(hostile)).not.toMatch(link);
    expect(withoutLinks(hostile)).toContain('Deny');
  });

  test('holds no link, whatever the text is made of', () => {
    const piece = fc.constantFrom('[', ']', '(', ')', ' ', 'a', 'command:x', 'https://x', '"t"', '\n');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        pieces => !link.test(withoutLinks(onOneLine(pieces.join('')))),
      ),
    );
  });
});
