import type { Command } from './command.ts';
import type { CommandName } from './command-table.ts';

/** Each command is loaded only when it is asked for. */
export const loaders: Readonly<Record<CommandName, () => Promise<Command>>> = {
  status: async () => (await import('./status.ts')).status,
  locks: async () => (await import('./locks.ts')).locks,
  approvals: async () => (await import('./approvals.ts')).approvals,
  audit: async () => (await import('./audit.ts')).audit,
  'git-hooks': async () => (await import('./git-hooks.ts')).gitHooks,
  policy: async () => (await import('./policy.ts')).policy,
  guard: async () => (await import('./guard.ts')).guard,
  login: async () => (await import('./login.ts')).login,
  operators: async () => (await import('./login.ts')).operators,
  keys: async () => (await import('./keys.ts')).keys,
  doctor: async () => (await import('./doctor.ts')).doctor,
  backup: async () => (await import('./store.ts')).backup,
  restore: async () => (await import('./store.ts')).restore,
  migrate: async () => (await import('./store.ts')).migrate,
  mcp: async () => async (_, environment) => {
    await (await import('../mcp/stdio.ts')).serveStdio(environment);
    return 0;
  },
  hook: async () => async (args, environment) => {
    await (await import('../hook/hook.ts')).hook(args, () => environment);
    return 0;
  },
  'git-hook': async () => (await import('../git/hook.ts')).gitHook,
  serve: async () => (await import('./serve.ts')).serve,
  completion: async () => (await import('./completion.ts')).completion,
  help: async () => (await import('./usage.ts')).help,
  version: async () => (await import('./usage.ts')).printVersion,
};
