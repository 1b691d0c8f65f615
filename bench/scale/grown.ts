/*
 * What a claim, a cancel, a receipt, a start, a list and a sweep cost where much is stored or waits, against a nearly
 * empty database, in turns. Over HTTP from real services, the runner without Chromium; claims and sweeps by their
 * functions.
 */
import { randomUUID } from 'node:crypto';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { createSql, type Sql } from '#shared/adapters/database/sql.ts';
import { createLog, openLogOutput } from '#shared/platform/log/log.ts';
import { sweep } from '../../services/supervisor/sweep.ts';
import { createOwner } from '../../test/support/database/accounts.ts';
import { claimNext } from '../../test/support/database/claim-next.ts';
import { fillDatabase, fillFree, type Stock } from '../../test/support/database/fill.ts';
import { openTestPool } from '../../test/support/database/open-pool.ts';
import { queueRun } from '../../test/support/database/runs.ts';
import { median, timed } from '../support/median.ts';
import { entered, runEnd, watch } from '../watch.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { WAITING } from './load.ts';
import type { Options } from './options.ts';
import type { BenchPostgres } from './postgres.ts';
import { ratioOf, type Table } from './table.ts';

const FEW: Stock = { finished: 10_000, behindKey: 0 };
const SIZE = { gateways: 1, supervisors: 1, runners: 1 };
const BOUND = { most: 1.3 };
/** So that plans, code and caches are warm on both sides. */
const WARM_UP = 25;

type Samples = Record<string, number[]>;

export async function measureStored(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  await using sides = await openSides(postgres, { finished: options.stored, behindKey: 0 });
  const what = `${options.stored.toLocaleString('en')} stored runs against ${FEW.finished.toLocaleString('en')}`;
  tell(table, what, await measureOverHttp(sides, options.rounds));
  tell(table, what, await measureFunctions(sides, options.rounds));
}

export async function measureWaiting(postgres: BenchPostgres, options: Options, table: Table): Promise<void> {
  const half = Math.round(options.waiting / 2);
  await using sides = await openSides(postgres, { ...FEW, behindKey: half, behindOthers: half });
  const what = `${options.waiting.toLocaleString('en')} waiting, half behind one key, against 0`;
  tell(table, what, await measureOverHttp(sides, options.rounds));
  tell(table, what, await measureFunctions(sides, options.rounds));
  await fillFree(sides.full.fleet.databaseUrl, half);
  await sides.full.sql.rows('vacuum analyze');
  tell(
    table,
    `and ${half.toLocaleString('en')} more that any runner may have`,
    await measureFunctions(sides, options.rounds),
  );
}

interface Side {
  fleet: Fleet;
  sql: Sql;
}

interface Sides extends AsyncDisposable {
  few: Side;
  full: Side;
}

async function openSides(postgres: BenchPostgres, stock: Stock): Promise<Sides> {
  await using resources = new AsyncDisposableStack();
  const open = async (name: string, of: Stock): Promise<Side> => {
    const began = performance.now();
    const fleet = resources.use(await openFleet({ postgres, name, fill: (url) => fillDatabase(url, of) }));
    const pool = openTestPool(fleet.databaseUrl, { options: SESSION_OPTIONS });
    resources.defer(() => pool.end());
    const sql = createSql(pool);
    const size = await sql.row<{ text: string }>(
      `select pg_size_pretty(pg_database_size(current_database())) as text`,
    );
    const seconds = Math.round((performance.now() - began) / 1_000);
    console.log(`${JSON.stringify(of)}: ${size!.text}, made in ${seconds} s`);
    return { fleet, sql };
  };
  const [few, full] = [await open('few_runs', FEW), await open('full_runs', stock)];
  const owned = resources.move();
  return { few, full, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function tell(table: Table, what: string, { few, full }: { few: Samples; full: Samples }): void {
  for (const [name, samples] of Object.entries(full)) {
    const [with_, against] = [median(samples), median(few[name]!)];
    table.figure(`${name}: ${what}`, with_ / against, BOUND, ratioOf(with_, against, 'ms'));
  }
}

/** Each round on both sides, first here, then there, then the other way round. */
async function inTurns(
  sides: Sides,
  rounds: number,
  round: (side: Side) => Promise<Record<string, number>>,
): Promise<{ few: Samples; full: Samples }> {
  const samples: { few: Samples; full: Samples } = { few: {}, full: {} };
  for (let n = -WARM_UP; n < rounds; n += 1) {
    for (const which of n % 2 === 0 ? (['few', 'full'] as const) : (['full', 'few'] as const)) {
      const taken = await round(sides[which]);
      if (n < 0) continue;
      for (const [name, ms] of Object.entries(taken)) {
        samples[which][name] ??= [];
        samples[which][name].push(ms);
      }
    }
  }
  return samples;
}

async function measureOverHttp(sides: Sides, rounds: number) {
  await using resources = new AsyncDisposableStack();
  for (const { fleet } of [sides.few, sides.full]) resources.use(await fleet.start(SIZE));
  return await inTurns(sides, rounds, ({ fleet }) => throughHttp(fleet));
}

async function throughHttp({ gateways: [gateway], apiKey }: Fleet): Promise<Record<string, number>> {
  const headers = { 'X-Api-Key': apiKey, 'Content-Type': 'application/json' };
  const api = async (path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${gateway}${path}`, { headers, ...init });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const [project] = (await api('/v1/projects')) as [{ id: string }];
  let run: unknown;
  const post = await timed(async () => {
    run = await api('/v1/run', { project: project.id, ...WAITING });
  });
  const { id } = run as { id: string };
  const watcher = watch(`${gateway}/v1/runs/${id}/events/stream`, headers);
  await watcher.until(entered('running.stepping.acting'));
  const cancel = await timed(async () => {
    await api(`/v1/runs/${id}/cancel`, {});
    await watcher.until(runEnd);
  });
  await watcher.ended;
  const receipt = await timed(() => api(`/v1/runs/${id}/cancel`));
  const list = await timed(() => api('/v1/runs'));
  return { 'POST /v1/run': post, 'cancel → fail': cancel, receipt, list };
}

async function measureFunctions(sides: Sides, rounds: number) {
  const light = new Map<Side, Awaited<ReturnType<typeof createOwner>>>();
  for (const side of [sides.few, sides.full]) light.set(side, await createOwner(side.sql));
  return inTurns(sides, rounds, async (side) => {
    const { sql } = side;
    const owner = randomUUID();
    const account = light.get(side)!;
    await queueRun(sql, account);
    const claim = await timed(async () => {
      if (!(await claimNext(sql, owner, 60_000))) throw new Error('there was nothing to claim');
    });
    await endAll(sql, owner, account.userId);
    return { claim, sweep: await timed(() => sweepOnce(sql)) };
  });
}

/** It finds nothing, as nearly all of them do. */
async function sweepOnce(sql: Sql): Promise<void> {
  const swept = await sweep({
    sql,
    log: LOG,
    overdueMs: 14_500,
    stopping: new AbortController().signal,
    finalise: () => Promise.reject(new Error('nothing was to be found')),
    onWritten: () => undefined,
  });
  if (swept > 0) throw new Error(`a sweep found ${swept} runs`);
}
const LOG = createLog('bench', 'error', openLogOutput());

/** Ends runs like owners and supervisors do: a lease that is left would make its user count as busy. */
async function endAll(sql: Sql, owner: string, userId: string): Promise<void> {
  const end = (which: string) => `
with ended as (
  update runs set status = 'fail', state = 'fail', cancelled = true, finished_at = clock_timestamp()
  where status = 'running' and ${which} returning id
)
delete from leases using ended where run_id = ended.id`;
  await sql.rows(end('owner = $1'), [owner]);
  await sql.rows(end('owner is null and cancel_requested_at is null and user_id = $1'), [userId]);
}
