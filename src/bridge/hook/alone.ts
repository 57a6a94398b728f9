import { readAsset } from '../../coordinator/assets.ts';
import { createGuard } from '../../coordinator/guardrails/engine.ts';
import type { Subject, Violation } from '../../coordinator/guardrails/judgement.ts';
import { repositories } from '../../coordinator/guardrails/repository.ts';
import type { Intent } from '../../coordinator/kernel/intent.ts';
import { canonicalCall } from '../../coordinator/tool-use/canonical-call.ts';
import type { Harness, HookAnswer } from '../../coordinator/tool-use/harnesses.ts';
import { intentOf } from '../../coordinator/tool-use/intent.ts';
import type { Environment } from '../environment.ts';
import { workingFolder } from '../working-folder.ts';

/** What an agent has of which nothing is known. */
const defaultTrust = 2;

/** A call that nobody was there to judge. */
export interface UnansweredCall {
  readonly harness: Harness;
  readonly event: string;
  readonly payload: unknown;
}

const nothing: HookAnswer = { decision: 'none' };

/**
 * Judges a tool call by the built-in guardrails, with no coordinator. What only a person could let through is denied,
 * since there is nobody to ask them; a tool that nobody knows is left to the harness to ask about.
 * @param because why no coordinator was asked, in whole sentences.
 */
export async function judgeAlone(
  { harness, event, payload }: UnansweredCall,
  environment: Environment,
  because: string,
): Promise<HookAnswer> {
  const call = canonicalCall(harness, event, payload);
  const folder = call.cwd ?? workingFolder() ?? environment.home;
  const intent = intentOf(call.action, folder);
  if (intent.unknown !== undefined) return { decision: 'ask', reason: `${intent.unknown}. ${because}` };
  const subject = subjectOf(intent);
  if (subject === undefined) return nothing;
  const guard = await createGuard({ asset: readAsset });
  const { verdict, violations } = await guard.judge(subject, {
    trust: defaultTrust,
    cwd: folder,
    repository: repositories(),
    protectedPaths: [environment.home],
    ...(environment.userHome === undefined ? {} : { home: environment.userHome }),
  });
  if (verdict === 'allow') return nothing;
  return { decision: 'deny', reason: [...violations.slice(0, 3).map(told), because].join(' ') };
}

function subjectOf({ command, text, paths, content }: Intent): Subject | undefined {
  if (command === undefined && text === undefined && paths === undefined) return undefined;
  return {
    ...(command === undefined ? {} : { command }),
    ...(text === undefined ? {} : { text }),
    ...(paths === undefined ? {} : { paths }),
    ...(content === undefined ? {} : { content }),
  };
}

function told({ effect, matched_text, suggestion }: Violation): string {
  const where = matched_text === '' ? '' : ` (${matched_text})`;
  return `Blocked: ${effect}${where}.${suggestion === undefined ? '' : ` ${suggestion}`}`;
}
