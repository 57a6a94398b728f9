import { sql } from '../src/coordinator/database/sql.ts';
import { call, registerAgent, startCoordinator } from './coordinator.ts';
import { openStore, stores } from './databases.ts';
import type { Figure } from './figure.ts';
import { median } from './quantiles.ts';
import type { Stage } from './stage.ts';

/** Records of a busy year. */
const records = 60_000;
const rounds = 3;
/** Appended in one transaction, each to the head that the one before has left: many more become slow. */
const batch = 1_000;

/** How fast a coordinator proves that its record was not tampered with. */
export async function verificationFigures(stage: Stage): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const store of stores) {
    const [home, url] = [await stage.newHome(), await store.url(stage)];
    const first = await startCoordinator(stage, home, url);
    await registerAgent(stage, first.client, 'writer');
    await first.stop();
    await lengthen(home, url);

    const { client, stop } = await startCoordinator(stage, home, url);
    const speeds: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const answer = await call(stage, client, {}, 'verify_audit', {});
      if (answer.status !== 'ok' || Number(answer.records) < records)
        throw new Error(`verify_audit answered ${JSON.stringify(answer)}`);
      speeds.push(Number(answer.records_per_second));
    }
    await stop();
    figures.push({
      id: `audit.${store.id}.verification`,
      what: `audit verification, ${store.name}, ${records.toLocaleString('en')} records`,
      value: median(speeds),
      unit: 'a second',
      target: { atLeast: 50_000 },
    });
  }
  return figures;
}

/** Makes the chain of every project there as long as it has to be, with records like the last that it has. */
async function lengthen(home: string, url: string | undefined): Promise<void> {
  const database = await openStore(home, url);
  for (let appended = 0; appended < records; appended += batch) {
    await database.query(sql`
      select append_audit(project_id, body)
      from audit_heads join audit_log using (project_id, sequence), generate_series(1, ${batch}::int)`);
  }
  await database.close();
}
