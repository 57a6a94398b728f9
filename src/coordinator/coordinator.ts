import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createApproveStep } from './approvals/approve.ts';
import { startSweeping } from './approvals/sweep.ts';
import { waitForApproval } from './approvals/wait.ts';
import type { AssetReader } from './assets.ts';
import { createReadRecorder } from './audit/reads.ts';
import { createRefusalRecorder, recordAct } from './audit/recorder.ts';
import { startRetention } from './audit/retention.ts';
import { briefSession } from './briefing/brief-session.ts';
import { suggestValues } from './briefing/suggest-values.ts';
import type { Database } from './database/port.ts';
import { sql } from './database/sql.ts';
import { createGitHookDoor } from './doors/git-hooks.ts';
import { createHookWatch } from './doors/hook-watch.ts';
import { createHookDoor, type HookDoor } from './doors/hooks.ts';
import { createHttpDoor } from './doors/http.ts';
import type { TcpLimits } from './doors/tcp/limits.ts';
import { offerTcp } from './doors/tcp/offer.ts';
import type { TcpServer } from './doors/tcp/server.ts';
import { createToolUses } from './doors/tool-uses.ts';
import { createUpgradeDoor } from './doors/upgrade.ts';
import { checkGitChange } from './git-changes/check.ts';
import { startTracking } from './github/branches/tracking.ts';
import { startFollowingLabels } from './github/labels/follow.ts';
import { type Delivery, receiveDelivery } from './github/labels/receive.ts';
import { startPolling } from './github/poll/polling.ts';
import { createSignIns, type GitHubToken } from './github/sign-ins.ts';
import { createWebhookSecrets } from './github/webhook-secrets.ts';
import { createSessionGrants } from './grants/held.ts';
import { createPermissionInspector } from './grants/permission-inspector.ts';
import { createGuard } from './guardrails/engine.ts';
import { createGuardrailInspector } from './guardrails/inspector.ts';
import { projectFiles } from './guardrails/project-file.ts';
import { repositories } from './guardrails/repository.ts';
import { createRuleStore, seedRules } from './guardrails/rule-store.ts';
import { createFirings } from './harness-hooks/firings.ts';
import { createAct } from './kernel/act.ts';
import { startClock } from './kernel/clock.ts';
import { type Corridor, createCorridor } from './kernel/corridor.ts';
import { createEventBus, decodeEvent, type EventBus, eventChannel } from './kernel/events.ts';
import { createGuardStep, createInspect } from './kernel/guard.ts';
import type { Log } from './kernel/log.ts';
import type { Operation } from './kernel/operation.ts';
import type { Call, Passage } from './kernel/passage.ts';
import { createTroubles, type Troubles, troublesChanged } from './kernel/troubles.ts';
import { validate } from './kernel/validate.ts';
import { createApiKeys } from './keys/api-keys.ts';
import type { ListenConfig } from './listen-config.ts';
import { inspectLocks } from './locks/inspector.ts';
import { createReuseRecorder } from './memory/reuse.ts';
import { startRemovingMessages } from './messages/retention.ts';
import { createMetrics, measured } from './metrics/metrics.ts';
import { countStore } from './metrics/store-counts.ts';
import { createNetworkInspector } from './network/inspector.ts';
import { createNetworkRules } from './network/rules.ts';
import { createStandings } from './network/standing.ts';
import { operationSets, operations } from './operations.ts';
import { createOperators } from './operators/operators.ts';
import { createAuthorize } from './policy/authorize.ts';
import { createEngines } from './policy/engine.ts';
import { countChangedFiles, createFileLimit } from './policy/file-limit.ts';
import { createForesight } from './policy/foresight.ts';
import { createPolicyInspector } from './policy/inspector.ts';
import { createJudge, type Verdicts } from './policy/judge.ts';
import { createTally } from './policy/tally.ts';
import { createChangedFiles } from './profiles/changed-files.ts';
import { createProfiles } from './profiles/profiles.ts';
import { seedProfiles } from './profiles/store.ts';
import { createUsageBook } from './profiles/usage.ts';
import { createProjects, storeProjectId } from './projects/projects.ts';
import { startSettling } from './queue/overdue.ts';
import { startRemovingEnded } from './queue/retention.ts';
import { startCleaningUp } from './sessions/clean-up.ts';
import { endSession } from './sessions/end.ts';
import { createIdentify } from './sessions/identify.ts';
import { createPresence } from './sessions/presence.ts';
import { heartbeat, registrationOf } from './sessions/register.ts';
import { checkToolUse } from './tool-use/check.ts';
import { endTurn } from './tool-use/end-turn.ts';

export interface CoordinatorConfig {
  readonly asset: AssetReader;
  /** Interlock's own files: what reaches for them is asked about. Absolute. */
  readonly protectedPaths: readonly string[];
  /** Where old records of the audit log are exported to before they are removed; absent: they are all kept. */
  readonly auditFolder?: string;
  /** Migrated, and closed by whoever opened it. */
  readonly database: Database;
  readonly version: string;
  readonly log: Log;
  /** Milliseconds of a clock that never goes back. */
  readonly monotonicMs: () => number;
  /** What does not work, as far as whoever opened the database knows. */
  readonly troubles?: Troubles;
  /** The sign-in to GitHub that the process was started with. */
  readonly github?: GitHubToken;
}

/** The running whole: one corridor, and the doors that lead to it. */
export interface Coordinator {
  readonly corridor: Corridor;
  readonly bus: EventBus;
  readonly answerHook: HookDoor;
  handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Turns a connection of a bridge into a stream of MCP messages. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /**
   * Opens the door over TCP, for holders of API keys. Whoever opens it closes it.
   * @throws InterlockError `cannot_listen`
   */
  listen(config: ListenConfig, limits?: TcpLimits): Promise<TcpServer>;
  /** Reads and answers GitHub as far as that is due, which it does by itself every few seconds. */
  readGitHub(): Promise<void>;
  /** Resolves when what labels on GitHub asked for until now is carried out. */
  labelsSettled(): Promise<void>;
  /** Stops what runs by itself and writes down what is only in memory. */
  close(): Promise<void>;
}

/** Lines up the steps of the corridor and opens the doors. Nothing else in the product composes anything. */
export async function createCoordinator(config: CoordinatorConfig): Promise<Coordinator> {
  const { database, asset, protectedPaths, auditFolder, version, log, monotonicMs } = config;
  const { troubles = createTroubles(), github } = config;
  const failed = (during: string) => (error: unknown) => log.error({ err: error }, `${during} failed`);

  await seedRules(database);
  await seedProfiles(database);
  const bus = createEventBus(failed('a subscriber'));
  const unlisten = await listen(database, bus);
  troubles.onChange(what => bus.publish({ project: storeProjectId, topic: troublesChanged, subject: what }));
  const projects = createProjects(database, bus, monotonicMs);
  const operators = createOperators(database, bus);
  const apiKeys = createApiKeys(database, bus, monotonicMs, failed('writing down the use of API keys'));
  const onTrouble = (what: string) => (error: unknown) => {
    if (error === undefined) return troubles.clear(what);
    failed(`reading the ${what}`)(error);
    troubles.raise(what, {
      message: `The ${what} could not be read: those last known, or the built-in ones, are in force.`,
      next: 'They are read again with the next call. If it lasts, the log names the cause, and `interlock doctor` checks the store.',
    });
  };
  const profiles = createProfiles(bus, monotonicMs, onTrouble('profiles'));
  const usage = createUsageBook(database, monotonicMs, failed('counting what sessions use'));
  const changedFiles = createChangedFiles(bus);
  const grants = createSessionGrants(database, bus, monotonicMs, failed('counting the uses of grants'));
  const clock = await startClock(database, monotonicMs, failed('reading the clock of the database'));
  const engines = createEngines(database, bus, monotonicMs, onTrouble('policies'));
  const judge = createJudge({ grants, engines, now: clock.now });
  const verdicts: Verdicts = new WeakMap();
  const tally = createTally(usage, monotonicMs);
  const presence = createPresence(database, failed('writing down who was here'));

  const sweeping = startSweeping(database, failed('writing down which approvals ran out'));
  const settling = startSettling(database, failed('writing down which claims and deadlines are over'));
  const removing = startRemovingEnded(database, projects, failed('removing tasks that ended long ago'));
  const removingMessages = startRemovingMessages(database, failed('removing old messages'));
  const retention =
    auditFolder === undefined
      ? undefined
      : startRetention({ database, projects, folder: auditFolder }, failed('removing old audit records'));
  const reads = createReadRecorder(database, failed('recording reads'));
  const signIns = createSignIns(github);
  const webhookSecrets = createWebhookSecrets();
  const reuse = createReuseRecorder(database, failed('counting which memories were recalled'));
  const guardrails = createGuardrailInspector({
    guard: createGuard({ asset }),
    repository: repositories(),
    projectFile: projectFiles(),
    rules: createRuleStore(bus, failed('reading the guardrail rules')),
    protectedPaths,
  });
  const network = createNetworkInspector({
    rules: createNetworkRules(bus),
    standingOf: createStandings(profiles),
  });
  const announce = async (call: Call): Promise<void> => {
    await corridor.walk(registrationOf(call));
  };
  const metrics = createMetrics(version, () => countStore(database));
  const steps = createCorridor(
    {
      identify: createIdentify({ database, bus, projects, operators, apiKeys, profiles, presence, announce }),
      validate,
      authorize: tally.timed(
        createAuthorize({ database, profiles, usage, changedFiles, grants, judge, engines, verdicts }),
      ),
      guard: createGuardStep(
        createInspect([
          guardrails,
          network,
          createPermissionInspector(operations),
          inspectLocks,
          createPolicyInspector(verdicts),
          createFileLimit(profiles, changedFiles),
        ]),
        database,
      ),
      approve: createApproveStep(database),
      act: createAct({
        database,
        bus,
        async record(tx, passage, events) {
          await countChangedFiles(tx, passage, changedFiles);
          await recordAct(tx, passage, events);
        },
        inspect: createInspect([guardrails, network]),
        operations: operationsByName,
        judge: createForesight({ profiles, usage, changedFiles, judge }),
        troubles,
        monotonicMs,
      }),
      tell: async passage => {
        tally.ended(passage);
        if (passage.operation.readMatters) reads.note(passage);
        reuse.note(passage);
        signIns.note(passage);
        webhookSecrets.note(passage);
        tell(log, passage);
      },
    },
    tally.refused(createRefusalRecorder(database, failed('recording a refusal'), tally.violated)),
  );
  const corridor: Corridor = measured(steps, metrics, monotonicMs);

  const cleaning = startCleaningUp({ database, projects, corridor }, failed('cleaning up dead sessions'));
  const tracking = startTracking(
    { projects, corridor, bus, monotonicMs },
    failed('looking at agents’ branches'),
  );
  const polling = startPolling(
    { projects, corridor, bus, signIns, version, monotonicMs },
    failed('reading GitHub'),
  );
  const following = startFollowingLabels({ database, corridor, bus }, failed('following labels on GitHub'));
  const receive = (delivery: Delivery) => receiveDelivery({ database, corridor }, delivery);
  const doors = { corridor, operations, bus, projects, version, onError: failed('a call') };
  const watch = createHookWatch(troubles, monotonicMs);
  const uses = createToolUses();
  const firings = createFirings(
    { database, projects, bus, monotonicMs },
    failed('writing down that hooks have called'),
  );
  const hooks = createHookDoor({
    ...doors,
    checkToolUse,
    waitForApproval,
    briefSession,
    endTurn,
    endSession,
    hookWaitSeconds: async (cwd, key) => {
      const { project } = await projects.placeOf(cwd, key);
      return project.settings['approvals.hookWaitSeconds'];
    },
    fired: firings.fired,
    announce: uses.announce,
    monotonicMs,
  });
  const answerHook = watch.watched(hooks);
  const gitHooks = createGitHookDoor({ corridor, checkGitChange });
  const checkHealth = async () => {
    await database.query(sql`select 1`);
  };
  const handleRequest = createHttpDoor({ ...doors, hooks: answerHook, gitHooks, metrics, checkHealth });
  const mcp = {
    toolSets: operationSets,
    suggest: suggestValues,
    heartbeat,
    endSession,
    calledFrom: watch.calledFrom,
    calledOver: watch.calledOver,
    announcedBy: uses.announcedBy,
  };
  const handleUpgrade = createUpgradeDoor({ ...doors, ...mcp });

  return {
    corridor,
    bus,
    answerHook,
    handleRequest,
    handleUpgrade,
    listen: (listen, limits) =>
      offerTcp(
        {
          ...doors,
          ...mcp,
          identify: apiKeys.identify,
          receive,
          lentSecrets: webhookSecrets.lent,
          metrics,
          checkHealth,
          log,
          monotonicMs,
        },
        listen,
        limits,
      ),
    readGitHub: polling.round,
    labelsSettled: following.settled,
    async close() {
      handleUpgrade.close();
      await firings.close();
      await unlisten();
      await sweeping.close();
      await settling.close();
      await removing.close();
      await removingMessages.close();
      await cleaning.close();
      await tracking.close();
      await polling.close();
      await following.close();
      await retention?.close();
      await apiKeys.close();
      await clock.close();
      await usage.close();
      await grants.close();
      await presence.close();
      await reads.close();
      await reuse.close();
    },
  };
}

const operationsByName: ReadonlyMap<string, Operation> = new Map(
  operations.map(operation => [operation.name, operation as Operation]),
);

/** Everything that happens on this database, on whichever machine, reaches the bus of this process. */
function listen(database: Database, bus: EventBus): Promise<() => Promise<void>> {
  return database.listen(eventChannel, {
    onPayload(payload) {
      const event = decodeEvent(payload);
      if (event) bus.hear(event);
    },
    // What was missed is not known: caches forget, streams tell their readers to read again.
    onGap: () => bus.publish({ project: storeProjectId, topic: 'events.gap', subject: '' }),
  });
}

function tell(log: Log, passage: Passage): void {
  log.info(
    { operation: passage.operation.name, door: passage.call.door, project: passage.place?.project.id },
    'done',
  );
}
