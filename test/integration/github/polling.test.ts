import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '../../../src/coordinator/database/sql.ts';
import { itemFromRest } from '../../../src/coordinator/github/labels/from-rest.ts';
import type { GitHubItem, LabelFact } from '../../../src/coordinator/github/labels/item.ts';
import { recordGitHubItems } from '../../../src/coordinator/github/labels/record-items.ts';
import { describeGitHub } from '../../../src/coordinator/github/poll/describe.ts';
import { signInToGitHub, signOutOfGitHub } from '../../../src/coordinator/github/sign-ins.ts';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { InterlockError } from '../../../src/coordinator/kernel/errors.ts';
import { describeProject } from '../../../src/coordinator/projects/describe.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { faults, type StandIn, type StandInRepository, startStandIn } from '../../support/github/stand-in.ts';
import { issueOf, type Thing } from '../../support/github/things.ts';
import { git } from '../../support/repository.ts';
import { type LockStand, openLockStand } from '../locks/stand.ts';

interface Standing {
  readonly repository: string;
  readonly state: string;
  readonly message: string | null;
  readonly next: string | null;
  readonly remotes: readonly string[];
  readonly page: string | null;
  readonly resumes_at: string | null;
}

/** As a webhook tells it: the same as the API, but for when it was read. */
function itemFromWebhook(repository: string, thing: Thing): GitHubItem {
  const [host = '', ...name] = repository.split('/');
  const at = { api: `http://${host}/api/v3`, pages: `http://${host}`, repository: name.join('/') };
  return { ...itemFromRest(issueOf(at, thing), repository, new Date(0).toISOString()), read_at: null };
}

onEachDatabase('reading GitHub', fixture => {
  let stand: LockStand;
  let standIn: StandIn;
  let orders: StandInRepository;
  let operator: Credential;
  let nowMs: number;
  let owner: string;

  beforeEach(async () => {
    nowMs = performance.now();
    stand = await openLockStand(fixture.db, { repository: true, monotonicMs: () => nowMs });
    standIn = await startStandIn();
    standIn.tokens.set('good', 'olga');
    // Remotes tell projects apart, and the tests share a database.
    owner = `octo-${crypto.randomUUID().slice(0, 8)}`;
    orders = standIn.repository(`${owner}/orders`);
    git(stand.folder, 'remote', 'add', 'origin', `${standIn.address}/${owner}/orders.git`);
    // What git said of the folder before is believed for some seconds.
    nowMs += 60_000;
    operator = await stand.operator();
    await stand.configure({ 'github.address': standIn.address });
  });
  afterEach(async () => {
    await stand.close();
    await standIn.close();
    expect(stand.errors).toEqual([]);
  });

  const signIn = (token = 'good', credential = operator) =>
    stand.call(signInToGitHub, { host: standIn.host, token }, credential);
  /** What so many minutes later is due. */
  const poll = async (minutes = 1.01) => {
    nowMs += minutes * 60_000;
    await stand.coordinator.readGitHub();
  };
  const described = async () =>
    (await stand.call(describeGitHub, {}, operator)) as {
      readonly repositories: readonly Standing[];
      readonly failed_writes: readonly { readonly error: string; readonly number: number }[];
    };
  const standing = async () => (await described()).repositories[0];
  const items = () =>
    fixture.db.query(sql<{ number: number; state: string; labels: { name: string }[] }>`
      select number, state, labels from github_items where repository = ${`${standIn.host}/${owner}/orders`}
      order by number`);
  const facts = () =>
    fixture.db.query(sql<{ label: string; login: string; was_set: boolean }>`
      select label, login, was_set from github_label_facts join github_items on github_items.id = item_id
      where repository = ${`${standIn.host}/${owner}/orders`} order by at`);

  test('waits for a sign-in, and asks nothing until there is one', async () => {
    await poll();
    expect(await standing()).toMatchObject({
      repository: `${standIn.host}/${owner}/orders`,
      page: `${standIn.address}/${owner}/orders`,
      state: 'signed_out',
      remotes: ['origin'],
      next: expect.stringContaining('Sign in'),
    });
    expect(standIn.asked).toEqual([]);
    await signIn();
    await stand.coordinator.readGitHub();
    expect(await standing()).toMatchObject({ state: 'ok', message: null });
    await stand.call(signOutOfGitHub, { host: standIn.host }, operator);
    await stand.coordinator.readGitHub();
    expect(await standing()).toMatchObject({ state: 'signed_out' });
  });

  test('learns what bears labels of the convention, and who set them', async () => {
    orders.put(1, { title: 'Fix it' });
    orders.label(1, 'locked:src/a.ts', 'ada');
    orders.put(2, { isPull: true });
    orders.label(2, 'bug', 'bob');
    await signIn();
    await poll();
    expect(await items()).toMatchObject([
      { number: 1, state: 'open', labels: [{ name: 'locked:src/a.ts' }] },
    ]);
    expect(await facts()).toEqual([{ label: 'locked:src/a.ts', login: 'ada', was_set: true }]);
    orders.label(2, 'agent:codex', 'cleo');
    orders.unlabel(1, 'locked:src/a.ts', 'bob');
    await poll();
    expect(await items()).toMatchObject([
      { number: 1, labels: [] },
      { number: 2, labels: [{ name: 'bug' }, { name: 'agent:codex' }] },
    ]);
    orders.close(2, 'ada');
    await poll();
    expect((await items())[1]).toMatchObject({ number: 2, state: 'closed' });
  });

  test('reads what it had passed over when labels are written otherwise', async () => {
    orders.put(1);
    orders.label(1, 'lock/src/a.ts', 'ada');
    orders.put(2);
    orders.label(2, 'locked:src/b.ts', 'ada');
    await signIn();
    await poll();
    expect((await items()).map(({ number }) => number)).toEqual([2]);
    await stand.configure({ 'github.lockLabelPrefix': 'lock/' });
    await poll();
    expect((await items()).map(({ number }) => number)).toEqual([1, 2]);
    await stand.coordinator.labelsSettled();
    expect(await stand.shown({ paths: ['src'] })).toMatchObject([
      { file_path: 'src/a.ts', locked_by: 'github:ada' },
    ]);
    const used = standIn.used();
    await poll();
    await poll();
    expect(standIn.used()).toBeLessThanOrEqual(used + 1);
  });

  test('reads hundreds of changes page by page, and none that it has read', async () => {
    for (let number = 1; number <= 250; number++) orders.put(number);
    orders.label(3, 'locked:a.ts', 'ada');
    // More than a page of them in the same second.
    for (let number = 300; number < 450; number++) orders.put(number, { updatedAt: '2026-11-21T09:00:00Z' });
    orders.label(449, 'locked:b.ts', 'ada');
    await signIn();
    await poll();
    expect((await items()).map(({ number }) => number)).toEqual([3, 449]);
    const used = standIn.used();
    expect(used).toBeLessThan(12);
    for (let again = 0; again < 4; again++) await poll();
    // Each time it was asked whether something changed. The first such question is new, and what it is about has to be looked
    // at, the others cost nothing.
    expect(standIn.asked.filter(({ status }) => status === 304).length).toBeGreaterThanOrEqual(3);
    expect(standIn.used()).toBeLessThanOrEqual(used + 2);
  });

  test('learns of labels that were deleted with their repository’s, and of issues that are gone', async () => {
    orders.put(1);
    orders.label(1, 'locked:a.ts', 'ada');
    orders.put(2);
    orders.label(2, 'locked:b.ts', 'ada');
    await signIn();
    await poll();
    // Neither changes when the issue was changed last.
    orders.put(1, { labels: [], updatedAt: orders.now(1).updatedAt });
    orders.remove(2);
    await poll(11);
    await poll(11);
    expect(await items()).toMatchObject([
      { number: 1, state: 'open', labels: [] },
      { number: 2, state: 'gone' },
    ]);
  });

  test('goes on reading where one issue is gone before anybody could ask who set its labels', async () => {
    const { project_id: projectId } = (await stand.call(describeProject, {})) as { project_id: string };
    orders.put(1);
    orders.label(1, 'locked:a.ts', 'ada');
    const repository = `${standIn.host}/${owner}/orders`;
    await stand.coordinator.corridor.walk({
      operation: recordGitHubItems,
      input: { repository, items: [itemFromWebhook(repository, orders.now(1))] },
      credential: { kind: 'system', name: 'test', projectId },
      door: 'system',
      cwd: null,
    });
    orders.remove(1);
    orders.put(2);
    orders.label(2, 'locked:b.ts', 'ada');
    await signIn();
    await poll();
    expect(await standing()).toMatchObject({ state: 'ok' });
    expect(await items()).toMatchObject([{ number: 1, state: 'open' }, { number: 2 }]);
    await poll(11);
    expect(await items()).toMatchObject([{ number: 1, state: 'gone' }, { number: 2 }]);
  });

  test('does not send a refused token again, and says so until somebody signs in anew', async () => {
    await signIn('bad');
    for (let again = 0; again < 5; again++) await poll(30);
    expect(standIn.asked.map(({ status }) => status)).toEqual([401]);
    expect(await standing()).toMatchObject({
      state: 'refused',
      message: 'GitHub answered 401: Bad credentials',
      next: expect.stringContaining('Sign in to GitHub again'),
      resumes_at: null,
    });
    await signIn();
    await stand.coordinator.readGitHub();
    expect(await standing()).toMatchObject({ state: 'ok' });
  });

  test('is quiet for as long as GitHub asks for it', async () => {
    orders.put(1);
    await signIn();
    standIn.faults.push(faults.secondaryLimit(600));
    await poll(4);
    await poll(4);
    expect(standIn.asked).toHaveLength(1);
    expect(await standing()).toMatchObject({ state: 'limited', resumes_at: expect.any(String) });
    await poll(7);
    expect(await standing()).toMatchObject({ state: 'ok' });
  });

  test('says what went wrong, waits longer each time, and goes on where it was', async () => {
    orders.put(1);
    orders.label(1, 'locked:a.ts', 'ada');
    await signIn();
    const met = [
      ['unavailable', faults.status(503)],
      ['garbage', faults.signInPage],
      ['missing', faults.status(404, {}, 'Not Found')],
      ['forbidden', faults.status(403, {}, 'Resource protected by organization SAML enforcement')],
    ] as const;
    for (const [index, [state, fault]] of met.entries()) {
      standIn.faults.push(fault);
      await poll(16);
      expect(await standing()).toMatchObject({ state, message: expect.stringMatching(/\w/) });
      expect(standIn.asked).toHaveLength(index + 1);
    }
    // After four failures in a row four minutes are waited.
    await poll(1.5);
    await poll(1.5);
    expect(standIn.asked).toHaveLength(met.length);
    await poll(1.5);
    expect(await standing()).toMatchObject({ state: 'ok', message: null, resumes_at: null });
    expect(await items()).toHaveLength(1);
  });

  test('reads again what a round that failed had read and not written down', async () => {
    orders.put(1);
    orders.label(1, 'locked:a.ts', 'ada');
    await signIn();
    // The list is answered, and who set the label is not.
    const answered = standIn.faults;
    answered.push('answer', faults.status(500));
    await poll();
    expect(await standing()).toMatchObject({ state: 'unavailable' });
    await poll();
    expect(await facts()).toEqual([{ label: 'locked:a.ts', login: 'ada', was_set: true }]);
  });

  test('keeps the token out of every record, event, answer and log', async () => {
    const secret = 'ghp_ThisIsTheSecretOfThisTest0123456789';
    standIn.tokens.set(secret, 'olga');
    await signIn(secret);
    orders.put(1);
    orders.label(1, 'locked:a.ts', 'ada');
    await poll();
    expect(await standing()).toMatchObject({ state: 'ok' });
    await expect(signIn(`${secret}\n`)).rejects.toSatisfy(
      error =>
        error instanceof InterlockError && !JSON.stringify([error.message, error.params]).includes(secret),
    );
    const tables = await fixture.db.query(sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE'`);
    const { project_id } = (await stand.call(describeProject, {})) as { project_id: string };
    for (const { name } of tables) {
      const rows = await fixture.db.query(
        sql`select row_to_json(t)::text as row from ${sql.table(name)} as t`,
      );
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
    expect(JSON.stringify([stand.events, await described(), stand.errors, project_id])).not.toContain(secret);
    expect(standIn.asked.every(({ authorization }) => authorization === `Bearer ${secret}`)).toBe(true);
  });

  test('takes a token from a person alone', async () => {
    const agent = await stand.worker('codex');
    for (const credential of [agent.credential, { kind: 'none' } as const]) {
      await expect(signIn('good', credential)).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:unauthenticated|operation_not_permitted)$/),
      });
    }
    await poll();
    expect(standIn.asked).toEqual([]);
  });

  test('follows origin and upstream, whichever way they are spelled, and no other remote until it is named', async () => {
    const { port, hostname } = new URL(standIn.address);
    git(stand.folder, 'remote', 'add', 'upstream', `ssh://git@${hostname}/${owner}/Main.git`);
    git(stand.folder, 'remote', 'add', 'mirror', `http://user:pw@${hostname}:${port}/${owner}/orders`);
    git(stand.folder, 'remote', 'add', 'visitor', `http://${hostname}:${port}/visitor/orders`);
    git(stand.folder, 'remote', 'add', 'lab', 'git@gitlab.com:octo/orders.git');
    git(stand.folder, 'remote', 'add', 'backup', stand.folder);
    standIn.repository(`${owner}/Main`);
    await signIn();
    await poll();
    expect(
      (await described()).repositories.map(({ repository, state, remotes }) => [
        repository.replace(standIn.host, 'here').replace(owner, 'octo'),
        state,
        [...remotes].sort(),
      ]),
    ).toEqual([
      ['here/octo/main', 'ok', ['upstream']],
      ['here/octo/orders', 'ok', ['mirror', 'origin']],
      ['here/visitor/orders', 'not_followed', ['visitor']],
      ['gitlab.com/octo/orders', 'not_github', ['lab']],
    ]);
    await stand.configure({ 'github.remotes': 'visitor' });
    standIn.repository('visitor/orders');
    await poll();
    expect((await described()).repositories.map(({ state }) => state).sort()).toEqual([
      'not_followed',
      'not_followed',
      'not_github',
      'ok',
    ]);
  });

  test('ends in the same state with webhooks before, after and between, late and repeated', async () => {
    const { project_id: projectId } = (await stand.call(describeProject, {})) as { project_id: string };
    orders.put(1);
    orders.put(2);
    await signIn();
    const repository = `${standIn.host}/${owner}/orders`;
    /** What a webhook would have told at that moment. */
    const told: { readonly items: GitHubItem[]; readonly facts: LabelFact[] }[] = [];
    const act = (number: number, label: string, was_set: boolean, login: string) => {
      if (was_set) orders.label(number, label, login);
      else orders.unlabel(number, label, login);
      const thing = orders.now(number);
      told.push({
        items: [itemFromWebhook(repository, thing)],
        facts: [{ repository, number, label, was_set, login, at: thing.updatedAt }],
      });
    };
    const deliver = ({ items, facts }: (typeof told)[number]) =>
      stand.coordinator.corridor.walk({
        operation: recordGitHubItems,
        input: { repository, items, facts },
        credential: { kind: 'system', name: 'test', projectId },
        door: 'system',
        cwd: null,
      });
    const steps = [
      () => act(1, 'locked:a.ts', true, 'ada'),
      () => act(2, 'locked:b.ts', true, 'bob'),
      () => act(1, 'locked:a.ts', false, 'bob'),
      () => act(2, 'agent:codex', true, 'ada'),
      () => act(1, 'locked:a.ts', true, 'cleo'),
    ];
    for (const [index, step] of steps.entries()) {
      step();
      if (index % 2 === 0) await poll();
    }
    const ofPolls = async () => JSON.stringify([await items(), await facts()]);
    await poll();
    const state = await ofPolls();
    for (const each of [...told.toReversed(), ...told]) await deliver(each);
    expect(await ofPolls()).toBe(state);
    await poll(11);
    expect(await ofPolls()).toBe(state);
    expect(await items()).toMatchObject([
      { number: 1, labels: [{ name: 'locked:a.ts' }] },
      { number: 2, labels: [{ name: 'locked:b.ts' }, { name: 'agent:codex' }] },
    ]);
  });

  test('turns labels into locks of whoever set them, and tells GitHub what became of a bad one', async () => {
    orders.put(1);
    orders.label(1, 'locked:src/a.ts', 'ada');
    orders.put(2, { title: '**<script>alert(1)</script>** \u202e' });
    orders.label(2, 'locked:../../etc/passwd', 'mallory');
    await signIn();
    await poll();
    await stand.coordinator.labelsSettled();
    expect(await stand.shown({ paths: ['src/a.ts'] })).toMatchObject([
      { locked_by: 'github:ada', agent_type: 'github_label' },
    ]);
    await poll();
    await expect
      .poll(() => orders.comments.map(({ number, author }) => [number, author]))
      .toEqual([[2, 'olga']]);
    expect(orders.comments[0]?.body).toContain('../../etc/passwd');
    orders.close(1, 'ada');
    await poll();
    await stand.coordinator.labelsSettled();
    expect(await stand.shown({ paths: ['src/a.ts'] })).toEqual([]);
  });

  test('reads nothing where the project does not want it', async () => {
    await stand.configure({ 'github.useSignIn': 'off' });
    await signIn();
    await poll();
    expect(await standing()).toMatchObject({ state: 'off' });
    expect(standIn.asked).toEqual([]);
  });
});
