/*
 * npm run bench:slots -- [--slots 1,2,4,8,16] [--flows N] [--rounds N] [--json FILE]: what more slots on one runner
 * bring and cost: flows a second with a full queue, and the time of a step. The numbers take turns, so noise meets
 * all.
 */
import { parseArgs } from 'node:util';
import { slotsOf } from '../services/runner/slots.ts';
import { connectClient } from './client.ts';
import { reportOf, writeReport } from './figures.ts';
import { runAtOnce } from './many-at-once.ts';
import { startBenchStack, startPage } from './stack.ts';
import { median } from './support/median.ts';

const { values } = parseArgs({
  options: {
    slots: { type: 'string', default: '1,2,3,4,6,8,12,16' },
    flows: { type: 'string', default: '48' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const slots = values.slots.split(',').map(Number);
const [flows, rounds] = [Number(values.flows), Number(values.rounds)];

interface Measured {
  /** Flows a second. */
  rate: number;
  /** 95 % of the steps take no longer, ms. */
  p95: number;
}

async function measure(count: number, url: string): Promise<Measured> {
  await using stack = await startBenchStack({ RUNNER_SLOTS: String(count) });
  await using client = await connectClient(stack, url);
  await runAtOnce(client, 2 * count);
  const rate = (flows / (await runAtOnce(client, flows))) * 1_000;
  const steps = (await client.stepTimes(flows)).toSorted((a, b) => a - b);
  return { rate, p95: steps[Math.floor(steps.length * 0.95)] ?? Number.NaN };
}

await using page = await startPage();
const measured = new Map<number, Measured[]>(slots.map((count) => [count, []]));
for (let round = 0; round < rounds; round += 1)
  for (const count of slots) measured.get(count)!.push(await measure(count, page.url));

const curve = [...measured].map(([count, all]) => ({
  slots: count,
  rate: median(all.map((each) => each.rate)),
  rates: all.map((each) => each.rate),
  p95: median(all.map((each) => each.p95)),
  p95s: all.map((each) => each.p95),
}));
console.log('| slots | flows a second | 95 % of the steps within, ms |\n| ---: | ---: | ---: |');
for (const { slots: count, rate, p95 } of curve)
  console.log(`| ${count} | ${rate.toFixed(1)} | ${p95.toFixed(0)} |`);
if (values.json !== undefined)
  await writeReport(values.json, reportOf([], { curve, auto: slotsOf('auto').count }));
