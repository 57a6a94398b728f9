import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { plainEnvironment } from './machine.ts';

/** A harness that runs the hooks which stand in a configuration file, with a home of its own. */
export interface Harness {
  /** The file with the hooks, in the form of Claude Code. */
  readonly file: string;
  /** The repository in which the agent works. */
  readonly folder: string;
  readonly home: string;
}

interface HooksFile {
  readonly hooks?: Readonly<Record<string, readonly { hooks: readonly { command: string }[] }[]>>;
}

/**
 * Runs every command that the file has for an event, as Claude Code does: by the shell, in the project, the payload on standard
 * input. Answers the last object that one of them printed; an empty one where none objected, or where there is no hook.
 */
export async function runWrittenHooks(
  { file, folder, home }: Harness,
  event: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<{ readonly permissionDecision?: string; readonly permissionDecisionReason?: string }> {
  const { hooks = {} } = JSON.parse(readFileSync(file, 'utf8')) as HooksFile;
  const input = JSON.stringify({ hook_event_name: event, cwd: folder, ...payload });
  let answer = {};
  for (const { command } of (hooks[event] ?? []).flatMap(matcher => matcher.hooks)) {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: folder,
      env: { ...plainEnvironment, HOME: home },
    });
    child.stdin.end(input);
    const [[code], stdout] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
    if (code !== 0) throw new Error(`The ${event} hook ended with ${code}; the harness would go on.`);
    if (stdout !== '') answer = JSON.parse(stdout).hookSpecificOutput;
  }
  return answer;
}
