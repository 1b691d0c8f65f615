/*
 * npm run bench:playwright-trace -- [--rounds N] [--json FILE]: what Playwright's trace costs ten steps of the sample shop, in
 * turns with the same run without it (off = 1.00), and how large its zip file is.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openShop } from '../services/cli/demo/shop/shop.ts';
import { connectClient } from './client.ts';
import { reportOf, writeReport } from './figures.ts';
import { startBenchStack } from './stack.ts';
import { errorOfMedian, median, sample, wallNow } from './support/median.ts';
import { runEnd } from './watch.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20' }, json: { type: 'string' } },
});
const MODES = ['off', 'on-failure', 'on'] as const;
type Mode = (typeof MODES)[number];

await using shop = await openShop(0);
await using stack = await startBenchStack();
await using client = await connectClient(stack, shop.url);
const { steps } = JSON.parse(await readFile(new URL('../examples/order.json', import.meta.url), 'utf8'));

/** POST → `run_end` at a watcher, ms. */
async function run(playwrightTrace: Mode): Promise<{ id: string; ms: number }> {
  const sent = wallNow();
  const { id } = await client.start(steps, { playwrightTrace });
  const watcher = client.stream(id);
  const { at } = await watcher.until(runEnd);
  await watcher.ended;
  return { id, ms: at - sent };
}

async function sizeOf(id: string): Promise<number> {
  const headers = { 'X-Api-Key': stack.apiKey };
  const response = await fetch(`${stack.gateway}/v1/runs/${id}/playwright-trace`, { headers });
  if (!response.ok) throw new Error(`there is no trace: ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}

const measured = Object.fromEntries(MODES.map((mode) => [mode, [] as number[]])) as Record<Mode, number[]>;
const sizes: number[] = [];
// Before anything counts, code is compiled.
for (const mode of MODES) await sample(3, async () => (await run(mode)).ms);
await sample(Number(values.rounds), async () => {
  for (const mode of MODES) {
    const { id, ms } = await run(mode);
    measured[mode].push(ms);
    if (mode === 'on') sizes.push(await sizeOf(id));
  }
  return 0;
});

console.log('| `playwrightTrace` | a run, ms | of one without |\n| --- | ---: | ---: |');
for (const mode of MODES) {
  const ratios = measured[mode].map((ms, index) => ms / measured.off[index]!);
  const time = `${median(measured[mode]).toFixed(0)} ± ${errorOfMedian(measured[mode]).toFixed(0)}`;
  console.log(`| ${mode} | ${time} | ${median(ratios).toFixed(2)} |`);
}
console.log(`\nIts zip file has ${(median(sizes) / 1_024).toFixed(0)} KiB.`);
if (values.json !== undefined) {
  const figures = MODES.map((mode) => ({
    what: `POST → end: ${mode}`,
    unit: 'ms',
    ours: measured[mode],
    beside: measured.off,
    besideIs: 'without a trace',
  }));
  await writeReport(values.json, reportOf(figures, { measured, sizes }));
}
