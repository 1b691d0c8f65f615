/* I14: retention deletes all that is too old and nothing else, and what cannot be deleted holds up nothing else. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { artifactsInFolder } from '#shared/adapters/artifacts/local-folder.ts';
import { IN_DAYS } from '#shared/adapters/database/days/partitions.ts';
import { createLog } from '#shared/platform/log/log.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { startDuties } from '../../../services/supervisor/duty.ts';
import { retentionDuties } from '../../../services/supervisor/retention.ts';
import { dayFromNow, daysMade, idOn, placesOf } from '../../support/database/days.ts';
import { holdLock } from '../../support/database/hold-lock.ts';
import { finished } from '../../support/database/many-queued.ts';
import { eventually } from '../../support/eventually.ts';
import { afterFile } from '../../support/file-hooks.ts';
import { readSeries } from '../../support/http/figures.ts';
import { useSupervisor } from './fixture.ts';
import { runIds, runsOfDay } from './old-runs.ts';

const supervisor = useSupervisor();
const artifacts = await mkdtemp(join(tmpdir(), 'ghostly-test-retention-'));
afterFile(() => rm(artifacts, { recursive: true, force: true }));

const OLD = `clock_timestamp() - interval '40 days'`;

const ids = () => runIds(supervisor.sql);

async function oldRuns(count: number): Promise<string[]> {
  const { sql, account } = supervisor;
  await finished(sql, account, count);
  await sql.rows('alter table runs disable trigger user');
  await sql.rows(`update runs set finished_at = ${OLD} where status = 'pass'`);
  await sql.rows('alter table runs enable trigger user');
  return ids();
}

async function oldRest(keys: number): Promise<void> {
  const { sql, account } = supervisor;
  await sql.rows('delete from idempotency_keys');
  await sql.rows(`insert into runners (id, host, pid, slots, seen_at) values ($1, 'gone', 1, 1, ${OLD})`, [
    randomUUID(),
  ]);
  await sql.rows(
    `insert into idempotency_keys (user_id, key, body_hash, run_id, created_at)
     select $1, n::text, 'x', gen_random_uuid(), ${OLD} from generate_series(1, $2::int) as n`,
    [account.userId, keys],
  );
  await sql.rows(
    `insert into cancel_jobs (id, user_id, mode, matched, already_final, failures, created_at)
     select gen_random_uuid(), $1, 'graceful', 0, 0, '[]', ${OLD} from generate_series(1, 25)`,
    [account.userId],
  );
}

const left = async () =>
  (await supervisor.sql.row<{ runs: number; runners: number; keys: number; jobs: number }>(
    `select (select count(*)::int from runs) as runs, (select count(*)::int from runners) as runners,
       (select count(*)::int from idempotency_keys) as keys, (select count(*)::int from cancel_jobs) as jobs`,
  ))!;

function start(leading = true) {
  const warned: string[] = [];
  const stop = new AbortController();
  const resources = new AsyncDisposableStack();
  const duties = retentionDuties({
    webhookDays: 7,
    sql: supervisor.sql,
    days: 30,
    artifacts: artifactsInFolder(artifacts),
    stopping: stop.signal,
  });
  startDuties(duties, {
    leadership: { isLeading: () => leading, onLead: () => undefined },
    log: createLog('test', 'warn', {
      write: (line) => void warned.push((JSON.parse(line) as { msg: string }).msg),
    }),
    resources,
  });
  return {
    warned,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await resources.disposeAsync();
    },
  };
}

const runsOf = (day: string, count: number) =>
  runsOfDay(supervisor, { day, count, artifacts: artifactsInFolder(artifacts) });

const holds = (statement: string) => holdLock(supervisor.url, statement);

beforeEach(async () => {
  await rm(artifacts, { recursive: true, force: true });
  await mkdir(artifacts);
  for (const day of [-41, -40, -29].map(dayFromNow))
    for (const table of IN_DAYS)
      await supervisor.sql.rows(`drop table if exists ${table}_${day.replaceAll('-', '')}`);
});

it('the retention deletes all that is too old within one turn, a page at a time, and nothing else', async () => {
  const [first] = await oldRuns(1_100);
  await oldRest(12_000);
  await mkdir(join(artifacts, first!));
  await mkdir(join(artifacts, 'another'));
  const young = await supervisor.queue();
  await using retention = start();
  await eventually(async () => expect(await left()).toEqual({ runs: 1, runners: 0, keys: 0, jobs: 0 }));
  expect(await ids()).toEqual([young.id]);
  expect(await readdir(artifacts)).toEqual(['another']);
  expect(retention.warned).toEqual([]);
});

it('the retention deletes a day at once: its runs, its partitions and its artifacts', async () => {
  const day = dayFromNow(-40);
  const [first] = await runsOf(day, 1_100);
  const kept = dayFromNow(-29);
  const young = await runsOf(kept, 2);
  await using retention = start();
  await eventually(async () => expect(await ids()).toEqual(young.toSorted()));
  await eventually(async () => expect(await daysMade(supervisor.sql)).not.toContain(day));
  await eventually(async () => expect(await readdir(artifacts)).toEqual([kept]));
  expect(await placesOf(supervisor.sql, first!)).toEqual({});
  expect(retention.warned).toEqual([]);
});

it('the retention deletes the uses of secrets with their runs, and the counters of codes after a day', async () => {
  const { sql, account } = supervisor;
  const [[old], [ofDay]] = [await oldRuns(1), await runsOf(dayFromNow(-41), 1)];
  const young = await supervisor.queue();
  const secretId = randomUUID();
  await sql.rows(
    `insert into secrets (id, project_id, name, kind, version, sealed, kid, origins, updated_by)
     values ($1, $2, 'code', 'totp', 1, 'sealed', 'key', '{https://a.test}', $3)`,
    [secretId, account.projectId, account.userId],
  );
  for (const runId of [old, ofDay, young.id])
    await sql.rows(
      `insert into secret_uses (run_id, project_id, secret_id, name, version, step, origin, user_id)
       values ($1, $2, $3, 'code', 1, 0, 'https://a.test', $4)`,
      [runId, account.projectId, secretId, account.userId],
    );
  await sql.rows(
    `insert into totp_uses (project_id, name, counter, run_id, at)
     select $1, 'code', n, $2, clock_timestamp() - n * interval '1 hour' from generate_series(1, 1100) as n`,
    [account.projectId, young.id],
  );
  await using retention = start();
  await eventually(async () => {
    const uses = await sql.rows<{ id: string }>('select run_id as id from secret_uses');
    expect(uses.map(({ id }) => id)).toEqual([young.id]);
    const codes = await sql.rows<{ counter: string }>('select counter from totp_uses order by counter');
    expect(codes.at(-1)).toEqual({ counter: expect.stringMatching(/^2[34]$/) });
  });
  expect(retention.warned).toEqual([]);
});

it('the retention keeps a day in which a run is alive, and deletes its other runs one by one', async () => {
  const day = dayFromNow(-40);
  const [, ...ended] = await runsOf(day, 5);
  const alive = idOn(day);
  const { id } = await supervisor.queue();
  await supervisor.sql.rows('update runs set id = $2 where id = $1', [id, alive]);
  await using retention = start();
  await eventually(async () => expect(await ids()).toEqual([alive]));
  await retention[Symbol.asyncDispose]();
  expect(await daysMade(supervisor.sql)).toContain(day);
  expect(await placesOf(supervisor.sql, ended[0]!)).toEqual({});
  expect(await readdir(join(artifacts, day))).toEqual([]);
});

it('I14: a run that cannot be deleted keeps no other, and a look that fails keeps no other look', async () => {
  const [first] = await oldRuns(20);
  await oldRest(5);
  await using _run = await holds(`select from runs where id = '${first}' for update`);
  await using _jobs = await holds('lock table cancel_jobs in access exclusive mode');
  const counted = () =>
    supervisor.sql.row(
      `select (select count(*)::int from runs) as runs, (select count(*)::int from runners) as runners,
         (select count(*)::int from idempotency_keys) as keys`,
    );
  await using retention = start();
  await eventually(async () => expect(await counted()).toEqual({ runs: 1, runners: 0, keys: 0 }));
  await eventually(() =>
    expect(retention.warned.toSorted()).toEqual([
      'could not delete old bulk cancels',
      'could not delete old runs',
    ]),
  );
  expect(await ids()).toEqual([first]);
});

it('I14: a day that cannot be deleted keeps no later one', async () => {
  const [stuck, day] = [dayFromNow(-41), dayFromNow(-40)];
  const [first] = await runsOf(stuck, 2);
  await runsOf(day, 2);
  await using _run = await holds(`select from runs where id = '${first}' for update`);
  await using retention = start();
  await eventually(async () => expect(await daysMade(supervisor.sql)).not.toContain(day));
  expect(await daysMade(supervisor.sql)).toContain(stuck);
  await eventually(() => expect(retention.warned).toEqual(['could not delete old runs']));
});

it('a supervisor that does not lead deletes nothing', async () => {
  const old = await oldRuns(3);
  const retention = start(false);
  await retention[Symbol.asyncDispose]();
  expect(await ids()).toEqual(old);
});

it('what cannot be deleted is counted under its own kind, beside kinds that are all deleted', async () => {
  const figures = collectFigures('supervisor', '0');
  const { sql } = supervisor;
  const kindsOf = async (result: string) =>
    readSeries(await figures.read())
      .filter(({ name, labels, value }) => {
        const isOfTurns = name === 'ghostly_retention_turns_total';
        return isOfTurns && labels.ghostly_retention_result === result && value > 0;
      })
      .map(({ labels }) => labels.ghostly_retention_kind);
  await sql.rows('alter table project_invitations rename to invitations_away');
  try {
    await using _retention = start();
    await eventually(async () => expect(await kindsOf('failed')).toEqual(['invitations']));
    await eventually(async () => expect(await kindsOf('done')).toHaveLength(15));
    expect(await kindsOf('done')).not.toContain('invitations');
  } finally {
    await sql.rows('alter table invitations_away rename to project_invitations');
  }
});
