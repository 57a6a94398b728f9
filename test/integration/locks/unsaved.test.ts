import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/coordinator/kernel/caller.ts';
import { forceReleaseLock } from '../../../src/coordinator/locks/force-release.ts';
import { holdUnsavedFiles } from '../../../src/coordinator/locks/unsaved.ts';
import { registerSession } from '../../../src/coordinator/sessions/register.ts';
import { onEachDatabase } from '../../support/databases.ts';
import { type LockStand, openLockStand, refusal, type Worker } from './stand.ts';

interface Report {
  readonly held: readonly string[];
  readonly expires_at: string | null;
  readonly conflicts: readonly { readonly locked_by: string; readonly file_path: string }[];
}

onEachDatabase('a file with unsaved changes', fixture => {
  let stand: LockStand;
  let olga: Credential;
  let ada: Worker;

  beforeEach(async () => {
    stand = await openLockStand(fixture.db);
    olga = await stand.operator();
    ada = await stand.chat('ada');
  });
  afterEach(async () => {
    await stand.close();
    expect(stand.errors).toEqual([]);
  });

  const report = (paths: readonly string[], more: { window?: string } = {}) =>
    stand.coordinator.corridor.walk({
      operation: holdUnsavedFiles,
      input: { paths, ...more },
      credential: olga,
      door: 'http',
      cwd: stand.folder,
    }) as Promise<Report>;
  const held = async () => (await stand.shown()).map(lock => lock.file_path).sort();

  test('is held by the person who typed, for two minutes and in that worktree', async () => {
    const answer = await report([`${stand.folder}/src/a.ts`, 'b']);
    expect(answer).toMatchObject({ held: ['b', 'src/a.ts'], conflicts: [] });
    const minutes = (Date.parse(answer.expires_at ?? '') - Date.now()) / 60_000;
    expect(minutes).toBeCloseTo(2, 0);
    const shown = await stand.shown({ paths: ['src/a.ts'] });
    expect(shown).toMatchObject([
      { mode: 'unsaved', locked_by: 'Olga', agent_type: 'person', worktree: stand.folder },
    ]);
  });

  test('asks the person before an agent writes, and goes on when they agree', async () => {
    await report(['src/a.ts']);
    const verdict = await stand.write(ada, 'src/a.ts');
    expect(verdict).toMatchObject({
      refusal: null,
      asks: [{ answer: 'ask', rule: 'locks.unsaved-editor', category: 'locks' }],
      locks: [],
    });
    expect(verdict.asks[0]?.effect).toContain('Olga has unsaved changes');
    expect(await stand.peek(ada, 'src')).toMatchObject({ asks: [{ rule: 'locks.unsaved-editor' }] });
    expect(await stand.writeAgreed(ada, 'src/a.ts')).toMatchObject({ locks: [{ file_path: 'src/a.ts' }] });
  });

  test('refuses an agent that asks for the lock, and says to ask the person to save', async () => {
    await report(['src/a.ts']);
    const answer = await stand.acquire(ada, 'src/**');
    expect(answer).toMatchObject({ success: false, locked_by: 'Olga', agent_type: 'person' });
    expect(answer.suggestion).toBe('Ask Olga to save or close src/a.ts in the editor, then try again.');
  });

  test('is reported as a set: what is not named any more is free, what is named stays with its fence', async () => {
    await report(['a', 'b']);
    const before = await stand.shown({ paths: ['b'] });
    await report(['b', 'c']);
    expect(await held()).toEqual(['b', 'c']);
    expect(await stand.shown({ paths: ['b'] })).toMatchObject([{ fence: before[0]?.fence }]);
    await report([]);
    expect(await held()).toEqual([]);
    expect(await stand.write(ada, 'b')).toMatchObject({ asks: [] });
  });

  test('of another window stays where one window reports anew', async () => {
    await report(['a'], { window: 'one' });
    await report(['b'], { window: 'two' });
    await report([], { window: 'two' });
    expect(await held()).toEqual(['a']);
  });

  test('is never refused: an agent’s lock on it is told, and the agent asks before it writes on', async () => {
    await stand.write(ada, 'a');
    expect(await report(['a'])).toMatchObject({
      held: ['a'],
      conflicts: [{ file_path: 'a', locked_by: 'ada' }],
    });
    expect(await stand.write(ada, 'a')).toMatchObject({ asks: [{ rule: 'locks.unsaved-editor' }] });
    expect(await held()).toEqual(['a', 'a']);
  });

  test('makes the fence of an agent whose lock lapsed stale', async () => {
    await stand.write(ada, 'a');
    await stand.lapse(ada);
    await report(['a']);
    await report([]);
    expect(await stand.write(ada, 'a')).toMatchObject({
      refusal: { code: 'stale_fence', params: { taken_by: 'Olga' } },
    });
  });

  test('is free soon after its window crashed', async () => {
    await report(['a']);
    const [hold] = await stand.shown();
    await stand.lapse({ sessionId: hold?.session_id ?? '' });
    expect(await stand.write(ada, 'a')).toMatchObject({ asks: [], locks: [{ file_path: 'a' }] });
  });

  test('cannot be force-released: the person saves it', async () => {
    await report(['a']);
    const error = await refusal(stand.call(forceReleaseLock, { file_path: 'a', reason: 'mine' }, olga));
    expect(error).toMatchObject({ code: 'lock_not_found_or_not_owner' });
    expect(error.next).toBe('Ask Olga to save or close the file.');
  });

  describe('where the setting is', () => {
    test('warn: the agent may write, and is told', async () => {
      await stand.configure({ 'locks.unsavedEditors': 'warn' });
      await report(['a']);
      const verdict = await stand.write(ada, 'a');
      expect(verdict).toMatchObject({ refusal: null, asks: [], locks: [{ file_path: 'a' }] });
      expect(verdict.advice).toEqual([expect.stringContaining('Olga has unsaved changes in a')]);
      const other = await stand.chat('other');
      await report(['b']);
      const answer = await stand.acquire(other, 'b');
      expect(answer).toMatchObject({ success: true, advice: [expect.stringContaining('Olga')] });
    });

    test('off: nothing is held', async () => {
      await report(['a']);
      await stand.configure({ 'locks.unsavedEditors': 'off' });
      expect(await stand.write(ada, 'a')).toMatchObject({ asks: [], advice: [] });
      expect(await report(['a'])).toMatchObject({ held: [], expires_at: null });
    });
  });

  test('is reported by people alone, whom nobody can pass for', async () => {
    expect(await refusal(stand.as(ada, holdUnsavedFiles, { paths: ['a'] }))).toMatchObject({
      code: 'operation_not_permitted',
    });
    for (const disguise of [
      { agent_type: 'person' },
      { agent_type: 'codex', harness: 'interlock.editor', harness_session_id: 'x' },
    ]) {
      expect(await refusal(stand.call(registerSession, disguise))).toMatchObject({
        code: 'operation_not_permitted',
      });
    }
    await report(['a']);
    const [{ external_id: sessionId } = { external_id: '' }] = await stand.personSessions();
    const posing: Credential = { kind: 'harness', harness: 'interlock.editor', sessionId };
    expect(await refusal(stand.release({ ...ada, credential: posing }, 'a'))).toMatchObject({
      code: 'operation_not_permitted',
    });
  });
});
