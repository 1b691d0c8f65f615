/*
 * npm run bench:scale: what much stored and much waiting cost, and what many runners, gateways, supervisors and watchers
 * cost PostgreSQL, each beside the little that it is compared with, in the same run. Real PostgreSQL that syncs to disk,
 * real NATS, real gateways and supervisors; the runners are the real ones without Chromium, 25 in a process. Prints a
 * table, with the bounds that are set, and ends with 1 if one of them is not met. `npm run bench:scale -- --only stored --stored 1000000`; see `options.ts`.
 */
import { measureAccepted, measureLive, measureMany } from './burst.ts';
import { simulateDay } from './day.ts';
import { measureStored, measureWaiting } from './grown.ts';
import { leaveEarly } from './leave-early.ts';
import { readOptions } from './options.ts';
import { measureOrphans } from './orphans.ts';
import { measurePooled } from './pooled.ts';
import { startBenchPostgres } from './postgres.ts';
import { measureProtocol } from './protocol.ts';
import { createTable } from './table.ts';
import { measureCrowd, measureWatchers } from './watchers.ts';

const PARTS = {
  accepted: measureAccepted,
  many: measureMany,
  live: measureLive,
  pooled: measurePooled,
  protocol: measureProtocol,
  stored: measureStored,
  waiting: measureWaiting,
  orphans: measureOrphans,
  watchers: measureWatchers,
  crowd: measureCrowd,
  day: simulateDay,
};

const options = readOptions(Object.keys(PARTS));
const table = createTable();
await using postgres = await startBenchPostgres();
leaveEarly(postgres, table);
for (const [name, measure] of Object.entries(PARTS)) {
  if (!options.only.includes(name)) continue;
  const began = performance.now();
  await measure(postgres, options, table);
  console.log(`-- ${name}: ${Math.round((performance.now() - began) / 1_000)} s`);
}
table.print();
if (!table.allMet) process.exitCode = 1;
