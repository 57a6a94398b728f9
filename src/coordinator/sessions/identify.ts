import type { Database } from '../database/port.ts';
import type { Caller, Credential, Place } from '../kernel/caller.ts';
import type { Step } from '../kernel/corridor.ts';
import { refuseFalseDelegation } from '../kernel/delegation.ts';
import { InterlockError } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/events.ts';
import type { Call } from '../kernel/passage.ts';
import type { ApiKeys } from '../keys/api-keys.ts';
import type { Operators } from '../operators/operators.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { type Projects, storeProjectId } from '../projects/projects.ts';
import { refusePersonation } from './person.ts';
import type { Presence } from './presence.ts';
import { registerSession } from './register.ts';
import { labelType } from './stand-ins.ts';
import {
  callerOf,
  findByHarness,
  findById,
  findByToken,
  hashOfToken,
  type SessionRow,
  subjectOf,
} from './store.ts';

export interface IdentifyServices {
  readonly database: Database;
  readonly bus: EventBus;
  readonly projects: Projects;
  readonly operators: Operators;
  readonly apiKeys: ApiKeys;
  readonly profiles: Profiles;
  readonly presence: Presence;
  /** Registers the session that a harness speaks for, on its first call. */
  readonly announce: (call: Call) => Promise<void>;
}

interface Identity {
  readonly caller: Caller;
  readonly place: Place;
}

/**
 * Step 1: from what the caller shows to who it is and which repository it stands in. Sessions are remembered by their
 * token until an event says that they changed, on this machine or another.
 */
export function createIdentify(services: IdentifyServices): Step {
  const sessions = new Map<string, SessionRow>();
  services.bus.subscribe(event => {
    if (event.topic.startsWith('session.') || event.topic === 'events.gap') sessions.clear();
  });

  return async passage => {
    const { caller, place } = await identityOf(services, sessions, passage.call);
    passage.caller = caller;
    passage.place = place;
    refuseFalseDelegation(passage.operation, passage.call.input, caller);
    if (caller.kind === 'agent') services.presence.touch(caller.sessionId);
  };
}

async function identityOf(
  services: IdentifyServices,
  sessions: Map<string, SessionRow>,
  call: Call,
): Promise<Identity> {
  const { credential } = call;
  switch (credential.kind) {
    case 'none':
      return { caller: { kind: 'local' }, place: await placeOf(services, call) };
    case 'operator':
      return {
        caller: await services.operators.identify(credential.key),
        place: await placeOf(services, call),
      };
    case 'system':
      return {
        caller: { kind: 'system', name: credential.name },
        place: await systemPlace(services, call, credential.projectId),
      };
    case 'session': {
      const hash = hashOfToken(credential.token);
      const row = await remembered(sessions, Buffer.from(hash).toString('hex'), () =>
        findByToken(services.database, hash),
      );
      if (!row) {
        throw new InterlockError('unauthenticated', 'The session token is not known to this store.', {
          next: 'Call register_session for a new session.',
        });
      }
      return identityOfSession(services, row, call);
    }
    case 'key':
      return identityOfKey(services, sessions, credential, call);
    case 'stand_in':
      return identityOfStandIn(services, credential, call);
    case 'harness':
      return identityOfHarness(services, sessions, credential, call);
  }
}

async function identityOfHarness(
  services: IdentifyServices,
  sessions: Map<string, SessionRow>,
  credential: Extract<Credential, { kind: 'harness' }>,
  call: Call,
): Promise<Identity> {
  const place =
    credential.projectId === undefined
      ? await placeOf(services, call)
      : await placeOfProject(services, credential.projectId);
  // Whoever registers is nobody yet.
  if (call.operation.name === registerSession.name) return { caller: { kind: 'local' }, place };
  const key = JSON.stringify([place.project.id, credential.harness, credential.sessionId]);
  const db = services.database.within(place.project.id);
  const find = () => findByHarness(db, place.project.id, credential.harness, credential.sessionId);
  let row = await remembered(sessions, key, find);
  if (!row || row.ended) {
    // A chat that goes on after its end was announced is the same session, alive again.
    await services.announce(call);
    sessions.delete(key);
    row = await remembered(sessions, key, find);
  }
  if (!row) throw new Error(`the session of ${credential.harness} was registered and is not there`);
  return identityOfSession(services, row, call, place);
}

/** The holder of a key is the session that the key opened in its project, which its first call registers. */
async function identityOfKey(
  services: IdentifyServices,
  sessions: Map<string, SessionRow>,
  credential: Extract<Credential, { kind: 'key' }>,
  call: Call,
): Promise<Identity> {
  const { keyId, projectId, agentId, agentType, delegatedFrom, harness, sessionIdOf } =
    await services.apiKeys.identify(credential.key);
  const place = await placeOfKey(services, call, projectId, keyId);
  const sessionId = sessionIdOf(credential.session);
  const db = services.database.within(projectId);
  const find = () => findByHarness(db, projectId, harness, sessionId);
  const key = JSON.stringify([projectId, harness, sessionId]);
  let row = await remembered(sessions, key, find);
  if (!row || row.ended) {
    await services.announce({
      ...call,
      credential: {
        kind: 'harness',
        harness,
        sessionId,
        agentId,
        agentType,
        ...(call.cwd === null && call.projectKey === undefined ? { projectId } : {}),
        ...(delegatedFrom === null ? {} : { delegatedFrom }),
      },
    });
    sessions.delete(key);
    row = await remembered(sessions, key, find);
  }
  if (!row) throw new Error(`the session of the key ${keyId} was registered and is not there`);
  return identityOfSession(services, row, call, place);
}

/** Of the sessions that stand for something on GitHub only those of people's labels act. They are in no folder. */
async function identityOfStandIn(
  services: IdentifyServices,
  { sessionId, projectId }: Extract<Credential, { kind: 'stand_in' }>,
  call: Call,
): Promise<Identity> {
  const row = await findById(services.database.within(projectId), projectId, sessionId);
  if (row?.agent_type !== labelType) {
    throw new InterlockError('unauthenticated', `The session ${sessionId} stands for nobody on GitHub.`);
  }
  return identityOfRow(services, row, call, await placeOfProject(services, projectId));
}

/** A key is good in one project. Where the call says which folder it is about, it must be one of that project. */
async function placeOfKey(
  services: IdentifyServices,
  call: Call,
  projectId: string,
  keyId: string,
): Promise<Place> {
  if (call.cwd === null && call.projectKey === undefined) return placeOfProject(services, projectId);
  const place = await placeOf(services, call);
  if (place.project.id === projectId) return place;
  throw new InterlockError(
    'identity_mismatch',
    `The API key ${keyId} is for another project than ${place.project.name}.`,
    {
      next: 'Leave the folder and the project out, or use a key of that project.',
      params: { key_id: keyId },
    },
  );
}

async function identityOfSession(
  services: IdentifyServices,
  row: SessionRow,
  call: Call,
  given?: Place,
): Promise<Identity> {
  refusePersonation(row.agent_type, undefined, row.agent_id);
  return identityOfRow(services, row, call, given);
}

/** Whoever says it knows that the session is the caller's. */
async function identityOfRow(
  services: IdentifyServices,
  row: SessionRow,
  call: Call,
  given?: Place,
): Promise<Identity> {
  // Whoever registers with the token of an ended session is that session, alive again.
  if (row.ended && call.operation.name !== registerSession.name) {
    throw new InterlockError('session_ended', `The session ${row.id} of ${row.agent_id} has ended.`, {
      next: `To go on, call register_session with agent_type ${JSON.stringify(row.agent_type)}. What the session held was given back.`,
      params: { session_id: row.id },
    });
  }
  const project = given?.project ?? (await services.projects.byId(row.project_id));
  const worktree = given?.worktree ?? row.worktree;
  if (call.projectKey !== undefined && !given) {
    const named = await placeOf(services, call);
    if (named.project.id !== row.project_id) {
      throw new InterlockError(
        'identity_mismatch',
        `The session ${row.id} belongs to another project than ${call.projectKey}.`,
        {
          next: 'Register a session in that project.',
        },
      );
    }
  }
  const db = services.database.within(project.id);
  const { trust } = await services.profiles.of(db, project.id, subjectOf(row));
  return {
    caller: callerOf(row, trust),
    place: {
      project,
      worktree,
      foldsCase: given?.foldsCase ?? row.folds_case,
      branch: given?.branch ?? null,
    },
  };
}

async function systemPlace(
  services: IdentifyServices,
  call: Call,
  projectId = storeProjectId,
): Promise<Place> {
  if (call.cwd !== null || call.projectKey !== undefined) return placeOf(services, call);
  return placeOfProject(services, projectId);
}

/** The project without any folder of this machine. */
async function placeOfProject({ projects }: IdentifyServices, projectId: string): Promise<Place> {
  return { project: await projects.byId(projectId), worktree: null, foldsCase: false, branch: null };
}

function placeOf({ projects }: IdentifyServices, call: Call): Promise<Place> {
  return projects.placeOf(call.cwd, call.projectKey);
}

async function remembered(
  sessions: Map<string, SessionRow>,
  key: string,
  find: () => Promise<SessionRow | undefined>,
): Promise<SessionRow | undefined> {
  const row = sessions.get(key) ?? (await find());
  if (row) sessions.set(key, row);
  return row;
}
