/*
 * npm run bench:scale [-- --only stored --stored 1000000] (see `options.ts`): what much stored, and many runners,
 * gateways, supervisors and watchers cost. All is real but Chromium, 25 runners in a process. Ends with 1 if a bound
 * is missed.
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
