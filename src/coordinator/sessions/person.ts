import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Queryable } from '../database/port.ts';
import type { OperatorCaller, Place } from '../kernel/caller.ts';
import { InterlockError } from '../kernel/errors.ts';
import { isNameOnGitHub, isStandIn } from './stand-ins.ts';
import { findByHarness, insertSession, type SessionRow } from './store.ts';

/** The agent type of people’s sessions: what holds the files that they have unsaved changes in. */
export const personType = 'person';

/** The harness that people’s sessions live in. Nobody else registers or speaks for one of it. */
const editorHarness = 'interlock.editor';

/** Whose session it is, and where. */
export interface PersonAt {
  readonly person: OperatorCaller;
  readonly place: Place;
  /** Tells the windows of one worktree apart. */
  readonly window: string;
}

/** The session of a person in one window on one worktree, as far as it is there. */
export function findPersonSession(tx: Queryable, at: PersonAt): Promise<SessionRow | undefined> {
  return findByHarness(tx, at.place.project.id, editorHarness, externalIdOf(at));
}

/** Makes the session, or keeps it alive. */
export function keepPersonSession(tx: Queryable, at: PersonAt): Promise<SessionRow> {
  const { person, place } = at;
  return insertSession(tx, {
    projectId: place.project.id,
    agentId: person.name,
    agentType: personType,
    harness: editorHarness,
    externalId: externalIdOf(at),
    worktree: place.worktree,
    foldsCase: place.foldsCase,
  });
}

function externalIdOf({ person, place, window }: PersonAt): string {
  const identity = JSON.stringify([person.operatorId, hostname(), place.worktree, window]);
  return createHash('sha256').update(identity).digest('hex');
}

/** @throws InterlockError `operation_not_permitted` where somebody would pass for a person, or for something on GitHub. */
export function refusePersonation(agentType: string, harness: string | undefined, agentId: string): void {
  const isPerson = agentType === personType || harness === editorHarness;
  const isSomebody = isNameOnGitHub(agentId);
  if (!isPerson && !isSomebody && !isStandIn(agentType, harness)) return;
  throw new InterlockError(
    'operation_not_permitted',
    isPerson
      ? `A session of type ${personType} is a person’s; it is made by the editor alone.`
      : `A session of ${isSomebody ? agentId : `type ${agentType}`} stands for something on GitHub; it is made by Interlock alone.`,
    { next: 'Register as the agent you are.', params: { agent_type: agentType, agent_id: agentId } },
  );
}
