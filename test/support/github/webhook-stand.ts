import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import type { Database } from '../../../src/coordinator/database/port.ts';
import { sql } from '../../../src/coordinator/database/sql.ts';
import type { TcpLimits } from '../../../src/coordinator/doors/tcp/limits.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { openTcpStand, type Reply, type TcpStand } from '../http/tcp-stand.ts';
import { git } from '../repository.ts';

/** A payload as GitHub would send it, and under which name. */
export interface Sent {
  readonly event: string;
  readonly payload: object;
  /** Default: one of its own. */
  readonly delivery?: string;
}

/** What a project holds that came from labels, in words that do not depend on the order in which it became so. */
export interface LabelState {
  /** `path by whom in which session`. */
  readonly locks: readonly string[];
  /** Tasks that have not ended. */
  readonly tasks: readonly string[];
  /** What GitHub is to be told. */
  readonly writes: readonly string[];
}

export interface WebhookStand extends TcpStand {
  readonly projectId: string;
  /** Delivers, signed, and answers what the door answered. */
  deliver(sent: Sent, secret?: string): Promise<Reply>;
  /** Waits until what was delivered is carried out, and answers what there is. */
  state(): Promise<LabelState>;
  /** Takes everything away that came from GitHub, as if nothing had ever been delivered. */
  forget(): Promise<void>;
}

export const secret = 'a secret of the tests, long enough';
export const formerSecret = 'the one before it, long enough too';

/** A coordinator with the door for webhooks open, whose folder is a clone of `github.com/<repository>`. */
export async function openWebhookStand(
  database: Database,
  repository: string,
  limits: Partial<TcpLimits> & { readonly webhookSecrets?: readonly string[] } = {},
): Promise<WebhookStand> {
  const stand = await openTcpStand(database, {
    webhookSecrets: [secret, formerSecret],
    ...limits,
    prepare(folder) {
      git(folder, 'init', '--quiet', '--initial-branch', 'main');
      git(folder, 'remote', 'add', 'origin', `git@github.com:${repository}.git`);
    },
  });
  const { interlock } = stand;
  const { project_id: projectId } = (await interlock.call(describeProject, {})) as { project_id: string };

  return {
    ...stand,
    projectId,
    async deliver({ event, payload, delivery = randomUUID() }, signedWith = secret) {
      const body = JSON.stringify(payload);
      return stand.ask('/webhooks/github', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': event,
          'x-github-delivery': delivery,
          'x-hub-signature-256': await sign(signedWith, body),
        },
        body,
      });
    },
    async state() {
      await interlock.coordinator.labelsSettled();
      return readState(database, projectId);
    },
    async forget() {
      await interlock.coordinator.labelsSettled();
      await forgetGitHub(database, projectId);
    },
  };
}

/** Takes everything out of the database that came from GitHub. */
export async function forgetGitHub(database: Database, projectId: string): Promise<void> {
  await database.query(sql`delete from github_items where project_id = ${projectId}`);
  await database.query(sql`delete from github_writes where project_id = ${projectId}`);
  await database.query(sql`delete from github_deliveries where project_id = ${projectId}`);
  await database.query(sql`delete from github_deleted_labels where project_id = ${projectId}`);
  await database.query(sql`delete from github_polls where project_id = ${projectId}`);
  await database.query(sql`delete from locks where project_id = ${projectId}`);
  await database.query(sql`delete from tasks where project_id = ${projectId} and submission_key is not null`);
}

/** What there is in a project that came from labels. */
export async function readState(database: Database, projectId: string): Promise<LabelState> {
  const locks = await database.query(sql<{ text: string }>`
    select locks.path || ' by ' || locks.agent_id || ' in ' || sessions.current_task as text
    from locks join sessions on sessions.id = session_id
    where locks.project_id = ${projectId} and locks.agent_type = 'github_label' and expires_at > clock_timestamp()
    order by 1`);
  const tasks = await database.query(sql<{ text: string }>`
    select for_agent || ': ' || description || ' by ' || submitted_by as text
    from tasks where project_id = ${projectId} and ended_at is null and for_agent is not null order by 1`);
  const writes = await database.query(sql<{ text: string }>`
    select number || ' ' || kind || ' ' || coalesce(label, split_part(body, E'\n', 2)) as text
    from github_writes where project_id = ${projectId} and state = 'wanted' order by 1`);
  const texts = (rows: readonly { readonly text: string }[]) => rows.map(({ text }) => text);
  return { locks: texts(locks), tasks: texts(tasks), writes: texts(writes) };
}
