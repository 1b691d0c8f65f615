/* I14: held runs that lack a lease are looked for off an index, also with statistics of a busier time. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { mendLeases } from '#shared/adapters/database/runs/retention.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { fillDatabase } from '../../../../support/database/fill.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

/** Tells how statements that write would be carried out, in place of doing so. */
function explaining(sql: Sql, plans: string[]): Sql {
  return {
    ...sql,
    rows: async (text, values) => {
      if (!text.includes('insert into')) return sql.rows(text, values);
      const lines = await sql.rows<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
      return [];
    },
    transaction: (work) => sql.transaction((within) => work(explaining(within, plans))),
  };
}

it('I14: runs without a lease are looked for off an index, also where PostgreSQL takes many for held', async () => {
  const { url } = await createTestDatabase();
  await using database = connectDatabase({ url, applicationName: 'test' });
  const { sql } = database;
  await fillDatabase(url, { finished: 5_000, behindKey: 0 });
  await sql.rows('alter table runs disable trigger user');
  // The statistics are of a busy time.
  await sql.rows(
    `update runs set status = 'running', finished_at = null, owner = $1
     where id in (select id from runs where not cancelled limit 2500)`,
    [randomUUID()],
  );
  await sql.rows('analyze runs');
  await sql.rows(
    `update runs set status = 'fail', finished_at = clock_timestamp() where status = 'running' and owner is not null`,
  );

  const plans: string[] = [];
  await mendLeases(explaining(sql, plans));
  expect(plans).toHaveLength(1);
  expect(plans[0]).toMatch(/Index Scan (on|using) runs_/);
  expect(plans[0]).not.toMatch(/Seq Scan on runs/);
});
