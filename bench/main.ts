/*
 * npm run bench -- [--rounds N] [--blocks N] [--flows N] [--slots N] [--json FILE] [--against FILE]: the main job
 * beside raw Playwright, in turns, with the goals. `--against` ends with 1 if a ratio got worse by more than its
 * noise.
 */
import { connectClient } from './client.ts';
import { fileOf, printReport, reportOf, worseThan, writeReport } from './figures.ts';
import { measureFloors } from './floors.ts';
import { figuresOf } from './goals.ts';
import { hopsOf, printHops } from './hops.ts';
import { atOnce, fullQueue, memoryAtOnce } from './many-at-once.ts';
import { cancelRound, createSamples, passRound } from './one-at-a-time.ts';
import { readOptions } from './options.ts';
import { startRawPlaywright } from './raw/playwright.ts';
import { startBenchStack, startPage } from './stack.ts';

const AT_ONCE = 20;
const { rounds, blocks, flows, slots, json, against } = readOptions();

await using page = await startPage();
await using stack = await startBenchStack({ RUNNER_SLOTS: String(slots) });
await using raw = await startRawPlaywright(page.url);
await using client = await connectClient(stack, page.url);
const sides = { client, raw, pids: stack.pids, slots };

// Before anything counts: code is compiled and plans are made.
const warm = createSamples();
for (let round = 0; round < 5; round += 1) await passRound(client, raw, warm);
for (let round = 0; round < 3; round += 1) await cancelRound(client, raw, warm);
await atOnce(sides, AT_ONCE, 1);

const floors = await measureFloors(stack.database, page.url, rounds);
const single = createSamples();
for (let round = 0; round < rounds; round += 1) await passRound(client, raw, single);
for (let round = 0; round < rounds; round += 1) await cancelRound(client, raw, single);
const many = {
  runs: AT_ONCE,
  slots,
  wall: await atOnce(sides, AT_ONCE, blocks),
  queue: await fullQueue(sides, flows, blocks),
  memory: await memoryAtOnce(sides, AT_ONCE),
};

const { figures, details } = figuresOf(single, many);
const hops = hopsOf(single, floors);
printHops(hops, details);
const report = reportOf(figures, { ...details, hops });
printReport(report);
await writeReport(json ?? fileOf(report), report);
console.log(`\nkept in ${json ?? fileOf(report)}`);
if (against !== undefined) {
  const worse = await worseThan(against, report);
  for (const line of worse) console.log(`worse: ${line}`);
  if (worse.length > 0) process.exitCode = 1;
}
