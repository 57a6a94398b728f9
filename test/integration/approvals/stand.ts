import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { createApproveStep } from '../../../src/coordinator/approvals/approve.ts';
import { decideApproval } from '../../../src/coordinator/approvals/decide.ts';
import { cancelApprovalsOfSession } from '../../../src/coordinator/approvals/session-end.ts';
import { createRefusalRecorder, recordAct } from '../../../src/coordinator/audit/recorder.ts';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { createSessionGrants } from '../../../src/coordinator/grants/held.ts';
import { revokeGrantsOfSession } from '../../../src/coordinator/grants/store.ts';
import { createAct } from '../../../src/coordinator/kernel/act.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { type Corridor, createCorridor } from '../../../src/coordinator/kernel/corridor.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { createGuardStep, createInspect } from '../../../src/coordinator/kernel/guard.ts';
import type { Finding } from '../../../src/coordinator/kernel/intent.ts';
import { type Operation, operation, waitFor } from '../../../src/coordinator/kernel/operation.ts';
import type { Call, Door, KnownPassage } from '../../../src/coordinator/kernel/passage.ts';
import { validate } from '../../../src/coordinator/kernel/validate.ts';
import { createApiKeys } from '../../../src/coordinator/keys/api-keys.ts';
import { createOperators } from '../../../src/coordinator/operators/operators.ts';
import { createAuthorize } from '../../../src/coordinator/policy/authorize.ts';
import { createEngines } from '../../../src/coordinator/policy/engine.ts';
import { createJudge } from '../../../src/coordinator/policy/judge.ts';
import { createChangedFiles } from '../../../src/coordinator/profiles/changed-files.ts';
import { createProfiles } from '../../../src/coordinator/profiles/profiles.ts';
import { createUsageBook } from '../../../src/coordinator/profiles/usage.ts';
import { createProjects } from '../../../src/coordinator/projects/projects.ts';
import { createIdentify } from '../../../src/coordinator/sessions/identify.ts';
import { createPresence } from '../../../src/coordinator/sessions/presence.ts';
import { registrationOf } from '../../../src/coordinator/sessions/register.ts';
import { type CoordinatorFixture, openCoordinator, openProfiles } from '../../support/coordinator.ts';

/**
 * Waits of these tests last 30 s: what ends sooner than this, in milliseconds, was woken. How soon is the bench's to say.
 */
export const longBeforeTimeIsOver = 15_000;

/**
 * A coordinator, and beside it a corridor of the same steps for operations of the test, in which a test says what asks
 * for a person: words in a command, and a policy.
 */
export interface Stand extends CoordinatorFixture {
  readonly operations: TestOperations;
  /** Commands that were carried out, in order. */
  readonly done: readonly string[];
  /** Commands that an operation answers `success: false` to, as where somebody else holds a file. */
  readonly blocked: Set<string>;
  /** Carries out a command, or is refused. */
  run(command: string, credential: Credential, how?: Partial<How>): Promise<unknown>;
  /** The refusal of a command that is not let through. */
  refusalOf(command: string, credential: Credential, how?: Partial<How>): Promise<InterlockError>;
  /** What happens between the approve step and the act, once. */
  meanwhile(work: () => Promise<void>): void;
  /** An agent's request for the command, which is filed. Answers its id. */
  ask(command: string, credential: Credential): Promise<string>;
  decide(approvalId: string, input: Record<string, unknown>, operator: Credential): Promise<Decided>;
  /** Ends a session as far as approvals and grants go. */
  end(session: Agent): Promise<{ approvals: number; grants: number }>;
  /** Lets this much time pass for everything that the project keeps of approvals and grants. */
  passMinutes(minutes: number): Promise<void>;
  row(approvalId: string): Promise<Record<string, unknown>>;
  /** The bodies of this project's audit records, oldest first. */
  records(): Promise<AuditBody[]>;
}

/** The credential of an agent's session. */
export type Agent = Awaited<ReturnType<CoordinatorFixture['agent']>>;

export interface How {
  /** Which operation of the test carries the command. */
  readonly operation: Operation;
  readonly door: Door;
  readonly note: string;
  readonly signal: AbortSignal;
  readonly onWaiting: () => void;
  /** The policy engine asks for a person. */
  readonly policy: string;
}

export interface Decided {
  readonly approval_id: string;
  readonly status: string;
  readonly expires_at: string;
  readonly decided: { readonly by: string; readonly scope: string | null; readonly grant_id: string | null };
}

export interface AuditBody {
  readonly operation: string;
  readonly outcome: string;
  readonly caller: { readonly kind: string; readonly name: string };
  readonly session_id: string | null;
  readonly code: string | null;
  readonly resource: { readonly type: string; readonly id: string } | null;
  readonly facts: Record<string, unknown>;
}

const ruleByWord: Readonly<Record<string, Omit<Finding, 'answer'>>> = {
  force: {
    rule: 'git.force-push',
    category: 'git',
    effect: 'it overwrites the history of a branch on the server',
    why: 'what others pushed there is lost',
    suggestion: 'push without force',
  },
  main: {
    rule: 'git.protected-branch',
    category: 'git',
    effect: 'it pushes to a protected branch',
    suggestion: 'push to a branch of your own',
  },
  wipe: { rule: 'files.recursive-delete', category: 'file deletion', effect: 'it deletes a folder' },
};

/** Finds rules by the words of the command: `force`, `main` and `wipe` ask. */
async function inspect(_passage: KnownPassage, { command }: { command?: { text: string } }) {
  return Object.entries(ruleByWord).flatMap(([word, finding]) =>
    command?.text.split(' ').includes(word)
      ? [{ ...finding, answer: 'ask' as const, matchedText: word }]
      : [],
  );
}

const Input = z.object({ command: z.string(), note: z.string().default('') });

/** The operations of the test. `doIt` carries a command out, or answers false. */
function operationsOfTest(doIt: (command: string) => boolean) {
  const declaration = {
    name: 'test_run',
    title: 'Run',
    description: 'Runs a command.',
    access: 'write' as const,
    input: Input,
    output: z.object({ done: z.string(), success: z.boolean().optional() }),
    resource: () => ({ type: 'Tool' as const, id: 'shell' }),
    intent: ({ command }: z.output<typeof Input>) => ({
      command: { text: command, shell: 'bash' as const, cwd: '/repository' },
    }),
    async run(_context: unknown, { command }: z.output<typeof Input>) {
      if (command.includes('crash')) throw new Error('the handler failed');
      return doIt(command) ? { done: command } : { done: 'nothing', success: false };
    },
  };
  return {
    run: operation(declaration),
    /** Runs at a place, which is its note, and binds its approvals to the bare command. */
    runAt: operation({
      ...declaration,
      name: 'test_run_at',
      resource: ({ note }) => ({ type: 'Tool', id: note }),
      content: ({ command }) => command,
    }),
    look: operation({ ...declaration, name: 'test_look', access: 'read' }),
    end: operation({
      name: 'test_end',
      title: 'End',
      description: 'Ends what a session has asked for and was allowed.',
      access: 'write',
      input: z.object({ session_id: z.uuid() }),
      output: z.object({ approvals: z.number(), grants: z.number() }),
      resource: input => ({ type: 'Session', id: input.session_id }),
      run: async (context, { session_id }) => ({
        approvals: await cancelApprovalsOfSession(context, session_id, 'the session ended'),
        grants: await revokeGrantsOfSession(context, session_id, 'the session ended'),
      }),
    }),
    /** Waits once, until it is told to go on where its note says so, and else for a moment. */
    patient: operation({
      ...declaration,
      name: 'test_patient',
      patienceMs: () => 30_000,
      run: async (context, input) =>
        context.hasWaited
          ? declaration.run(context, input)
          : waitFor(['test.go'], input.note === 'until told' ? undefined : 50),
    }),
  };
}

type TestOperations = ReturnType<typeof operationsOfTest>;

export async function openStand(database: Database, folder?: string): Promise<Stand> {
  const fixture = await openCoordinator(database, folder);
  await openProfiles(fixture, database);
  const { bus } = fixture.coordinator;
  const monotonicMs = () => performance.now();
  const fail = (error: unknown) => {
    throw error;
  };
  const projects = createProjects(database, bus, monotonicMs);
  const operators = createOperators(database, bus);
  const apiKeys = createApiKeys(database, bus, monotonicMs, fail);
  const presence = createPresence(database, fail);
  const done: string[] = [];
  const blocked = new Set<string>();
  const operations = operationsOfTest(command => !blocked.has(command) && done.push(command) > 0);
  let policy: string | undefined;
  let between: (() => Promise<void>) | undefined;
  const profiles = createProfiles(bus, monotonicMs, fail);
  const usage = createUsageBook(database, monotonicMs, fail);
  const changedFiles = createChangedFiles(bus);
  const grants = createSessionGrants(database, bus, monotonicMs, fail);
  const engines = createEngines(database, bus, monotonicMs, fail);
  const authorize = createAuthorize({
    database,
    ...{ profiles, usage, changedFiles, grants, engines },
    judge: createJudge({ grants, engines, now: () => Date.now() }),
    verdicts: new WeakMap(),
  });
  const act = createAct({
    database,
    bus,
    record: recordAct,
    inspect: createInspect([inspect]),
    operations: new Map(),
    judge: fail,
    troubles: { list: () => [] },
    monotonicMs,
  });
  const announce = async (call: Call) => void (await fixture.coordinator.corridor.walk(registrationOf(call)));
  const corridor: Corridor = createCorridor(
    {
      identify: createIdentify({ database, bus, projects, operators, apiKeys, profiles, presence, announce }),
      validate,
      async authorize(passage) {
        await authorize(passage);
        if (policy === undefined || !passage.decision) return;
        passage.decision = {
          ...passage.decision,
          decision: 'approval_required',
          reason: 'the policy asks for a person',
          determiningPolicies: [policy],
        };
      },
      guard: createGuardStep(createInspect([inspect]), database),
      approve: createApproveStep(database),
      async act(passage) {
        const work = between;
        between = undefined;
        await work?.();
        await act(passage);
      },
      tell: async () => {},
    },
    createRefusalRecorder(database, fail),
  );

  const run = async (command: string, credential: Credential, how: Partial<How> = {}) => {
    policy = how.policy;
    return corridor.walk({
      operation: how.operation ?? operations.run,
      input: how.note === undefined ? { command } : { command, note: how.note },
      credential,
      door: how.door ?? 'hook',
      cwd: fixture.folder,
      ...(how.signal ? { signal: how.signal } : {}),
      ...(how.onWaiting ? { onWaiting: how.onWaiting } : {}),
    });
  };
  const refusalOf = (command: string, credential: Credential, how: Partial<How> = {}) =>
    refusal(run(command, credential, how));
  const ownProject = async () => (await projects.placeOf(fixture.folder, undefined)).project.id;

  return {
    ...fixture,
    operations,
    done,
    blocked,
    run,
    refusalOf,
    meanwhile: work => {
      between = work;
    },
    async ask(command, credential) {
      const error = await refusalOf(command, credential);
      if (error.code !== 'approval_pending') throw error;
      return String(error.params.approval_id);
    },
    decide: async (approval_id, input, operator) =>
      (await fixture.call(decideApproval, { approval_id, ...input }, operator)) as Decided,
    end: async session =>
      (await corridor.walk({
        operation: operations.end,
        input: { session_id: session.sessionId },
        credential: { kind: 'system', name: 'test' },
        door: 'system',
        cwd: fixture.folder,
      })) as { approvals: number; grants: number },
    async passMinutes(minutes) {
      const by = sql`make_interval(mins => ${minutes})`;
      const project = await ownProject();
      await database.query(sql`
        update approvals set requested_at = requested_at - ${by}, expires_at = expires_at - ${by},
          decided_at = decided_at - ${by}, closed_at = closed_at - ${by}
        where project_id = ${project}`);
      await database.query(sql`
        update session_grants set created_at = created_at - ${by}, expires_at = expires_at - ${by}
        where project_id = ${project}`);
    },
    async row(approvalId) {
      const [row] = await database.query(
        sql<Record<string, unknown>>`select * from approvals where id = ${approvalId}`,
      );
      if (!row) throw new Error(`no approval ${approvalId}`);
      return row;
    },
    async records() {
      const rows = await database.query(
        sql<{
          body: string;
        }>`select body from audit_log where project_id = ${await ownProject()} order by sequence`,
      );
      return rows.map(row => JSON.parse(row.body) as AuditBody);
    },
    async close() {
      await apiKeys.close();
      await usage.close();
      await grants.close();
      await presence.close();
      await fixture.close();
    },
  };
}

/** The refusal that the promise ends in; anything else fails the test. */
export async function refusal(promise: Promise<unknown>): Promise<InterlockError> {
  const outcome = await promise.then(
    answer => new Error(`was not refused but answered ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  );
  if (outcome instanceof InterlockError) return outcome;
  throw outcome;
}
