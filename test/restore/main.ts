/*
 * npm run test:restore: docs/operate.md's backup and restore. After the dump all is killed, the database dropped, the
 * stream deleted; each run of the dump has to become final with its history. Real but for Chromium. Ends with 1 if
 * not.
 */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'nats';
import pg from 'pg';
import { EVENT_STREAM } from '#shared/adapters/bus/subjects.ts';
import { type Fleet, openFleet } from '../../bench/scale/fleet.ts';
import { FINAL, startRuns, THREE_STEPS, until, WAITING } from '../../bench/scale/load.ts';
import { render, scalingOf } from '../support/cluster/manifests.ts';
import { startWholePostgres } from './whole-postgres.ts';

const NAME = 'restored';
const [OVER, LIVE, QUEUED] = [20, 8, 12];
const ONE_OF_EACH = { gateways: 1, supervisors: 1, runners: 1, slots: LIVE };
/** The command of docs/operate.md: once at the installation, again after a restore. */
const SCALER_ROLE = ['ON_ERROR_STOP=1', 'password=secret']
  .flatMap((variable) => ['-v', variable])
  .concat('-qf', join(import.meta.dirname, '../../deploy/kubernetes/scaler-role.sql'));
const CLAIMED = `status = 'running' and owner is not null`;

await using postgres = await startWholePostgres();
console.log(postgres.version);
await using fleet = await openFleet({ postgres, name: NAME });
const dump = join(tmpdir(), `ghostly-${process.pid}.dump`);
await using resources = new AsyncDisposableStack();
resources.defer(() => rm(dump, { force: true }));
{
  await using _before = await fleet.start(ONE_OF_EACH);
  await startRuns(fleet, THREE_STEPS, OVER);
  await until(fleet, FINAL, OVER);
  await startRuns(fleet, WAITING, LIVE);
  await until(fleet, CLAIMED, LIVE);
  await startRuns(fleet, THREE_STEPS, QUEUED);
  await postgres.run('psql', postgres.masterUrlOf(NAME), ...SCALER_ROLE);
  await postgres.run('pg_dump', '--format=custom', `--file=${dump}`, fleet.databaseUrl);
  // What the dump does not have.
  await startRuns(fleet, THREE_STEPS, 5);
  for (const pid of [...fleet.pids.gateway, ...fleet.pids.supervisor, ...fleet.pids.runner])
    process.kill(pid, 'SIGKILL');
}
await postgres.drop(NAME);
await wipe(fleet);
await postgres.create(NAME);
await postgres.run(
  'pg_restore',
  `--dbname=${fleet.databaseUrl}`,
  '--no-owner',
  '--no-privileges',
  '--exit-on-error',
  dump,
);
await postgres.run('psql', postgres.masterUrlOf(NAME), ...SCALER_ROLE);

console.log(`KEDA's role counts ${await slotsWanted(fleet)} slots that are wanted`);

const database = new pg.Client({ connectionString: fleet.databaseUrl });
await database.connect();
resources.defer(() => database.end());
const restored: Fleet = { ...fleet, database };
await using _after = await restored.start(ONE_OF_EACH);
const from = performance.now();
await until(restored, FINAL, OVER + LIVE + QUEUED);
console.log(`all runs of the dump are final after ${((performance.now() - from) / 1_000).toFixed(1)} s`);

const { rows: ends } = await database.query(
  `select status, stale, count(*)::int from runs group by 1, 2 order by 1, 2`,
);
assert.deepEqual(ends, [
  { status: 'fail', stale: true, count: LIVE },
  { status: 'pass', stale: false, count: OVER + QUEUED },
]);
const { rows: histories } = await database.query(
  `select from runs left join lateral (
     select count(*) as events, max(seq) as last, count(*) filter (where type = 'run_end') as ends
     from events where run_id = runs.id
   ) as counted on true
   where counted.events <> runs.last_seq or counted.last <> runs.last_seq or counted.ends <> 1`,
);
assert.equal(histories.length, 0, 'a run without its whole history');
await startRuns(restored, THREE_STEPS, 10);
await until(restored, FINAL, OVER + LIVE + QUEUED + 10);
const messages = await published(restored);
assert.ok(messages > 0, 'nothing is in the new event stream');
console.log(
  `${OVER} were over, ${QUEUED} waited and passed, ${LIVE} were live and ended as stale, 10 new ones passed; ${messages} messages in the new event stream`,
);

async function withNats<Result>(
  { natsUrl }: Fleet,
  work: (
    streams: Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['jetstreamManager']>>['streams'],
  ) => Promise<Result>,
): Promise<Result> {
  const { username: user, password: pass, host } = new URL(natsUrl);
  const connection = await connect({ servers: host, user, pass: decodeURIComponent(pass) });
  try {
    return await work((await connection.jetstreamManager()).streams);
  } finally {
    await connection.close();
  }
}

async function slotsWanted({ databaseUrl }: Fleet): Promise<number> {
  const signIn = { username: 'ghostly_scaler', password: 'secret' };
  const client = new pg.Client({ connectionString: Object.assign(new URL(databaseUrl), signIn).href });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, string>>(scalingOf(await render('base')).query);
    return Number(Object.values(rows[0]!)[0]);
  } finally {
    await client.end();
  }
}

async function wipe(of: Fleet): Promise<void> {
  await withNats(of, (streams) => streams.delete(EVENT_STREAM));
}

function published(of: Fleet): Promise<number> {
  return withNats(of, async (streams) => (await streams.info(EVENT_STREAM)).state.messages);
}
