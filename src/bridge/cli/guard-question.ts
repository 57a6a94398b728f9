import type { Judgement, TrustLevel } from '../../coordinator/guardrails/judgement.ts';
import { InterlockError } from '../../coordinator/kernel/errors.ts';

/** What is judged: a command, and what is known around it. */
export interface GuardQuestion {
  readonly command: string;
  readonly cwd: string;
  readonly shell: 'bash' | 'powershell';
  /** Files that would be changed besides. */
  readonly paths: readonly string[];
  readonly trust: TrustLevel;
}

export type Judge = (question: GuardQuestion) => Promise<Judgement>;

/** @throws InterlockError `invalid_input` */
export function shellOf(value: unknown): 'bash' | 'powershell' {
  if (value === 'bash' || value === 'powershell') return value;
  throw new InterlockError('invalid_input', `shell: ${JSON.stringify(value)} is not one that is read here.`, {
    next: 'It is bash or powershell.',
  });
}

/** @throws InterlockError `invalid_input` */
export function trustOf(value: unknown): TrustLevel {
  if (value === 0 || value === 1 || value === 2 || value === 3 || value === 4) return value;
  throw new InterlockError('invalid_input', `trust: ${JSON.stringify(value)} is no level of trust.`, {
    next: 'It is a whole number from 0 to 4.',
  });
}
