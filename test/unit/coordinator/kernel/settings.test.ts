import { describe, expect, it } from 'vitest';
import {
  defaultSettings,
  refuseContradictions,
  Settings,
} from '../../../../src/coordinator/kernel/settings.ts';

const refusal = (changed: Partial<Settings>): unknown => {
  try {
    refuseContradictions({ ...defaultSettings, ...changed }, changed);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('how labels are written', () => {
  it.each(['lock:', 'interlock/locked/', '🔒.', 'gesperrt='])('%s is taken', prefix => {
    const settings = { 'github.lockLabelPrefix': prefix };
    expect(Settings.partial().parse(settings)).toEqual(settings);
    expect(refusal(settings)).toBeUndefined();
  });

  it.each([
    '',
    ':',
    'locked',
    'is locked:',
    'a,b:',
    '"a":',
    'a\n:',
    'a\u0000:',
    '\ud800:',
    `${'x'.repeat(25)}:`,
  ])('%j is not', prefix => {
    const { error } = Settings.partial().safeParse({ 'github.lockLabelPrefix': prefix });
    expect(error?.issues).toMatchObject([{ path: ['github.lockLabelPrefix'] }]);
    expect(error?.issues[0]?.message).toContain('one of : / = . _ -');
  });

  it.each([
    [{ 'github.agentLabelPrefix': 'status:' }, 'github.agentLabelPrefix'],
    [{ 'github.agentLabelPrefix': 'LOCKED:' }, 'github.lockLabelPrefix'],
    [{ 'github.agentLabelPrefix': 'i/', 'github.statusLabelPrefix': 'i/status:' }, 'github.agentLabelPrefix'],
  ])('%j would let a label be of two kinds', (changed, field) => {
    expect(refusal(changed)).toMatchObject({
      code: 'invalid_input',
      params: { field: `settings.${field}` },
      message: expect.stringContaining(`settings.${field}: `),
    });
  });
});

it('no branch begins with what git takes for an option', () => {
  expect(refusal({ 'github.branchPrefix': '-f' })).toMatchObject({
    params: { field: 'settings.github.branchPrefix' },
  });
  // One from before does not keep other settings from being set.
  const stored = { ...defaultSettings, 'github.branchPrefix': '-f' };
  expect(() => refuseContradictions(stored, { 'github.labels': 'off' })).not.toThrow();
});
