import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasBlock, isShellScript, withBlock, withoutBlock } from '../../../../src/bridge/git/block.ts';
import { gitEvents } from '../../../../src/bridge/git/script.ts';

describe('lines in a hook that is tracked', () => {
  it('are taken away again and leave every script as it was', () => {
    const line = fc.constantFrom('#!/bin/sh', 'npx lint-staged', 'exit 0', '', '  exec npm test', '# words');
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), fc.constantFrom(...gitEvents), (lines, ends, event) => {
        const text = lines.join('\n') + (ends ? '\n' : '');
        fc.pre(text === '' || text.endsWith('\n'));
        const added = withBlock(event, text);
        expect(hasBlock(added)).toBe(true);
        expect(withoutBlock(added)).toBe(text);
      }),
    );
  });

  it('leave no file behind that was made for them', () => {
    for (const event of gitEvents) expect(withoutBlock(withBlock(event, undefined))).toBeUndefined();
  });

  it('come before a script that may end early, and before the input of a push is read', () => {
    expect(withBlock('pre-commit', '#!/bin/sh\nexec npm test\n')).toMatch(/^#!\/bin\/sh\n# >>> interlock/);
    expect(withBlock('pre-push', 'git lfs pre-push "$@"\n')).toMatch(/^# >>> interlock/);
    expect(withBlock('pre-commit', 'npm test\n')).toMatch(/^npm test\n# >>> interlock/);
  });

  it('go into scripts of a shell alone', () => {
    expect(isShellScript('#!/usr/bin/env bash\n')).toBe(true);
    expect(isShellScript('npx lint-staged\n')).toBe(true);
    expect(isShellScript('#!/usr/bin/env python3\n')).toBe(false);
  });
});
