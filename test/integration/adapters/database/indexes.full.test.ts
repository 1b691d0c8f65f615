/* I14: claims, sweeps, bulk cancels and the relay read runs by indexes, never the whole table. */
import { randomUUID } from 'node:crypto';
import type { QueryResultRow } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimConsumers } from '#shared/adapters/database/accounts/subscriber-consumers.ts';
import { readCancelJob } from '#shared/adapters/database/cancel-jobs/read.ts';
import { findLiveRuns } from '#shared/adapters/database/cancel-jobs/targets.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { findRunsByShortId } from '#shared/adapters/database/run-views/find.ts';
import { findSweepable, readSupervisedRuns } from '#shared/adapters/database/runs/finalise.ts';
import { findUnpublished } from '#shared/adapters/database/runs/publishing.ts';
import type { Sql, Values } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { claimNext } from '../../../support/database/claim-next.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

const RUNS = 20_000;
const USERS = 20;

let database: Database;
let owner: { userId: string; projectId: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'indexes', statementTimeoutMs: 60_000 });
  for (let n = 0; n < USERS; n++) owner = await createOwner(database.sql);
  await database.sql.rows(MANY_RUNS, [RUNS]);
  await database.sql.rows(UNPUBLISHED);
  await database.sql.rows('analyze');
});
afterAll(() => database[Symbol.asyncDispose]());

/** A year of runs, nearly all of them final and published; of the last 200 half are queued, half are claimed. */
const MANY_RUNS = `
insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, created_at, queue_until, status, owner,
  finished_at, last_seq)
select gen_random_uuid(), member.user_id, member.project_id, 'http://127.0.0.1', '{}', 'x', '{}', 1, at, at + interval '1 hour',
  case when final then 'pass' else 'running' end, case when final or n % 2 = 0 then gen_random_uuid() end, case when final then at + interval '5 s' end, 9
from (select n, n <= $1::int - 200 as final, clock_timestamp() - ($1::int - n) * interval '26 min' as at
  from generate_series(1, $1::int) as n) as run
join (select *, row_number() over (order by user_id) as place from project_members) as member
  on member.place = 1 + run.n % ${USERS}`;

/** The state after a day without NATS. */
const UNPUBLISHED = `
insert into unpublished (run_id, user_id, project_id, created_at, seq, rank, stored_seq, stored_rank, due_at)
select id, user_id, project_id, created_at, 0, 0, 1, 4, case when owner is null or finished_at is not null then created_at end
from runs limit ${RUNS / 2}`;

/** How PostgreSQL would carry out the statement of a repository's function: nothing is carried out. */
async function planOf(run: (sql: Sql) => Promise<unknown>, sql = database.sql): Promise<string> {
  const plans: string[] = [];
  const explain = async (text: string, values: Values = []) => {
    const lines = await sql.rows<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
    plans.push(lines.map((line) => line['QUERY PLAN']).join('\n'));
  };
  const explaining: Sql = {
    rows: async <Row extends QueryResultRow>(text: string, values?: Values): Promise<Row[]> => {
      await explain(text, values);
      return [];
    },
    row: async (text, values) => {
      await explain(text, values);
      return undefined;
    },
    transaction: (work) => work(explaining),
  };
  await run(explaining);
  return plans.join('\n');
}

const RULES = { overdueMs: 14_500, byCancel: false };

describe(`with ${RUNS} runs`, () => {
  it.each<[string, (sql: Sql) => Promise<unknown>, string[]]>([
    ['claiming', (sql) => claimNext(sql, randomUUID(), 10_000), ['runs_free_in_lane', 'runs_pkey']],
    ['a sweep of orphans', (sql) => findSweepable(sql, 'lease over', RULES, 100), ['runs_pkey']],
    ['a sweep of cancels', (sql) => findSweepable(sql, 'cancel overdue', RULES, 100), ['runs_cancel']],
    [
      'a sweep of the cancelled that wait',
      (sql) => findSweepable(sql, 'cancelled in the queue', RULES, 100),
      ['runs_cancel'],
    ],
    [
      'a sweep of what waited too long',
      (sql) => findSweepable(sql, 'queue time over', RULES, 100),
      ['runs_queue'],
    ],
    ['loading what is swept', (sql) => readSupervisedRuns(sql, [randomUUID()], RULES), ['runs_pkey']],
    [
      'a bulk cancel',
      (sql) => findLiveRuns(sql, { callerId: owner.userId, everybody: false, limit: 10_000 }),
      ['runs_queued(_of_project)?', 'runs_held(_of_project)?', 'runs_cancel'],
    ],
    [
      'a run by its short id',
      (sql) => findRunsByShortId(sql, '0a1b2c3d', owner.userId),
      ['runs_by_short_id'],
    ],
    ['how far a bulk cancel is', (sql) => readCancelJob(sql, randomUUID()), ['runs_(cancel|pkey)']],
    ['the relay', (sql) => findUnpublished(sql, 100), ['unpublished_due', 'unpublished_pkey']],
    [
      'the sign-in of a subscriber',
      (sql) =>
        claimConsumers(sql, { userId: owner.userId, keyId: randomUUID(), names: [], max: 1, keptMs: 1 }),
      ['unpublished_oldest'],
    ],
  ])('%s reads by its indexes, never the whole table', async (_, run, indexes) => {
    const plan = await planOf(run);
    expect(plan).not.toContain('Seq Scan on runs');
    for (const index of indexes) expect(plan).toMatch(new RegExp(`Scan (using|on) ${index}\\b`));
    // Not one row after the other of what comes later.
    expect(plan).not.toMatch(/Filter: .* < clock_timestamp\(\)/);
  });

  it.each(['cancel overdue', 'cancelled in the queue'] as const)(
    'I14: a sweep (%s) reads the index of recorded cancels or none, so never all that waits or was claimed',
    async (kind) => {
      const plan = database.sql.transaction(async (sql) => {
        await sql.rows('drop index runs_cancel');
        const without = await planOf((within) => findSweepable(within, kind, RULES, 100), sql);
        throw new Undone(without);
      });
      const without = await plan.catch((error: unknown) => {
        if (error instanceof Undone) return error.plan;
        throw error;
      });
      expect(without).toContain('Seq Scan on runs');
    },
  );
});

/** Rolls its transaction back. */
class Undone extends Error {
  readonly plan: string;

  constructor(plan: string) {
    super('rolled back');
    this.plan = plan;
  }
}
