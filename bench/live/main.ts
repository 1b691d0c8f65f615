/*
 * npm run bench:live: what it takes to watch a run live. Prints the age and rate of pictures, for one viewer and for 200, and
 * what a watched run takes beside one that is not. Real stack, real browser.
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { openClocks } from '../../test/support/live/clock.ts';
import { viewRun } from '../../test/support/live/viewer.ts';
import { startBenchStack } from '../stack.ts';
import { median } from '../support/median.ts';

const WATCH_MS = 10_000;
const VIEWERS = Number(process.argv[2] ?? 200);
const OPEN_WITHIN_MS = 60_000;
const PAIRS = 10;
const GOALS = { p95Ms: 150, fps: 10, watched: 1.05 };

/** The time, in 20 squares, white for 1, painted anew with each frame. */
const CLOCK = `<!doctype html><title>clock</title><body style="margin:0"><canvas id="c" width="1280" height="720"></canvas>
<button id="go">go</button><script>const g = c.getContext('2d');
const paint = () => { const now = Date.now() % 1048576; for (let bit = 0; bit < 20; bit += 1) {
g.fillStyle = now >> bit & 1 ? '#fff' : '#000'; g.fillRect(bit * 64, 0, 64, 64); } requestAnimationFrame(paint); }; paint();</script>`;
const FORM = '<!doctype html><title>Shop</title><input id="name"><button id="buy">Buy</button>';

await using stack = await startBenchStack();
await using clocks = await openClocks();
const server = createServer((request, response) =>
  response.setHeader('Content-Type', 'text/html').end(request.url === '/clock' ? CLOCK : FORM),
);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const headers = { 'X-Api-Key': stack.apiKey };
const api = async <Reply>(path: string, body?: unknown): Promise<Reply> => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const sent = { ...headers, 'Content-Type': 'application/json' };
  return (await fetch(`${stack.gateway}${path}`, { headers: sent, ...init })).json() as Promise<Reply>;
};
const [project] = await api<[{ id: string }]>('/v1/projects');
const start = async (steps: readonly object[]) =>
  (await api<{ id: string }>('/v1/run', { project: project.id, baseUrl, steps })).id;

/** Viewers of one run, once each has a picture. */
async function openViewers(id: string, count: number) {
  const viewers = Array.from({ length: count }, () => viewRun(stack.gateway, id, { headers }));
  const since = performance.now();
  while (viewers.some(({ pictures }) => pictures.length === 0)) {
    if (performance.now() - since > OPEN_WITHIN_MS)
      throw new Error(`${viewers.filter(({ pictures }) => pictures.length === 0).length} see nothing`);
    await delay(50);
    for (const [index, viewer] of viewers.entries())
      if (viewer.socket.readyState === viewer.socket.CLOSED)
        viewers[index] = viewRun(stack.gateway, id, { headers });
  }
  return viewers;
}

/** CPU of a process, s. */
const cpuOf = (pid: number): number => {
  const [, user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number)
    .toSpliced(0, 10);
  return (user + system) / 100;
};
const at = (sorted: readonly number[], part: number) =>
  sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;

console.log('| viewers | pictures/s of one | age p50 | age p95 | kB each | runner CPU | gateway CPU |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
const clock = await start([
  { action: 'goto', url: '/clock' },
  { action: 'ask', text: 'Go on?', fields: [], timeoutMs: 600_000 },
]);
const results: { p95: number; fps: number }[] = [];
const [runner = 0] = stack.pids.of.runner;
const [gateway = 0] = stack.pids.of.gateway;
for (const count of [0, 1, VIEWERS]) {
  const viewers = await openViewers(clock, count);
  const from = Date.now();
  const before = [cpuOf(runner), cpuOf(gateway)] as const;
  await delay(WATCH_MS);
  const seconds = (Date.now() - from) / 1_000;
  const cpu = [cpuOf(runner), cpuOf(gateway)].map(
    (now, index) => `${Math.round(((now - before[index as 0 | 1]) / seconds) * 100)} %`,
  );
  for (const viewer of viewers) viewer.close();
  if (count === 0) {
    console.log(`| 0 | - | - | - | - | ${cpu.join(' | ')} |`);
    continue;
  }
  const seen = viewers.map(({ pictures }) => pictures.filter(({ receivedAt }) => receivedAt >= from));
  const ages: number[] = [];
  const some = seen.flat().filter((_, index) => index % count === 0);
  for (const { jpeg, receivedAt } of some) {
    const painted = await clocks.read(jpeg);
    ages.push(((receivedAt % 1_048_576) - painted + 1_048_576) % 1_048_576);
  }
  ages.sort((one, other) => one - other);
  const fps = median(seen.map((one) => one.length / seconds));
  const bytes = median(some.map(({ jpeg }) => jpeg.length));
  const distinct = new Set(seen.flat().map(({ seq }) => seq)).size / seconds;
  results.push({ p95: at(ages, 0.95), fps });
  const rate = `${fps.toFixed(1)} (of ${distinct.toFixed(1)} captured)`;
  const times = [at(ages, 0.5), at(ages, 0.95)].map((ms) => `${Math.round(ms)} ms`).join(' | ');
  console.log(`| ${count} | ${rate} | ${times} | ${(bytes / 1_000).toFixed(0)} | ${cpu.join(' | ')} |`);
}
await api(`/v1/runs/${clock}/answer`, { values: {} });

const STEPS = [
  { action: 'goto', url: '/form' },
  ...Array.from({ length: 12 }, () => [
    { action: 'fill', selector: '#name', value: 'Ada' },
    { action: 'click', selector: '#buy' },
  ]).flat(),
];
async function timeOf(isWatched: boolean): Promise<number> {
  const id = await start(STEPS);
  let viewer = isWatched ? viewRun(stack.gateway, id, { headers }) : undefined;
  viewer?.socket.on('close', () => {
    viewer = viewRun(stack.gateway, id, { headers });
  });
  const { durationMs } = await api<{ durationMs: number }>(`/v1/runs/${id}?wait=60`);
  viewer?.socket.removeAllListeners('close');
  viewer?.close();
  return durationMs;
}
const [plain, watched]: [number[], number[]] = [[], []];
for (let pair = 0; pair < PAIRS; pair += 1) {
  plain.push(await timeOf(false));
  watched.push(await timeOf(true));
}
const ratio = median(watched) / median(plain);
console.log(`\nrun of 25 steps: ${median(plain)} ms, watched ${median(watched)} ms: ${ratio.toFixed(2)}`);
const [alone] = results;
const isMet =
  alone !== undefined && alone.p95 <= GOALS.p95Ms && alone.fps >= GOALS.fps && ratio <= GOALS.watched;
console.log(
  `goals (p95 ${GOALS.p95Ms} ms at ${GOALS.fps}/s, watched ${GOALS.watched}): ${isMet ? 'met' : 'not met here'}`,
);
server.closeAllConnections();
server.close();
