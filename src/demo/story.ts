import { attempt, edit, run, type Stage, takeLock, think } from './acts.ts';
import { connect, type DemoAgent, type Place } from './agent.ts';

/**
 * About a minute in which two agents share out work, take locks, collide, learn, hand over, and one of them tries a
 * force push that a person has to decide on. Resolves when the rest depends on the person.
 * @param joined told of each agent as soon as it is connected
 */
export async function story(
  stage: Stage,
  place: Place,
  joined: (agent: DemoAgent) => void,
): Promise<{ readonly ending: Promise<void> }> {
  const ada = await join(stage, place, joined, ['Ada', 'claude-code', 'claude_code_cli']);
  const otto = await join(stage, place, joined, ['Otto', 'codex', 'codex_cloud_worker']);
  await ada.call('heartbeat', { current_task: 'a discount for large orders' });
  await otto.call('heartbeat', { current_task: 'sell jam' });

  const discount = await submit(ada, 'implement', 'Give a fifth off from fifty pieces on', { priority: 2 });
  const tests = await submit(ada, 'test', 'Test orders of more than fifty pieces', {
    depends_on: [discount],
  });
  await submit(ada, 'review', 'Review the discount with its tests', { depends_on: [discount, tests] });
  await submit(otto, 'document', 'Describe jam in the API document', { priority: 8 });
  const claimed = await ada.call('get_work', { task_types: ['implement'] });
  stage.say(ada.name, 'leaves work in the queue, and takes the first of it');

  await takeLock(stage, ada, 'src/pricing.js', { reason: 'a fifth off from fifty pieces on' });
  await takeLock(stage, otto, 'src/stock.js', { reason: 'we sell jam now' });
  await edit(
    stage,
    ada,
    'src/pricing.js',
    'quantity >= 10 ? 0.1 : 0',
    'quantity >= 50 ? 0.2 : quantity >= 10 ? 0.1 : 0',
  );
  await edit(stage, otto, 'src/stock.js', "  ['honey', 12],\n", "  ['honey', 12],\n  ['jam', 30],\n");

  stage.say(otto.name, 'needs a price for jam, but Ada is still at work in that file');
  await edit(stage, otto, 'src/pricing.js', 'honey: 710 }', 'honey: 710, jam: 450 }');
  const itsTurn = takeLock(stage, otto, 'src/pricing.js', { reason: 'the price of jam', wait_seconds: 50 });
  await attempt(stage, ada, 'rm -rf /');

  await ada.call('remember', {
    event_type: 'discovery',
    summary: 'Prices in src/pricing.js are in cents, and the discount comes before the tax',
    lessons: ['test with an amount that rounds'],
    tags: ['pricing'],
  });
  await otto.call('recall', { task_description: 'price of a new article' });
  stage.say(otto.name, 'recalls what Ada has just found out about prices');
  await run(stage, ada, 'node --test', [process.execPath, '--test']);
  const message = 'A fifth off from fifty pieces on';
  await run(stage, ada, `git commit --message "${message}" src/pricing.js`, [
    ...['git', 'commit', '--message', message, 'src/pricing.js'],
  ]);
  await run(stage, ada, 'git push origin main', ['git', 'push', 'origin', 'main']);
  await ada.call('complete_work', { id: claimed.task_id, success: true, result: { pushed: 'main' } });
  await ada.call('write_handoff', {
    summary: 'The discount is in and pushed; its tests are in the queue.',
    next_steps: ['test orders of fifty and of fifty-one pieces', 'describe the discount in docs/api.md'],
    relevant_files: ['src/pricing.js', 'test/pricing.test.js'],
    to_agent: 'otto',
  });
  await ada.call('release_lock', { file_path: 'src/pricing.js' });
  stage.say(ada.name, 'hands over to Otto and releases src/pricing.js');
  await itsTurn;
  await otto.call('get_work', { task_types: ['test'] });
  await edit(stage, otto, 'src/pricing.js', 'honey: 710 }', 'honey: 710, jam: 450 }');

  stage.say(ada.name, 'does not like the message of the commit she has just pushed');
  await takeLock(stage, ada, 'docs/api.md', { reason: 'the discount in words' });
  const better = 'Discount: a fifth off from fifty pieces on';
  await run(stage, ada, `git commit --amend --message "${better}"`, [
    ...['git', 'commit', '--amend', '--message', better],
  ]);
  const force = 'git push --force origin main';
  return { ending: run(stage, ada, force, force.split(' ')) };
}

type Role = readonly [name: string, client: string, type: string];

async function join(
  stage: Stage,
  place: Place,
  joined: (agent: DemoAgent) => void,
  [name, client, type]: Role,
): Promise<DemoAgent> {
  const agent = await connect(place, name, client, type);
  joined(agent);
  stage.say(name, `connects as ${client}`);
  await think(stage, 1);
  return agent;
}

async function submit(agent: DemoAgent, task_type: string, description: string, more: object) {
  return (await agent.call('submit_work', { task_type, description, ...more })).task_id;
}
