/*
 * npm run bench:traces -- [pairs] [runs]: how much CPU traces take. Two whole stacks with real browsers, one of which sends
 * its traces to a collector in this process; they take turns, some runs each. User and system time of all processes of a
 * stack, from /proc (Linux only). Where the machine is busy the difference drowns in noise, so the spans of a run are also
 * made and sent in a process that does nothing else.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { median } from './median.ts';
import { cpuOf, cpuOfTree } from './process-tree.ts';
import { spanCost } from './span-cost.ts';
import { type BenchStack, startBenchStack, startPage } from './stack.ts';

const [PAIRS, RUNS] = [Number(process.argv[2] ?? 12), Number(process.argv[3] ?? 25)];

let requests = 0;
let bytes = 0;
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

interface Side {
  stack: BenchStack;
  project: string;
}

async function sideOf(stack: BenchStack): Promise<Side> {
  const [project] = (await callOf(stack, '/v1/projects')) as [{ id: string }];
  return { stack, project: project.id };
}

async function callOf({ gateway, apiKey }: BenchStack, path: string, body?: object): Promise<unknown> {
  const headers = { 'X-Api-Key': apiKey, 'Content-Type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${gateway}${path}`, { headers, ...init })).json();
}

/** CPU per run, ms: of the services alone, and of all that they have below them, the servers included. */
async function measure({ stack, project }: Side): Promise<{ services: number; all: number }> {
  const { services } = stack.pids;
  const cpu = () => ({ services: sum(services.map(cpuOf)), all: cpuOfTree(stack.pids.up) });
  const before = cpu();
  const flow = {
    ...{ project, baseUrl: page.url },
    steps: [
      { action: 'goto', url: '/' },
      { action: 'fill', selector: '#name', value: 'Ada' },
      { action: 'click', selector: '#buy' },
    ],
  };
  for (let n = 0; n < RUNS; n += 1) {
    const { id } = (await callOf(stack, '/v1/run', flow)) as { id: string };
    const run = (await callOf(stack, `/v1/runs/${id}?wait=60`)) as { status: string; stopReason?: string };
    if (run.status !== 'pass') throw new Error(`a run ended as ${run.status}: ${run.stopReason}`);
  }
  // What waits is sent within a second; the other side waits as long.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const after = cpu();
  return { services: (after.services - before.services) / RUNS, all: (after.all - before.all) / RUNS };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

await using page = await startPage();
await using withTraces = await startBenchStack({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
await using without = await startBenchStack();
const [on, off] = [await sideOf(withTraces), await sideOf(without)];
await measure(on);
await measure(off);
[requests, bytes] = [0, 0];

const pairs: { on: { services: number; all: number }; off: { services: number; all: number } }[] = [];
for (let pair = 0; pair < PAIRS; pair += 1) {
  const first = pair % 2 === 0 ? on : off;
  const one = await measure(first);
  const other = await measure(first === on ? off : on);
  pairs.push(first === on ? { on: one, off: other } : { on: other, off: one });
}

console.log(
  `${PAIRS} pairs of ${RUNS} runs, medians; ${Math.round(bytes / PAIRS / RUNS)} bytes of traces per run,`,
);
console.log(`in ${requests} requests\n`);
console.log('| CPU per run, ms | without | with traces | difference | |\n| --- | --- | --- | --- | --- |');
const parts = [
  ['gateway, runner, supervisor', 'services'],
  ['all, with Chromium, PostgreSQL and NATS', 'all'],
] as const;
const whole = median(pairs.map(({ off: { all } }) => all));
for (const [name, part] of parts) {
  const before = median(pairs.map((pair) => pair.off[part]));
  const after = median(pairs.map((pair) => pair.on[part]));
  const more = median(pairs.map((pair) => pair.on[part] - pair.off[part]));
  const shares = `${((100 * more) / before).toFixed(2)} % of it, ${((100 * more) / whole).toFixed(2)} % of all`;
  console.log(`| ${name} | ${before.toFixed(2)} | ${after.toFixed(2)} | ${more.toFixed(2)} | ${shares} |`);
}
const { spans, ms } = await spanCost(1_000);
const share = ((100 * ms) / whole).toFixed(2);
console.log(
  `| alone: making and sending ${spans} spans | | ${ms.toFixed(2)} | ${ms.toFixed(2)} | ${share} % of all |`,
);
collector.closeAllConnections();
collector.close();
