/* I5: pods that a scale-in deletes cost no run its outcome, and idle pods are deleted before a busy one. */
import { expect, test } from 'vitest';
import { startBenchPostgres } from '../../bench/scale/postgres.ts';
import { openCluster } from './cluster.ts';
import { deleteIdle } from './idle-first.ts';
import { scaleIn } from './scale-ins.ts';

/** A little of `npm run test:cluster`, which also finds out what a drain that is too short does. */
test('I5: pods that are deleted cost no run anything, and idle ones go before a busy one', async () => {
  await using postgres = await startBenchPostgres();
  await using cluster = await openCluster({ postgres, name: 'scaled', slots: 4, drainMs: 30_000 });
  const done = await scaleIn(cluster, { scaleIns: 6, pods: 3, slots: 4, runMs: 500 });
  expect(done).toMatchObject({ deleted: 6, violations: [] });
  expect(done.busy).toBeGreaterThan(0);
  expect(await deleteIdle(cluster, 3)).toEqual([0, 0]);
});
