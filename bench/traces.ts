/*
 * npm run bench:traces -- [pairs]: CPU of traces. A whole stack sends them to a collector in this process; of two
 * runs one is traced, so that noise meets both. Sending is measured apart, in a process that does nothing else. Linux
 * only.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuOf, cpuOfTree } from './process-tree.ts';
import { spanCost } from './span-cost.ts';
import { startBenchStack, startPage } from './stack.ts';
import { errorOfMedian, median } from './support/median.ts';

const PAIRS = Number(process.argv[2] ?? 300);
/** Before anything counts: code is compiled in the meantime. */
const WARM_UP = 40;
/** Pairs, of which what the others take is read at once. */
const BLOCK = 5;
/** What a run leaves to be done after its end, ms. */
const REST_MS = 150;

let [requests, bytes] = [0, 0];
const collector = createServer((request, response) => {
  requests += 1;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on('end', () => response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end());
});
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

await using page = await startPage();
await using stack = await startBenchStack({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
const headers = { 'X-Api-Key': stack.apiKey, 'Content-Type': 'application/json' };
const [project] = (await (await fetch(`${stack.gateway}/v1/projects`, { headers })).json()) as [
  { id: string },
];
const flow = JSON.stringify({
  project: project.id,
  baseUrl: page.url,
  steps: [
    { action: 'goto', url: '/' },
    { action: 'fill', selector: '#name', value: 'Ada' },
    { action: 'click', selector: '#buy' },
  ],
});

const services = (): number => stack.pids.services.map(cpuOf).reduce((sum, ms) => sum + ms, 0);

/** CPU of the gateway, the runner and the supervisor for a run, ms. */
async function run(traced: boolean): Promise<number> {
  const before = services();
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-0${traced ? 1 : 0}`;
  const started = await fetch(`${stack.gateway}/v1/run`, {
    method: 'POST',
    body: flow,
    headers: { ...headers, traceparent },
  });
  const { id } = (await started.json()) as { id: string };
  const ended = (await (await fetch(`${stack.gateway}/v1/runs/${id}?wait=60`, { headers })).json()) as {
    status: string;
    stopReason?: string;
  };
  if (ended.status !== 'pass') throw new Error(`a run ended as ${ended.status}: ${ended.stopReason}`);
  await delay(REST_MS);
  return services() - before;
}

for (let n = 0; n < WARM_UP; n += 1) await run(n % 2 === 0);
[requests, bytes] = [0, 0];
/** CPU of Chromium and the servers per run, over some runs: a browser that ends may take its figures with it. */
const others: number[] = [];
const othersNow = (): number => cpuOfTree(stack.pids.up) - services();
let othersBefore = othersNow();
const pairs: { on: number; off: number }[] = [];
for (let pair = 0; pair < PAIRS; pair += 1) {
  const first = pair % 2 === 0;
  const one = await run(first);
  const other = await run(!first);
  pairs.push(first ? { on: one, off: other } : { on: other, off: one });
  if (pairs.length % BLOCK !== 0) continue;
  const now = othersNow();
  others.push((now - othersBefore) / BLOCK / 2);
  othersBefore = now;
}

const [on, off] = [median(pairs.map((pair) => pair.on)), median(pairs.map((pair) => pair.off))];
const differences = pairs.map((pair) => pair.on - pair.off);
const more = median(differences);
const error = errorOfMedian(differences);
const alone = await spanCost(1_000);
const whole = off + median(others);
const share = (ms: number): string => `${((100 * ms) / whole).toFixed(2)} %`;

console.log(
  `${PAIRS} pairs of runs, one traced and one not; ${Math.round(bytes / PAIRS)} bytes of traces per traced run,`,
);
console.log(`in ${requests} requests\n`);
console.log('| CPU per run, ms | | of all |\n| --- | ---: | ---: |');
console.log(`| gateway, runner, supervisor: not traced | ${off.toFixed(2)} | |`);
console.log(`| the same, traced | ${on.toFixed(2)} | |`);
console.log(`| with Chromium, PostgreSQL and NATS: not traced | ${whole.toFixed(1)} | 100 % |`);
console.log(
  `| difference within a pair (95 %: ± ${error.toFixed(2)}) | ${more.toFixed(2)} | ${share(more)} |`,
);
console.log(
  `| alone: making and sending ${alone.spans} spans | ${alone.ms.toFixed(2)} | ${share(alone.ms)} |`,
);
const both = more + alone.ms;
console.log(`| both | ${both.toFixed(2)} | ${share(both)} |`);
console.log(`| both, 95 % | | ${share(both - error)} to ${share(both + error)} |`);
collector.closeAllConnections();
collector.close();
