/*
 * npm run bench:schedules: what a look of the leader costs with 100,000 schedules of which ten are due, and what it costs
 * others that there are so many: lower quartiles, beside a database with ten, in turns, so that a busy machine slows both.
 */
import { randomUUID } from 'node:crypto';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { takeDue } from '#shared/adapters/database/schedules/occurrences.ts';
import { listSchedules } from '#shared/adapters/database/schedules/schedules.ts';
import { createSql, type Sql } from '#shared/adapters/database/sql.ts';
import { lookAtSchedules, settleSchedules } from '../../services/supervisor/schedules/look-at-schedules.ts';
import { createOwner } from '../../test/support/database/accounts.ts';
import { claimNext } from '../../test/support/database/claim-next.ts';
import { queueRun } from '../../test/support/database/runs.ts';
import { quartile, timed } from '../support/median.ts';
import { startThrowawayPostgres } from '../support/throwaway-postgres.ts';

const ROUNDS = 60;
const SCHEDULES = Number(process.argv[2] ?? 100_000);
const DUE = 10;
/** ms. */
const MOST_OF_A_LOOK = 20;
/** Most growth of what must not grow, noise included. */
const BOUND = 1.2;

type Account = Awaited<ReturnType<typeof createOwner>>;
interface Side {
  sql: Sql;
  account: Account;
}

/** Each has fifty occurrences behind it, of the last days; none is due. */
const FILL = `
with made as (
  insert into schedules (id, project_id, name, cron, timezone, dst, flow_name, start, overlap, catch_up, catch_up_ms, window_ms, offset_ms, user_id, evaluated_to, next_at, wakes_at)
  select gen_random_uuid(), :projectId::uuid, 'schedule-' || n, '30 2 * * *', 'Europe/Berlin', 'after_gap', 'flow', '{}', 'skip', 'last', 3600000, 0, 0,
    :userId::uuid, clock_timestamp(), at, at
  from (select n, clock_timestamp() + interval '1 hour' + n * interval '1 s' as at from generate_series(1, :count::int) as n) as all_of_them
  returning id
)
insert into schedule_occurrences (schedule_id, nominal_at, kind, status)
select id, clock_timestamp() - day * interval '1 day', 'cron', 'skipped_overlap' from made, generate_series(1, :days::int) as day`;
const MAKE_DUE = `
update schedules set evaluated_to = clock_timestamp() - interval '1 day', next_at = clock_timestamp(), wakes_at = clock_timestamp()
where id in (select id from schedules order by name limit ${DUE})`;
const FORGET_DUE = `
with gone as (delete from schedule_occurrences where kind = 'catch_up')
update schedules set due_at = null where due_at is not null`;

async function open(name: string, count: number): Promise<Side> {
  const url = await postgres.create(name);
  await migrate(url);
  const sql = createSql(postgres.connect({ options: SESSION_OPTIONS }, url));
  const account = await createOwner(sql);
  console.error(`filling a database with ${count} schedules …`);
  await sql.rows(FILL, { ...account, count, days: count > DUE ? 10 : 50 });
  await sql.rows('vacuum analyze');
  return { sql, account };
}

const log = { warn: (...words: unknown[]) => console.error(...words) };
const always = () => true;
const LOOK = `a look with ${DUE} due`;
const STATEMENTS: [string, (side: Side) => Promise<unknown>][] = [
  [LOOK, ({ sql }) => lookAtSchedules(sql, log, always)],
  ['a look with none due', ({ sql }) => lookAtSchedules(sql, log, always)],
  ['what has ended', ({ sql }) => settleSchedules(sql, always)],
  ['what a gateway has to start', ({ sql }) => takeDue(sql, 1)],
  [
    'a page of ten schedules',
    ({ sql, account }) => listSchedules(sql, { projectId: account.projectId, limit: DUE }),
  ],
  ['start', ({ sql, account }) => queueRun(sql, account)],
  ['claim', ({ sql }) => claimNext(sql, randomUUID(), 60_000)],
];

/** One round of each statement, here and there in turns. */
async function measure(sides: [Side, Side], times: Map<string, [number[], number[]]>, first: number) {
  for (const { sql } of sides) {
    await sql.rows(FORGET_DUE);
    await sql.rows(MAKE_DUE);
  }
  for (const [what, work] of STATEMENTS) {
    const [few, many] = times.get(what) ?? [[], []];
    times.set(what, [few, many]);
    for (const n of [first, 1 - first]) (n === 0 ? few : many).push(await timed(() => work(sides[n]!)));
  }
}

function report(times: ReadonlyMap<string, [number[], number[]]>): void {
  console.log(`| ms, lower quartile | ${DUE} schedules | ${SCHEDULES.toLocaleString('en')} | ratio |`);
  console.log('| --- | ---: | ---: | ---: |');
  let over = 0;
  for (const [what, [few, many]] of times) {
    const ratio = quartile(many) / quartile(few);
    if (ratio > BOUND) over += 1;
    const cells = [quartile(few).toFixed(2), quartile(many).toFixed(2), `×${ratio.toFixed(2)}`];
    console.log(`| ${what} | ${cells.join(' | ')} |`);
  }
  console.log(over === 0 ? `nothing is over ×${BOUND}` : `${over} are over ×${BOUND}`);
  const look = quartile(times.get(LOOK)?.[1] ?? []);
  console.log(
    `${LOOK}: ${look.toFixed(1)} ms, ${look <= MOST_OF_A_LOOK ? 'within' : 'over'} ${MOST_OF_A_LOOK} ms`,
  );
}

await using postgres = await startThrowawayPostgres();
const few = await open('few', DUE);
const many = await open('many', SCHEDULES);
const times = new Map<string, [number[], number[]]>();
for (let round = 0; round < ROUNDS; round += 1) await measure([few, many], times, round % 2);
report(times);
