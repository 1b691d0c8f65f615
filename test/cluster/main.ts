/*
 * npm run test:cluster [-- --scale-ins 1000 --pods 6 --queued 1000 --only scale-ins]: scaling in under load, and from
 * zero, with real processes and no Kubernetes (`replica-set.ts`). Ends with 1 if a run was disturbed or a bound is
 * missed.
 */
import { parseArgs } from 'node:util';
import { leaveEarly } from '../../bench/scale/leave-early.ts';
import { startBenchPostgres } from '../../bench/scale/postgres.ts';
import { createTable, shown } from '../../bench/scale/table.ts';
import { openCluster } from './cluster.ts';
import { scaleFromZero } from './from-zero.ts';
import { deleteIdle } from './idle-first.ts';
import { scaleIn } from './scale-ins.ts';

const { values } = parseArgs({
  options: {
    'scale-ins': { type: 'string', default: '100' },
    pods: { type: 'string', default: '6' },
    queued: { type: 'string', default: '1000' },
    only: { type: 'string', default: 'scale-ins,from-zero' },
  },
});
const [scaleIns, pods, queued] = [values['scale-ins'], values.pods, values.queued].map((text) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is no number above 0`);
  return value;
}) as [number, number, number];

const only = values.only.split(',');

const SLOTS = 4;
const RUN_MS = 3_000;
/** 1.5 times three times that is the longest run. */
const DRAIN_MS = 60_000;
/** Slots of the overlay `large`; several pods share a process, or this machine would start processes for a minute. */
const FROM_ZERO = { slots: 16, runnersOfProcess: 8, runnersWait: true };

const table = createTable();
await using postgres = await startBenchPostgres();
leaveEarly(postgres, table);
let failed = false;

if (only.includes('scale-ins')) {
  await using cluster = await openCluster({ postgres, name: 'scale_ins', slots: SLOTS, drainMs: DRAIN_MS });
  const done = await scaleIn(cluster, { scaleIns, pods, slots: SLOTS, runMs: RUN_MS });
  table.note('pods deleted under load', `${done.deleted}, ${done.busy} of them with runs`);
  table.note('runs', `${done.runs}, ${done.runsOnDeleted} of them on pods that were deleted`);
  table.note('longest drain, s', shown(done.longestDrainMs / 1_000));
  table.figure('runs disturbed and pods killed', done.violations.length, { most: 0 });
  for (const violation of done.violations) console.log(`  ${violation}`);
  const costs = await deleteIdle(cluster, pods);
  const busy = costs.filter((cost) => cost > 0).length;
  table.figure(`busy among ${costs.length} deleted beside one busy pod`, busy, { most: 0 });
  failed ||= done.violations.length > 0 || done.busy === 0 || busy > 0;
}
if (only.includes('scale-ins')) {
  // Whether it would be noticed.
  await using cluster = await openCluster({ postgres, name: 'cut_short', slots: SLOTS, drainMs: 0 });
  const { violations } = await scaleIn(cluster, { scaleIns: 4, pods: 3, slots: SLOTS, runMs: RUN_MS });
  table.figure('runs disturbed with a drain of 0 s', violations.length, { least: 1 });
  for (const violation of violations) console.log(`  ${violation}`);
  failed ||= violations.length === 0;
}
if (only.includes('from-zero')) {
  await using cluster = await openCluster({
    postgres,
    name: 'from_zero',
    ...FROM_ZERO,
    drainMs: 0,
  });
  const slots = FROM_ZERO.slots * FROM_ZERO.runnersOfProcess;
  const { processes, cpu, statements, ...ms } = await scaleFromZero(cluster, { queued, slots });
  const seconds = (ms.untilSeenMs + ms.claimingMs) / 1_000;
  table.note(`start of ${processes} processes on this machine, s`, shown(ms.startMs / 1_000));
  table.note('until the scaler saw the queue, s', shown(ms.untilSeenMs / 1_000));
  const { idle: _, ...used } = cpu;
  const reported = Object.entries(used).map(([kind, spent]) => `${kind} ${spent.toFixed(1)}`);
  table.note('claimed by all of them together within, s', shown(ms.claimingMs / 1_000));
  table.note('CPU of that, s', reported.join(', '));
  for (const { text, calls, ms: took } of statements)
    console.log(`  ${shown(took)} ms, ${calls} times: ${text}`);
  table.figure(`from none to ${queued} claimed, besides that start, s`, seconds, { most: 5 });
  failed ||= seconds > 5;
}
table.print();
process.exitCode = failed ? 1 : 0;
