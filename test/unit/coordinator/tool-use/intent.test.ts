import { describe, expect, it } from 'vitest';
import { intentOf } from '../../../../src/coordinator/tool-use/intent.ts';

describe('what a tool call is about to do', () => {
  it('reads a relative path from the folder of the session, wherever the repository begins', () => {
    const paths = [{ path: 'src/a.ts', access: 'write' as const }];
    expect(intentOf({ kind: 'edit', paths }, '/repo/packages/web').paths).toEqual([
      { path: '/repo/packages/web/src/a.ts', access: 'write' },
    ]);
  });

  it('runs a command in a relative folder below that of the session', () => {
    const action = { kind: 'shell', command: 'ls', shell: 'bash', cwd: '../api' } as const;
    expect(intentOf(action, '/repo/web').command?.cwd).toBe('/repo/api');
    expect(intentOf({ kind: 'terminal_input', text: 'y', shell: 'bash' }, '/repo').command?.cwd).toBe(
      '/repo',
    );
  });

  it('takes a rename of a symbol for a change of the whole folder', () => {
    const paths = [{ path: 'src/a.ts', access: 'write' as const }];
    expect(intentOf({ kind: 'edit', paths, andOthers: true }, '/repo').paths).toEqual([
      { path: '/repo/src/a.ts', access: 'write' },
      { path: '/repo', access: 'write' },
    ]);
  });
});
