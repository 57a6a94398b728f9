import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liftDenial } from '../../../src/coordinator/approvals/decide.ts';
import { cancelApproval } from '../../../src/coordinator/approvals/request.ts';
import { sweepExpired } from '../../../src/coordinator/approvals/sweep.ts';
import { checkApproval } from '../../../src/coordinator/approvals/wait.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type Agent, openStand, type Stand } from './stand.ts';

/** What safety.md says of one request, in plain code and whole minutes. */
interface Expected {
  readonly id: string;
  readonly command: string;
  status: 'pending' | 'approved' | 'denied' | 'cancelled' | 'consumed';
  expiresAt: number;
  decidedAt?: number;
  lifted: boolean;
}

interface Model {
  now: number;
  /** Oldest first. */
  readonly requests: Expected[];
}

interface Real {
  readonly stand: Stand;
  readonly agent: Agent;
  readonly operator: Credential;
}

const isOver = (model: Model, { status, expiresAt }: Expected) =>
  (status === 'pending' || status === 'approved') && model.now >= expiresAt;
const trueStatus = (model: Model, request: Expected) => (isOver(model, request) ? 'expired' : request.status);
const newest = (model: Model, command: string) => model.requests.findLast(each => each.command === command);

/** Until when a no answers by itself, in minutes of the model. */
function noStandsUntil(model: Model, request: Expected): number {
  if (request.lifted) return Number.NEGATIVE_INFINITY;
  if (request.status === 'denied') return (request.decidedAt ?? 0) + 10;
  if (isOver(model, request) && request.decidedAt === undefined) return request.expiresAt + 1;
  return Number.NEGATIVE_INFINITY;
}

const codeOf = (error: unknown) => {
  if (!(error instanceof InterlockError)) throw error;
  return error.code;
};

type Command = fc.AsyncCommand<Model, Real>;

function call(command: string): Command {
  return {
    check: () => true,
    async run(model, { stand, agent }) {
      const request = newest(model, command);
      const status = request && trueStatus(model, request);
      const outcome = await stand.run(command, agent).then(
        () => 'passed' as const,
        (error: unknown) => error,
      );
      if (request && status === 'approved') {
        expect(outcome).toBe('passed');
        request.status = 'consumed';
        return;
      }
      const error = outcome as InterlockError;
      if (request && status === 'pending') {
        expect(codeOf(error)).toBe('approval_pending');
        expect(error.params.approval_id).toBe(request.id);
      } else if (request && model.now < noStandsUntil(model, request)) {
        expect(codeOf(error)).toBe(status === 'denied' ? 'approval_denied' : 'approval_expired');
        expect(error.params.approval_id).toBe(request.id);
      } else {
        expect(codeOf(error)).toBe('approval_pending');
        const id = String(error.params.approval_id);
        expect(model.requests.map(each => each.id)).not.toContain(id);
        model.requests.push({ id, command, status: 'pending', expiresAt: model.now + 60, lifted: false });
      }
    },
    toString: () => `call ${command}`,
  };
}

/** Something done to one of the requests there are, counted from the newest. */
function toOne(
  name: string,
  which: number,
  done: (model: Model, real: Real, request: Expected) => Promise<void>,
): Command {
  const chosen = (model: Model) => model.requests.at(-1 - (which % model.requests.length));
  return {
    check: model => model.requests.length > 0,
    async run(model, real) {
      const request = chosen(model);
      if (request) await done(model, real, request);
    },
    toString: () => `${name} ${which}`,
  };
}

const decide = (which: number, decision: 'approved' | 'denied'): Command =>
  toOne(decision, which, async (model, { stand, operator }, request) => {
    const status = trueStatus(model, request);
    const code = await stand.decide(request.id, { decision }, operator).then(() => undefined, codeOf);
    if (status !== 'pending') {
      expect(code).toBe(status === 'expired' ? 'approval_expired' : 'approval_already_decided');
      return;
    }
    expect(code).toBeUndefined();
    request.status = decision;
    request.decidedAt = model.now;
    if (decision === 'approved') request.expiresAt = Math.max(request.expiresAt, model.now + 10);
  });

const cancel = (which: number): Command =>
  toOne('cancel', which, async (model, { stand, agent }, request) => {
    const isOpen = ['pending', 'approved'].includes(trueStatus(model, request));
    const answer = stand.call(cancelApproval, { approval_id: request.id }, agent);
    const code = await answer.then(() => undefined, codeOf);
    expect(code === undefined).toBe(isOpen);
    if (isOpen) request.status = 'cancelled';
  });

const lift = (which: number): Command =>
  toOne('lift', which, async (model, { stand, operator }, request) => {
    await stand.call(liftDenial, { approval_id: request.id }, operator);
    if (['denied', 'expired'].includes(trueStatus(model, request))) request.lifted = true;
  });

const pass = (minutes: number): Command => ({
  check: () => true,
  async run(model, { stand }) {
    await stand.passMinutes(minutes);
    model.now += minutes;
  },
  toString: () => `${minutes} minutes pass`,
});

onEachDatabase('approvals in any order', fixture => {
  let stand: Stand;
  let operator: Credential;

  beforeAll(async () => {
    stand = await openStand(fixture.db);
    operator = await stand.operator();
  });
  afterAll(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const sweep: Command = {
    check: () => true,
    run: async () => void (await sweepExpired(fixture.db)),
    toString: () => 'sweep',
  };

  test('stand as safety.md says, whatever is done to them', async () => {
    const which = fc.nat({ max: 3 });
    const commands = fc.commands(
      [
        fc.constantFrom('wipe a', 'wipe b').map(call),
        fc.constantFrom('wipe a', 'wipe b').map(call),
        which.map(each => decide(each, 'approved')),
        which.map(each => decide(each, 'denied')),
        which.map(cancel),
        which.map(lift),
        fc.constantFrom(1, 5, 10, 55, 60).map(pass),
        fc.constant(sweep),
      ],
      { maxCommands: 30, size: 'max' },
    );
    await fc.assert(
      fc.asyncProperty(commands, async steps => {
        const agent = await stand.agent('copilot', 'amber');
        const model: Model = { now: 0, requests: [] };
        await fc.asyncModelRun(() => ({ model, real: { stand, agent, operator } }), steps);
        for (const request of model.requests) {
          const { status } = (await stand.call(checkApproval, { approval_id: request.id }, agent)) as {
            status: string;
          };
          expect(status).toBe(trueStatus(model, request));
        }
      }),
      // On a busy machine fewer sequences are better than a time-out.
      { numRuns: 60, interruptAfterTimeLimit: 12_000 },
    );
  });
});
