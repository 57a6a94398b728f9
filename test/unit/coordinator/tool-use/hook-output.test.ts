import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harnesses } from '../../../../src/coordinator/tool-use/harnesses.ts';
import { outputOf } from '../../../../src/coordinator/tool-use/hook-output.ts';

const deny = { decision: 'deny', reason: 'held by Ada' } as const;

function parsed(output: string | undefined): unknown {
  return output === undefined ? undefined : JSON.parse(output);
}

describe('outputOf', () => {
  it('says a denial in the words of every harness at once', () => {
    const words = { permissionDecision: 'deny', permissionDecisionReason: 'held by Ada' };
    for (const harness of ['claude', 'vscode', 'copilot'] as const) {
      expect(parsed(outputOf(harness, 'PreToolUse', deny))).toEqual({
        hookSpecificOutput: { hookEventName: 'PreToolUse', ...words },
        ...words,
      });
    }
  });

  it('gives Codex only fields that it knows, and a denial where it would run the tool on an ask', () => {
    const answer = { decision: 'ask', reason: 'a tool nobody knows', context: 'Ada works here' } as const;
    expect(parsed(outputOf('codex', 'PreToolUse', answer))).toEqual({
      hookSpecificOutput: {
        hookEventName: 'PreToolUse',
        permissionDecision: 'deny',
        permissionDecisionReason: 'a tool nobody knows',
      },
    });
  });

  it('is silent where there is no objection', () => {
    for (const harness of harnesses)
      expect(outputOf(harness, 'PreToolUse', { decision: 'none' })).toBeUndefined();
  });

  it('passes context on where there is no objection', () => {
    expect(
      parsed(outputOf('vscode', 'SessionStart', { decision: 'none', context: 'Ada holds a.ts' })),
    ).toEqual({
      hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'Ada holds a.ts' },
      additionalContext: 'Ada holds a.ts',
    });
  });

  it('says nothing to events that take neither a decision nor context', () => {
    expect(outputOf('claude', 'Stop', { decision: 'deny', reason: 'x', context: 'y' })).toBeUndefined();
    expect(outputOf('claude', 'PreCompact', { decision: 'none', context: 'y' })).toBeUndefined();
  });

  it('gives a reason with every objection, since a harness may ignore one without', () => {
    for (const harness of harnesses) {
      expect(outputOf(harness, 'PreToolUse', { decision: 'deny', reason: '  ' })).toMatch(
        /Interlock denied this/,
      );
    }
  });

  it('never says "allow", and always one line of JSON or nothing', () => {
    const answers = fc.record(
      {
        decision: fc.constantFrom('none', 'ask', 'deny'),
        reason: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
        context: fc.option(fc.string({ unit: 'binary' }), { nil: undefined }),
      },
      { requiredKeys: ['decision'] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...harnesses),
        fc.constantFrom('PreToolUse', 'SessionStart', 'Stop', 'Anything'),
        answers,
        (harness, event, answer) => {
          const output = outputOf(harness, event, answer as Parameters<typeof outputOf>[2]);
          if (output === undefined) return;
          expect(output).not.toContain('\n');
          expect(JSON.parse(output).hookSpecificOutput?.permissionDecision).not.toBe('allow');
          expect(JSON.parse(output).permissionDecision).not.toBe('allow');
        },
      ),
    );
  });

  it('fits into a pipe that nobody reads yet, whatever the reason holds', () => {
    const reason = '\u0001'.repeat(1_000_000);
    const output = outputOf('claude', 'PreToolUse', { decision: 'deny', reason });
    expect(Buffer.byteLength(output ?? '')).toBeLessThan(65_536);
  });
});
