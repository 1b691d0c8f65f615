/* I1 to I12: a rolling restart under load, with a new version of the machine, loses no run. */
import { expect, test } from 'vitest';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { share } from '../../support/share.ts';
import type { RunRow } from '../bench/checker/facts.ts';
import type { Stage } from '../bench/stage.ts';
import type { Slot } from '../bench/world.ts';
import { copyTree } from '../mutants/copy-tree.ts';
import { enoughFor } from '../scale.ts';
import { playUnderLoad, restart } from './under-load.ts';

const COUNT = { gateway: 2, runner: share(2, 4), supervisor: share(1, 2) };
const ROUNDS = share(1, 2);

/** The next release: it goes on from today's snapshots, and nobody of today from its own. */
const NEWER = MACHINE_VERSION + 1;
const RELEASE = [
  {
    file: 'shared/domain/run/context.ts',
    from: `MACHINE_VERSION = ${MACHINE_VERSION};`,
    to: `MACHINE_VERSION = ${NEWER};`,
  },
  {
    file: 'shared/domain/run/context.ts',
    from: 'MACHINE_VERSION];',
    to: `${MACHINE_VERSION}, MACHINE_VERSION];`,
  },
];

interface Row extends RunRow {
  error: string | null;
  verdict: { why: string } | null;
}

/** Waits until a runner has a run of which this is so. */
const untilIts = ({ world }: Stage, { process: runner }: Slot, condition: string) =>
  eventually(
    async () => {
      const found = `select from runs join runners on runners.id = owner where pid = $1 and ${condition}`;
      expect(await rows(world.stack.databaseUrl, found, [runner!.pid])).not.toEqual([]);
    },
    { timeoutMs: 60_000, everyMs: 50 },
  );

/** Kills a runner in the middle of a step, and starts it again. */
async function killAtWork(stage: Stage, slot: Slot, root: string): Promise<void> {
  await untilIts(stage, slot, `state = 'running.stepping.acting'`);
  const { pid, exited, signal } = slot.process!;
  const from = Date.now();
  signal('SIGKILL');
  await exited;
  await slot.start(root).ready;
  stage.history.add({ kind: 'fault', what: 'kill', service: 'runner', pid, from, to: Date.now() });
}

test('row 22: everything is restarted under load, one process after the other, half of the runners with the next version of the machine: no run is lost; theirs go on from older snapshots, and what they leave behind is ended by older supervisors, which say why (I1 to I12)', {
  timeout: enoughFor(9 * ROUNDS, 40_000) + 120_000,
}, async () => {
  const { root, remove } = await copyTree(RELEASE);
  const newer = new Set<number>();
  try {
    const { started, runs, begun, runnerPids } = await playUnderLoad(
      { seed: 2_201, count: COUNT },
      async (stage) => {
        const isUpgraded = ({ service, n }: Slot) => service === 'runner' && n % 2 === 1;
        for (let round = 0; round < ROUNDS; round += 1) {
          for (const slot of stage.world.slots) {
            await restart(stage, slot, 'once', isUpgraded(slot) ? root : undefined);
            if (isUpgraded(slot)) newer.add(slot.process!.pid);
          }
          const victim = stage.world.slots.find(isUpgraded)!;
          await untilIts(stage, victim, `status = 'pass'`);
          await killAtWork(stage, victim, root);
          newer.add(victim.process!.pid);
        }
      },
    );
    expect(started).toBeGreaterThan(10 * ROUNDS);
    const theirs = (runs as Row[]).filter(({ owner }) => newer.has(runnerPids.get(owner ?? '') ?? 0));
    // One that was killed right after a claim has written nothing yet that older ones could not read.
    const orphans = theirs.filter(({ id, stale }) => stale && begun.has(id));
    expect(orphans.length).toBeGreaterThan(0);
    for (const { error, verdict } of orphans) {
      expect(verdict).toMatchObject({ why: 'unreadable' });
      expect(error).toContain(`written by machine version ${NEWER}, this one is ${MACHINE_VERSION}`);
    }
  } finally {
    await remove();
  }
});
