/*
 * npm run bench:read -- [rounds]: the gateway's CPU for a read: a live run, a final one, a list of twenty, and
 * `/health` as the floor of any answer. On a busy machine the ratio to that says more than the bound. From /proc
 * (Linux only).
 */
import { connectClient, SHORT } from './client.ts';
import { cpuOf } from './process-tree.ts';
import { startBenchStack, startPage } from './stack.ts';
import { errorOfMedian, median } from './support/median.ts';

const ROUNDS = Number(process.argv[2] ?? 15);
/** Requests of one sample, and before anything counts: code is compiled in the meantime. */
const [REQUESTS, WARM_UP] = [60, 500];
const LISTED = 20;
/** CPU of an answer with one run, ms. */
const BOUND_MS = 1.5;

await using page = await startPage();
await using stack = await startBenchStack();
await using client = await connectClient(stack, page.url);
const headers = { 'X-Api-Key': stack.apiKey };

const finals: string[] = [];
while (finals.length < LISTED) {
  const { id } = await client.start(SHORT);
  await client.allPassed([id]);
  finals.push(id);
}
const final = `/v1/runs/${finals[0]!}`;

interface Read {
  path: string;
  tag?: string | undefined;
}

/** One answer, read to its end. */
async function get({ path, tag }: Read): Promise<Response> {
  const response = await fetch(`${stack.gateway}${path}`, {
    headers: { ...headers, ...(tag !== undefined && { 'If-None-Match': tag }) },
  });
  await response.arrayBuffer();
  if (response.status !== (tag === undefined ? 200 : 304))
    throw new Error(`${path} was answered with ${response.status}`);
  return response;
}

const again = async (path: string): Promise<Read> => ({
  path,
  tag: (await get({ path })).headers.get('ETag') ?? undefined,
});

/** A step that ends only by a cancel, and is under way. */
async function startWaiting(): Promise<string> {
  const steps = [SHORT[0]!, { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 }];
  const { id } = await client.start(steps);
  const watched = client.stream(id);
  await watched.until(({ entry }) => entry.type === 'step_start' && entry.seq !== undefined && entry.seq > 4);
  watched.close();
  await watched.ended.catch(() => undefined);
  return id;
}

const kinds = {
  '`/health`': async () => ({ path: '/health' }),
  'list of twenty runs': async () => ({ path: `/v1/runs?limit=${LISTED}` }),
  'final run': async () => ({ path: final }),
  'final run, not modified': () => again(final),
  'running run': async (id: string) => ({ path: `/v1/runs/${id}` }),
  'running run, not modified': (id: string) => again(`/v1/runs/${id}`),
  'running run, `?hints=1`': async (id: string) => ({ path: `/v1/runs/${id}?hints=1` }),
};
type Kind = keyof typeof kinds;
const names = Object.keys(kinds) as Kind[];

async function take(requests: number, read: Read): Promise<number> {
  const before = cpuOf(stack.pids.of.gateway[0]!);
  for (let n = 0; n < requests; n += 1) await get(read);
  return (cpuOf(stack.pids.of.gateway[0]!) - before) / requests;
}

/** CPU of a request of each kind, ms. */
async function round(requests: number): Promise<Record<Kind, number>> {
  const id = await startWaiting();
  const taken: [Kind, number][] = [];
  for (const name of names) taken.push([name, await take(requests, await kinds[name](id))]);
  await client.api(`/v1/runs/${id}/cancel`, {});
  await client.stream(id).ended;
  return Object.fromEntries(taken) as Record<Kind, number>;
}

await round(WARM_UP);
const rounds: Record<Kind, number>[] = [];
for (let n = 0; n < ROUNDS; n += 1) rounds.push(await round(REQUESTS));

console.log(
  '| read | CPU of the gateway, ms | of `/health` | bound, ms | |\n| --- | ---: | ---: | ---: | --- |',
);
for (const name of names) {
  const samples = rounds.map((taken) => taken[name]);
  const ratio = median(rounds.map((taken) => taken[name] / taken['`/health`']));
  const isOne = / run\b/.test(name);
  const isMet = median(samples) <= BOUND_MS;
  const verdict = isOne ? `≤ ${BOUND_MS} | ${isMet ? 'met' : '**missed**'}` : ' | ';
  console.log(
    `| ${name} | ${median(samples).toFixed(2)} ± ${errorOfMedian(samples).toFixed(2)} | ×${ratio.toFixed(1)} | ${verdict} |`,
  );
}
