/*
 * npm run bench:flows: what starts, claims and lists cost with many named flows and secrets stored, as lower quartiles,
 * beside a database with one flow and none, in turns, so that a busy machine slows both.
 */
import { randomUUID } from 'node:crypto';
import { SESSION_OPTIONS } from '#shared/adapters/database/connection-options.ts';
import { findFlowVersion, findNamedFlow, listNamedFlows } from '#shared/adapters/database/flows/flows.ts';
import { migrate } from '#shared/adapters/database/migrate.ts';
import { readRunPage } from '#shared/adapters/database/run-views/list.ts';
import { createSql, type Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../test/support/database/accounts.ts';
import { claimNext } from '../../test/support/database/claim-next.ts';
import { manyFlows, manySecrets } from '../../test/support/database/many-flows.ts';
import { queueRun } from '../../test/support/database/runs.ts';
import { quartile, timed } from '../support/median.ts';
import { startThrowawayPostgres } from '../support/throwaway-postgres.ts';

const ROUNDS = 300;
const FLOWS = Number(process.argv[2] ?? 10_000);
const VERSIONS = 100;
const SECRETS = FLOWS * 10;
/** Most growth of what must not grow, noise included. */
const BOUND = 1.2;

type Account = Awaited<ReturnType<typeof createOwner>>;
interface Side {
  sql: Sql;
  account: Account;
  /** The flow that is started, and the newest of its versions. */
  flow: { name: string; version: number };
}

async function open(
  name: string,
  stored: { flows: number; versions: number },
  secrets: number,
): Promise<Side> {
  const url = await postgres.create(name);
  await migrate(url);
  const sql = createSql(postgres.connect({ options: SESSION_OPTIONS }, url));
  const account = await createOwner(sql);
  console.error(`filling a database with ${stored.flows} flows and ${secrets} secrets …`);
  await manyFlows(sql, account, stored);
  await manySecrets(sql, account, secrets);
  await sql.rows('vacuum analyze');
  const middle = Math.ceil(stored.flows / 2);
  return { sql, account, flow: { name: `flow-${middle}`, version: stored.versions } };
}

/** What a gateway and a runner send, in the order of a run. */
const STATEMENTS: [string, (side: Side) => Promise<unknown>][] = [
  ['start', ({ sql, account }) => queueRun(sql, account)],
  [
    'start by name',
    async ({ sql, account, flow }) => {
      await findNamedFlow(sql, placeOf(account, flow));
      return queueRun(sql, account, { namedFlow: flow });
    },
  ],
  [
    'start by name and version',
    async ({ sql, account, flow }) => {
      await findNamedFlow(sql, placeOf(account, flow));
      await findFlowVersion(sql, { ...placeOf(account, flow), version: 1 });
      return queueRun(sql, account, { namedFlow: { ...flow, version: 1 } });
    },
  ],
  ['claim', ({ sql }) => claimNext(sql, randomUUID(), 60_000)],
  ['list of a project', (side) => readRunPage(side.sql, listOf(side))],
  ['list of a flow', (side) => readRunPage(side.sql, { ...listOf(side), flowName: side.flow.name })],
  [
    'list of flows, a page of one',
    ({ sql, account }) => listNamedFlows(sql, { projectId: account.projectId, deleted: false, limit: 1 }),
  ],
];

const placeOf = ({ projectId }: Account, { name }: Side['flow']) => ({ projectId, name });

const listOf = ({ account: { userId, projectId } }: Side) => ({
  viewerId: userId,
  everybody: false,
  projectId,
  limit: 100,
});

/** One round of each statement, here and there in turns. */
async function measure(sides: [Side, Side], times: Map<string, [number[], number[]]>, first: number) {
  for (const [what, work] of STATEMENTS) {
    const [few, many] = times.get(what) ?? [[], []];
    times.set(what, [few, many]);
    for (const n of [first, 1 - first]) (n === 0 ? few : many).push(await timed(() => work(sides[n]!)));
  }
}

function report(times: ReadonlyMap<string, [number[], number[]]>): void {
  const written = (count: number) => count.toLocaleString('en');
  console.log(
    `| ms, lower quartile | one flow | ${written(FLOWS)} × ${VERSIONS}, ${written(SECRETS)} secrets | ratio |`,
  );
  console.log('| --- | ---: | ---: | ---: |');
  let over = 0;
  for (const [what, [few, many]] of times) {
    const ratio = quartile(many) / quartile(few);
    if (ratio > BOUND) over += 1;
    console.log(
      `| ${what} | ${quartile(few).toFixed(2)} | ${quartile(many).toFixed(2)} | ×${ratio.toFixed(2)} |`,
    );
  }
  console.log(over === 0 ? `nothing is over ×${BOUND}` : `${over} are over ×${BOUND}`);
}

await using postgres = await startThrowawayPostgres();
const few = await open('few', { flows: 1, versions: 1 }, 0);
const many = await open('many', { flows: FLOWS, versions: VERSIONS }, SECRETS);
const times = new Map<string, [number[], number[]]>();
for (let round = 0; round < ROUNDS; round += 1) await measure([few, many], times, round % 2);
report(times);
