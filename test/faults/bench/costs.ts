/*
 * What the same things cost on two stages, one of which has much stored and waiting: done in turns, so that whatever else
 * the machine does costs both the same. Adds what it finds to the history of the grown one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { openStream } from '../../support/http/sse.ts';
import type { CostEntry } from './history.ts';
import { mostOf, readBetween, readsOf, totalOf } from './reads.ts';
import type { Stage } from './stage.ts';
import { tagOf } from './workload.ts';

export interface Measured {
  stage: Stage;
  databaseUrl: string;
}

/** Time after which an idle backend has reported its reads, ms. */
const REPORTED_MS = 11_000;

/** `first`: the number of the first run on each of the two. */
export async function compareCosts(
  empty: Measured,
  grown: Measured,
  { rounds, first, seed }: { rounds: number; first: number; seed: number },
): Promise<CostEntry[]> {
  const found = { empty: [] as Costs[], grown: [] as Costs[] };
  const sides = { empty, grown };
  const readsOfBoth = () => Promise.all([readsOf(empty.databaseUrl), readsOf(grown.databaseUrl)]);
  const before = await readsOfBoth();
  const began = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['empty', 'grown'] as const) : (['grown', 'empty'] as const);
    for (const side of order) found[side].push(await cancelOne(sides[side], seed, first + round));
  }
  await delay(REPORTED_MS);
  const after = await readsOfBoth();
  const [ofEmpty, ofGrown] = [readBetween(before[0], after[0]), readBetween(before[1], after[1])];
  const seconds = (performance.now() - began) / 1_000;
  const of = (side: 'empty' | 'grown', what: keyof Costs) => found[side].map((costs) => costs[what]);
  const entries: CostEntry[] = [
    ...(['claimed', 'answered', 'ended'] as const).map((what) => ({
      kind: 'cost' as const,
      what: `ms until ${what}`,
      allowed: what === 'claimed' ? FOR_A_CORE_MS : 0,
      empty: of('empty', what),
      grown: of('grown', what),
    })),
    {
      kind: 'cost',
      what: 'rows read',
      allowed: READS_EACH_SECOND * seconds,
      empty: [totalOf(ofEmpty)],
      grown: [totalOf(ofGrown)],
      most: mostOf(ofGrown),
    },
  ];
  for (const entry of entries) grown.stage.history.add(entry);
  return entries;
}

/** What is read on one stage for the same runs, before `grow` and after it. */
export async function compareReads(
  { history, world, workload }: Stage,
  { first, grow }: { first: number; grow(): Promise<void> },
): Promise<void> {
  const { databaseUrl } = world.stack;
  const readFor = async (run: number) => {
    const before = await readsOf(databaseUrl);
    const began = performance.now();
    workload.perform({ do: 'start', at: 0, user: 0, gateway: 0, run, flow: 'pass' });
    await workload.idOf(run);
    await delay(REPORTED_MS);
    const read = readBetween(before, await readsOf(databaseUrl));
    return { read: totalOf(read), seconds: (performance.now() - began) / 1_000, most: mostOf(read) };
  };
  const empty = await readFor(first);
  await grow();
  const grown = await readFor(first + 1);
  history.add({
    kind: 'cost',
    what: 'rows read',
    allowed: READS_EACH_SECOND * grown.seconds,
    most: grown.most,
    empty: [empty.read],
    grown: [grown.read],
  });
}

/** A claim is one statement of a few ms: on a busy machine it takes longer to get a core for it. */
const FOR_A_CORE_MS = 5;

/** What each look may read besides for each user that waits, however many of that user's runs do. */
const READS_EACH_SECOND = 500;

/** Times in ms: from the start to its claim, from the cancel to its answer and to the end. */
interface Costs {
  claimed: number;
  answered: number;
  ended: number;
}

/** A run that is in the middle of a page is cancelled, as a client sees it. */
async function cancelOne({ stage, databaseUrl }: Measured, seed: number, run: number): Promise<Costs> {
  const { workload, site, people, ask, world } = stage;
  const person = people[0]!;
  workload.perform({ do: 'start', at: 0, user: 0, gateway: 0, run, flow: 'wait' });
  const id = await workload.idOf(run);
  if (id === undefined) throw new Error('the run to be measured was not accepted');
  await eventually(
    () => {
      if (site.open(`/never?${tagOf(seed, run)}`) === 0) throw new Error('its page is not open');
    },
    { timeoutMs: 20_000 },
  );
  const path = `/v1/runs/${id}`;
  const stream = await openStream(`${world.gatewayUrl(0)}${path}/events/stream`, {
    'X-Api-Key': person.apiKey,
  });
  const sent = performance.now();
  const cancel = ask(person, {
    op: 'cancel',
    gateway: 0,
    runs: [id],
    method: 'POST',
    path: `${path}/cancel`,
    body: {},
  });
  const answered = cancel.then(() => performance.now());
  const ended = await stream.until(({ event }) => event === 'end', 20_000);
  const [claim] = await rows<{ ms: number }>(
    databaseUrl,
    `select extract(epoch from claimed_at - created_at)::float8 * 1000 as ms from runs where id = $1`,
    [id],
  );
  return { claimed: claim!.ms, answered: (await answered) - sent, ended: ended.came - sent };
}
