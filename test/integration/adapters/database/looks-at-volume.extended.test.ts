/* I14: the looks of the relay, of retention and at the queue cost the same when twice as much is stored. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { forgetCancelJobs, readCancelJob } from '#shared/adapters/database/cancel-jobs/read.ts';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { forgetRunners } from '#shared/adapters/database/processes/runners.ts';
import { labelSetsOf } from '#shared/adapters/database/queue/label-sets.ts';
import {
  readOldestNext,
  readPassedOver,
  readRunners,
} from '#shared/adapters/database/run-views/queue-ages.ts';
import { takeSample } from '#shared/adapters/database/run-views/samples.ts';
import { readSituation } from '#shared/adapters/database/run-views/situation.ts';
import { readSystem } from '#shared/adapters/database/run-views/system.ts';
import { readWaiting, type WaitingRun } from '#shared/adapters/database/run-views/waiting.ts';
import { forgetKeys } from '#shared/adapters/database/runs/idempotency.ts';
import { findUnpublished } from '#shared/adapters/database/runs/publishing.ts';
import { findExpired } from '#shared/adapters/database/runs/retention.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { behindKey, finished, waiting, waitingUsers } from '../../../support/database/many-queued.ts';
import { type Look, pagesAsItGrows } from '../../../support/database/pages-as-it-grows.ts';
import { queueRun } from '../../../support/database/runs.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

interface Account {
  userId: string;
  projectId: string;
}

const MANY = 10_000;
const WAITING = 500;
const PAGE = 100;
const MOST_PAGES = 1_500;

/** What others have: final runs, some of them not published, waiting ones, and what is kept of processes and requests. */
async function grow(sql: Sql, heavy: Account) {
  await finished(sql, heavy, MANY);
  await behindKey(sql, heavy, MANY);
  await waiting(sql, heavy, MANY);
  await sql.rows(UNPUBLISHED);
  await sql.rows(
    `insert into runners (id, host, pid, slots, seen_at)
     select gen_random_uuid(), 'gone', n, 1, clock_timestamp() - interval '1 hour' from generate_series(1, $1::int) as n`,
    [MANY],
  );
  await sql.rows(
    `insert into idempotency_keys (user_id, key, body_hash, run_id)
     select $1, gen_random_uuid()::text, 'x', gen_random_uuid() from generate_series(1, $2::int)`,
    [heavy.userId, MANY],
  );
  await sql.rows(
    `insert into cancel_jobs (id, user_id, mode, matched, already_final, failures)
     select gen_random_uuid(), $1, 'graceful', 0, 0, '[]' from generate_series(1, $2::int)`,
    [heavy.userId, MANY],
  );
  await sql.rows('analyze');
}

/** The state after a day without NATS; a third of them have an owner. */
const UNPUBLISHED = `
insert into unpublished (run_id, user_id, project_id, created_at, seq, rank, stored_seq, stored_rank, due_at)
select id, user_id, project_id, created_at, 0, 0, 1, 4,
  case when row_number() over () % 3 > 0 then clock_timestamp() - interval '1 hour' end
from runs on conflict do nothing`;

let light: Account;
/** The one of them that came last. */
let queued: WaitingRun;
const LOOKS: Look[] = [
  ['what is said of the system', (sql) => readSystem(sql, asked(light))],
  ['the relay', (sql) => findUnpublished(sql, PAGE)],
  ['the sample of a minute', (sql) => takeSample(sql, { minute: CALM_MINUTE, live: CALM, silentMs: 5_000 })],
  ['the labels of runners', (sql) => readRunners(sql, RUNNERS)],
  ['the age of what runners could take', (sql) => readOldestNext(sql, ['{}'], {})],
  ['the age of what claims pass over', (sql) => readPassedOver(sql, ALL_SETS, LIMITS)],
  ['the look for old runs', (sql) => findExpired(sql, 30, PAGE)],
  ['forgetting runners', forgetRunners],
  ['forgetting idempotency keys', forgetKeys],
  ['forgetting bulk cancels', (sql) => forgetCancelJobs(sql, 30)],
  ['how a run stands', (sql) => readSituation(sql, queued.id)],
  ['what a queued run waits for', (sql) => readWaiting(sql, queued, { ...RUNNERS, limits: LIMITS })],
  ['how far a bulk cancel is', (sql) => readCancelJob(sql, randomUUID())],
];
/** What is looked up for each set of labels. */
const LOOKS_AT_SETS: Look[] = [
  ['the age of what asks for labels', (sql) => readOldestNext(sql, ALL_SETS, { perUser: 4 })],
  [
    'the age of what asks for labels, where projects are limited',
    (sql) => readOldestNext(sql, ALL_SETS, LIMITS),
  ],
];
/** Those of a runner with six labels, the most that it can have. */
const ALL_SETS = labelSetsOf(['a', 'b', 'c', 'd', 'e', 'f']);
const RUNNERS = { leaseMs: 10_000, silentMs: 5_000 };
const LIMITS = { perUser: 4, perProject: 8 };
/** A minute in which none of them has ended: those that have are what a sample costs. */
const CALM_MINUTE = new Date(Date.now() + 3_600_000);
const CALM = { queued: 0, oldestMs: 0, running: 0, cancelling: 0, parked: 0 };
const asked = ({ userId }: Account) => ({
  viewerId: userId,
  shows: 'own' as const,
  webhooks: 'own' as const,
  silentMs: 5_000,
  runsOfRunner: 100,
  runners: 200,
  waiting: WAITING,
});

let pages: Map<string, number[]>;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  await using database = connectDatabase({
    url,
    applicationName: 'volume',
    statementTimeoutMs: 60_000,
  });
  const { sql } = database;
  light = await createOwner(sql);
  for (let n = 0; n < 10; n += 1)
    queued = { ...light, id: (await queueRun(sql, light)).id, concurrencyKey: 'key', runnerLabels: ['gpu'] };
  // More users of each set of labels than are looked at.
  await waitingUsers(sql, await createOwner(sql), 80, { labelSets: ALL_SETS });
  pages = await pagesAsItGrows(url, [...LOOKS, ...LOOKS_AT_SETS], async () =>
    grow(sql, await createOwner(sql)),
  );
}, 120_000);

it.each([
  ...LOOKS.map(([name]) => ({ name, most: MOST_PAGES })),
  ...LOOKS_AT_SETS.map(([name]) => ({ name, most: MOST_PAGES * ALL_SETS.length })),
])('I14: $name costs the same when twice as much is stored and waits', ({ name, most }) => {
  const [before, after] = pages.get(name)!;
  expect(after).toBeLessThan(before! * 1.3 + 20);
  expect(after).toBeLessThan(most);
});
