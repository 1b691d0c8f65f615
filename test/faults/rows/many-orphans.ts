/* Runs without an actor, by the thousand: one is made by a killed runner, the others are its copies. Owns nothing. */

import { rows } from '../../support/database/rows.ts';
import type { Client } from '../../support/http/client.ts';
import { isEvent } from '../../support/http/sse.ts';
import type { TestSite } from '../../support/sites/site.ts';
import type { Stack } from '../../support/stack/stack.ts';

export interface OrphanPlace {
  stack: Stack;
  client: Client;
  site: TestSite;
}

export interface Orphanage {
  /** So many runs whose leases are over this very moment; resolves to their ids. */
  fill(count: number): Promise<string[]>;
}

/** What hangs on a run, and by which column. */
const TABLES = { runs: 'id', leases: 'run_id', events: 'run_id', steps: 'run_id', status_changes: 'run_id' };

/** Takes the orphan out of the database, as the pattern of those to come. */
export async function openOrphanage(place: OrphanPlace): Promise<Orphanage> {
  const ask = <Row>(text: string, values: unknown[] = []) => rows<Row>(place.stack.databaseUrl, text, values);
  const id = await makeOrphan(place);
  for (const [table, key] of Object.entries(TABLES))
    await ask(`create table pattern_${table} as select * from ${table} where ${key} = '${id}'`);
  for (const [table, key] of [
    ['leases', 'run_id'],
    ['runs', 'id'],
  ])
    await ask(`delete from ${table} where ${key} = $1`, [id]);

  /** A column of a copy. */
  const columnOf = (column: string, key: string) => {
    // No two leases are of one place in one claim.
    if (column === key || column === 'claim') return 'copies.id';
    return column === 'until' ? 'clock_timestamp()' : `pattern.${column}`;
  };
  return {
    async fill(count) {
      await ask('drop table if exists copies');
      await ask(`create table copies as select gen_random_uuid() as id from generate_series(1, ${count})`);
      for (const [table, key] of Object.entries(TABLES)) {
        const columns = await ask<{ name: string }>(
          `select column_name as name from information_schema.columns
           where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
          [table],
        );
        const names = columns.map(({ name }) => name);
        const values = names.map((name) => columnOf(name, key));
        await ask(
          `insert into ${table} (${names}) select ${values} from pattern_${table} as pattern, copies`,
        );
      }
      await ask('analyze');
      return (await ask<{ id: string }>('select id from copies')).map((copy) => copy.id);
    },
  };
}

/** A run with a step behind it, whose runner was killed within the next one. */
async function makeOrphan({ stack, client, site }: OrphanPlace): Promise<string> {
  const runner = await stack.start('runner');
  const id = await client.start({
    baseUrl: site.url,
    steps: [
      { action: 'goto', url: '/plain' },
      { action: 'waitForSelector', selector: '#nope' },
    ],
  });
  await (await client.watch(id)).until(isEvent('step_start', 1));
  runner.signal('SIGKILL');
  await runner.exited;
  return id;
}
