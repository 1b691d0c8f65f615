/*
 * What a page of runs costs with ten thousand and with a million of them: `explain (analyze, buffers)` of the statements
 * that the gateway sends, with the plans that it gets, in a PostgreSQL that is thrown away. Nothing is synced to disk.
 */
import { migrate } from '#shared/adapters/database/migrate.ts';
import { readRunPage } from '#shared/adapters/database/run-views/list.ts';
import { createSql } from '#shared/adapters/database/sql.ts';
import { openExplainer } from '../test/support/database/explain.ts';
import { KINDS_OF_LISTS } from '../test/support/database/many-lists.ts';
import { fillWithRuns } from '../test/support/database/many-runs.ts';
import { openTestPool } from '../test/support/database/open-pool.ts';
import { queueRun } from '../test/support/database/runs.ts';
import { median, sample, timed } from './support/median.ts';
import { startThrowawayPostgres } from './support/throwaway-postgres.ts';

const SIZES = [10_000, Number(process.argv[2] ?? 1_000_000)];
const ROUNDS = 15;
const INSERTS = 500;
const LIST_INDEXES =
  'runs_of_status, runs_of_project, runs_of_user, runs_of_context, runs_of_project_context, runs_of_user_context';

await using postgres = await startThrowawayPostgres();
const measured = [];
for (const size of SIZES) measured.push(await measure(size));
report(measured);

interface Measured {
  size: number;
  lists: { ms: number; pages: number }[];
  /** Time to accept a run with the indexes for lists, and without, ms. */
  accept: { indexed: number; plain: number };
}

async function measure(size: number): Promise<Measured> {
  const url = await postgres.create(`runs_${size}`);
  await migrate(url);
  const pool = openTestPool(url);
  const sql = createSql(pool);
  console.error(`filling a database with ${size} runs …`);
  const many = await fillWithRuns(sql, size);
  await pool.query('vacuum analyze');

  await using explainer = await openExplainer(url);
  const lists = [];
  for (const [, of] of KINDS_OF_LISTS) {
    const wanted = of(many);
    const explain = () => explainer.explain((to) => readRunPage(to, wanted));
    await explain();
    const times = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await explain());
    lists.push({ ms: median(times.map(({ ms }) => ms)), pages: median(times.map(({ buffers }) => buffers)) });
  }

  const accept = async () =>
    median((await sample(INSERTS, () => timed(() => queueRun(sql, many.viewer)))).slice(INSERTS / 10));
  const indexed = await accept();
  await pool.query(`drop index ${LIST_INDEXES}`);
  const plain = await accept();
  await pool.end();
  return { size, lists, accept: { indexed, plain } };
}

function report(measured: Measured[]): void {
  const heads = measured.flatMap(({ size }) => {
    const runs = `${size.toLocaleString('en')} runs`;
    return [`${runs}, ms`, `${runs}, pages`];
  });
  const lines = KINDS_OF_LISTS.map(([name], n) => [
    name,
    ...measured.flatMap(({ lists }) => [lists[n]!.ms.toFixed(2), String(lists[n]!.pages)]),
  ]);
  for (const cells of [['list of', ...heads], ['---', ...heads.map(() => '---')], ...lines])
    console.log(`| ${cells.join(' | ')} |`);
  for (const { size, accept } of measured)
    console.log(
      `\naccepting a run among ${size.toLocaleString('en')}: ${accept.indexed.toFixed(2)} ms with the indexes for lists, ${accept.plain.toFixed(2)} ms without (medians of ${INSERTS})`,
    );
}
