import type { HookAnswer } from '../../coordinator/tool-use/harnesses.ts';
import type { Environment } from '../environment.ts';
import type { UnansweredCall } from './alone.ts';
import type { AloneWork } from './alone-process.ts';

/**
 * The answer of {@link judgeAlone}, from a process of its own: loading the grammars and reading a long command keep a thread
 * busy, and this one has to hear its deadline and signals meanwhile. (A thread would be in the way of ending: Node waits
 * for it, and it cannot be stopped while it compiles.) Rejects where the process ends without an answer.
 */
export async function judgeBeside(
  call: UnansweredCall,
  environment: Environment,
  because: string,
): Promise<HookAnswer> {
  const { spawn } = await import('node:child_process');
  const work: AloneWork = [call, environment, because];
  return new Promise((resolve, reject) => {
    const child = spawn(environment.nodePath, [environment.alonePath], {
      env: environment.variables,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    let answer = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0) resolve(JSON.parse(answer));
      else reject(new Error(`what judges it without a coordinator ended with ${code}`));
    });
    // Whoever ends early does not read all of it, which `close` tells.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(work));
  });
}
