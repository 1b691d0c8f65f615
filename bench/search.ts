/*
 * What a search costs among many runs, and what it costs to keep its index: the functions that the gateway and the
 * supervisor use, in a PostgreSQL that is thrown away. Nothing is synced to disk. Each figure is printed with its bound.
 */
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { indexDue } from '#shared/adapters/database/search/keep.ts';
import { type RunsToFind, type SearchPlace, searchRuns } from '#shared/adapters/database/search/search.ts';
import { searchWords } from '#shared/adapters/database/search/terms.ts';
import { createSql, type Sql } from '#shared/adapters/database/sql.ts';
import { indexSearches } from '../test/support/database/index-searches.ts';
import { fillWithRuns, type ManyRuns } from '../test/support/database/many-runs.ts';
import { queueRun } from '../test/support/database/runs.ts';
import { median, sample, timed } from './support/median.ts';
import { startThrowawayPostgres } from './support/throwaway-postgres.ts';

const RUNS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 15;
/** Most time of one request, ms. */
const BOUND_MS = 200;
const STARTS = { rounds: 20, each: 100, bound: 1.2 };

await using postgres = await startThrowawayPostgres();
const pool = postgres.connect({ options: SESSION_OPTIONS });
await migrate(postgres.url);
const sql = createSql(pool);
console.error(`filling a database with ${RUNS} runs …`);
const many = await fillWithRuns(sql, RUNS);
await sql.rows(namesOfRuns());
await indexAll(sql);
await reportSizes(sql);
await reportSearches(sql, many);
await reportIndexing(sql, many);
await reportStarts(sql, many);

/** Names, labels, addresses and errors as they might be: most of few kinds, some of one run only. */
function namesOfRuns(): string {
  return `
update runs set name = (array['Checkout', 'Nightly import', 'Log in', 'Search a product'])[1 + ordinal % 4] || ' ' || ordinal,
  own_labels = case when ordinal % 2 = 0 then array['nightly'] else array['team:' || ordinal % 50] end
    || case when ordinal % 100003 = 17 then array['rare'] else '{}' end,
  base_url = 'https://shop-' || ordinal % 200 || '.example.com'`;
}

/** Off the GIN index, which is built afterwards: a million entries one by one take a quarter of an hour. */
async function indexAll(sql: Sql): Promise<void> {
  await sql.rows(`update steps set ok = false, error = 'Timeout 5000ms exceeded: waiting for #buy-' || right(run_id::text, 4)
    where index = 1 and run_id in (select id from runs where status = 'fail')`);
  await sql.rows('drop index run_search_terms');
  await indexSearches(sql);
  await sql.rows('create index run_search_terms on run_search using gin (terms) with (fastupdate = off)');
  await pool.query('vacuum analyze');
}

async function reportSizes(sql: Sql): Promise<void> {
  const row = (await sql.row<{ bytes: number }>(
    `select (pg_total_relation_size('run_search')::float8 / count(*))::int as bytes from run_search`,
  ))!;
  console.log(`index of searches: ${row.bytes} bytes a run (with its table)\n`);
}

async function reportSearches(sql: Sql, many: ManyRuns): Promise<void> {
  const middle = (await sql.row<{ id: string }>('select id from runs where ordinal = $1', [RUNS / 2]))!;
  const failed = (await sql.row<{ word: string }>(
    `select '#buy-' || right(id::text, 4) as word from runs where status = 'fail' and not cancelled order by ordinal limit 1`,
  ))!;
  const admin = { viewerId: many.stranger.userId, everybody: true };
  const member = { viewerId: many.viewer.userId, everybody: false };
  const kinds: [string, Partial<RunsToFind> & { q?: string }][] = [
    ['an id', { ...admin, q: middle.id }],
    ['a short id', { ...admin, q: middle.id.slice(-8) }],
    ['the beginning of an id', { ...admin, q: middle.id.slice(0, 13) }],
    ['a name of one run, the oldest', { ...admin, q: 'checkout 4 ' }],
    ['a name of one run, in the middle', { ...admin, q: String(RUNS / 2 + 1) }],
    ['words that many have', { ...admin, q: 'nightly import' }],
    ['words that none has', { ...admin, q: 'zeppelin' }],
    ['two letters', { ...admin, q: 'ch' }],
    ['an address', { ...admin, q: 'shop-117.example' }],
    ['the error of a step of one run', { ...admin, q: failed.word }],
    ['a label of half of them', { ...admin, label: 'nightly' }],
    ['a label of one in a hundred thousand', { ...admin, label: 'rare' }],
    ['an outcome and words', { ...admin, q: 'checkout', outcome: 'lost' }],
    ['words of many and words that none has', { ...admin, q: 'checkout zeppelin' }],
    ['a member: a name of one run of another', { ...member, q: 'checkout 4 ' }],
    ['a member: words that many have', { ...member, q: 'nightly import' }],
    ['a member: a rare label', { ...member, label: 'rare' }],
  ];
  console.log('| search for | ms | slowest, ms | found on the first page | all pages, ms | bound | |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | --- |');
  for (const [name, { q = '', ...rest }] of kinds) {
    const wanted = { viewerId: '', everybody: false, words: searchWords(q), limit: 100, ...rest };
    let found = 0;
    const once = () =>
      timed(async () => {
        found = (await searchRuns(sql, wanted)).runs.length;
      });
    await once();
    const times = await sample(ROUNDS, once);
    const [ms, most] = [median(times), Math.max(...times)];
    const all = found < wanted.limit ? (await timed(() => allPages(sql, wanted))).toFixed(0) : '';
    const cells = [
      name,
      ms.toFixed(1),
      most.toFixed(1),
      found,
      all,
      `≤ ${BOUND_MS}`,
      ms <= BOUND_MS ? 'met' : 'not met',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

async function allPages(sql: Sql, wanted: RunsToFind): Promise<void> {
  for (let before: SearchPlace | undefined; ; ) {
    const { next } = await searchRuns(sql, { ...wanted, before });
    if (next === undefined) return;
    before = next;
  }
}

/** Reports indexing while the index holds many runs. */
async function reportIndexing(sql: Sql, many: ManyRuns): Promise<void> {
  for (let n = 0; n < 1_000; n += 1) await queueRun(sql, many.viewer);
  await sql.rows('update search_due set due_at = clock_timestamp()');
  const ms = await timed(async () => {
    while (await indexDue(sql));
  });
  console.log(`\nindexing a run: ${(ms / 1_000).toFixed(2)} ms`);
}

/** Compares starts with and without the trigger that notes a run for the index, in turns. */
async function reportStarts(sql: Sql, many: ManyRuns): Promise<void> {
  const times = { noted: [] as number[], plain: [] as number[] };
  for (let round = 0; round < STARTS.rounds; round += 1)
    for (const kind of ['noted', 'plain'] as const) {
      await sql.rows(
        `alter table runs ${kind === 'noted' ? 'enable' : 'disable'} trigger note_search_of_new`,
      );
      await queueRun(sql, many.viewer);
      times[kind].push(...(await sample(STARTS.each, () => timed(() => queueRun(sql, many.viewer)))));
    }
  const [noted, plain] = [median(times.noted), median(times.plain)];
  const ratio = noted / plain;
  console.log(
    `a start: ${noted.toFixed(3)} ms noted for the index, ${plain.toFixed(3)} ms not, ×${ratio.toFixed(2)} (≤ ${STARTS.bound}: ${ratio <= STARTS.bound ? 'met' : 'not met'})`,
  );
}
