import { setTimeout as delay } from 'node:timers/promises';
import { fillDatabase } from '../../support/database/fill.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { compareReads } from '../bench/costs.ts';
import type { FaultEntry } from '../bench/history.ts';
import type { Service } from '../bench/plan-faults.ts';
import type { FlowKind, Start } from '../bench/schedule.ts';
import type { Stage } from '../bench/stage.ts';
import { tagOf } from '../bench/workload.ts';

/** Played on a stage with one of each process. Run numbers count up from `first`. */
type Scenario = (stage: Stage, seed: number, first: number) => Promise<void>;

const pastLease = ({ timing }: Stage) => timing.leaseMs + timing.sweepMs + 400;
const USER = { at: 0, user: 0, gateway: 0 } as const;

const start = (run: number, flow: FlowKind, releaseAfter?: number): Start => ({
  do: 'start',
  ...USER,
  run,
  flow,
  ...(releaseAfter !== undefined && { releaseAfter }),
});

/** A user is in the middle of a page. */
async function acting(
  { workload, site }: Stage,
  seed: number,
  run: number,
  flow: 'wait' | 'gated' | 'hung' | 'flood',
  user: 0 | 1 = 0,
): Promise<string> {
  workload.perform({ ...start(run, flow), user });
  const path = `${flow === 'gated' ? '/gate' : '/never'}?${tagOf(seed, run)}`;
  await eventually(
    () => {
      if (site.open(path) === 0) throw new Error(`nobody asks for ${path}`);
    },
    { timeoutMs: 30_000 },
  );
  return path;
}

/** The next one wakes a little later than the one before. */
const BETWEEN_MS = 1_500;

/** Stops the processes for so long. */
async function stop({ world, history }: Stage, services: Service[], ms: number): Promise<void> {
  const stopped = services.map((service) => ({ service, process: world.slot(service, 0).process! }));
  const from = Date.now();
  for (const { process } of stopped) process.signal('SIGSTOP');
  await delay(ms);
  for (const [n, { service, process }] of stopped.entries()) {
    if (n > 0) await delay(BETWEEN_MS);
    process.signal('SIGCONT');
    const fault: FaultEntry = {
      kind: 'fault',
      what: 'pause',
      service,
      pid: process.pid,
      from,
      to: Date.now(),
    };
    history.add(fault);
  }
}

/** Runs of their own accord, watched with a break, looked at by a stranger. */
const plain: Scenario = async ({ workload }, _seed, first) => {
  workload.perform({ do: 'subscribe', ...USER, user: 1, forMs: 3_000 });
  workload.perform(start(first, 'gated', 900));
  workload.perform({ do: 'watch', ...USER, run: first, leaves: Array.from({ length: 12 }, () => 40) });
  workload.perform({ do: 'watch', ...USER, run: first, leaves: [] });
  workload.perform({ do: 'peek', ...USER, user: 1, run: first });
  workload.perform(start(first + 1, 'secret'));
  workload.perform({ do: 'watch', ...USER, run: first + 1, leaves: [] });
  await workload.idOf(first);
};

/** Two that are in the middle of a page are cancelled; one of them could go on a little later. */
const cancelled: Scenario = async (stage, seed, first) => {
  const { workload, site } = stage;
  const [, gate] = await Promise.all([
    acting(stage, seed, first, 'wait'),
    acting(stage, seed, first + 1, 'gated'),
  ]);
  for (const run of [first, first + 1])
    workload.perform({ do: 'cancel', ...USER, run, mode: 'graceful', times: 1 });
  await delay(600);
  site.release(gate);
  // Time to see what stays open.
  await delay(4_000);
};

const killedRunner: Scenario = async (stage, seed, first) => {
  await acting(stage, seed, first, 'wait');
  const slot = stage.world.slot('runner', 0);
  slot.process!.signal('SIGKILL');
  await slot.process!.exited;
  await slot.start().ready;
};

/** It wakes when its run was ended, and its page goes on. */
const stoppedRunner: Scenario = async (stage, seed, first) => {
  const gate = await acting(stage, seed, first, 'gated');
  await stop(stage, ['runner'], pastLease(stage));
  stage.site.release(gate);
  // Time to write, if it does.
  await delay(3_000);
};

/** It wakes when its lease is over, and nobody else has noticed yet. */
const allStopped: Scenario = async (stage, seed, first) => {
  const gate = await acting(stage, seed, first, 'gated');
  // The page goes on while its owner is stopped, so that it has something to write at once.
  setTimeout(() => stage.site.release(gate), stage.timing.leaseMs);
  await stop(stage, ['runner', 'supervisor'], pastLease(stage));
};

/** One's pages hang and flood, and are cancelled by force; another's page, beside them, goes on and passes. */
const beside: Scenario = async (stage, seed, first) => {
  const [gate] = await Promise.all([
    acting(stage, seed, first, 'gated', 1),
    acting(stage, seed, first + 1, 'hung'),
    acting(stage, seed, first + 2, 'flood'),
  ]);
  for (const run of [first + 1, first + 2])
    stage.workload.perform({ do: 'cancel', ...USER, run, mode: 'force', times: 1 });
  // Whatever befalls the page beside them has befallen it by then.
  await delay(800);
  stage.site.release(gate);
};

/** One user starts many runs, then another one does; there is not room for all of them. */
const crowded: Scenario = async ({ workload }, _seed, first) => {
  for (let n = 0; n < 8; n += 1) workload.perform(start(first + n, 'gated', 600 + 400 * n));
  await workload.idOf(first + 7);
  for (let n = 8; n < 12; n += 1) workload.perform({ ...start(first + n, 'pass'), user: 1 });
  await workload.idOf(first + 11);
};

/** A page tries to get where the policy lets nobody go. */
const straying: Scenario = async ({ workload }, _seed, first) => {
  workload.perform(start(first, 'stray'));
  await workload.idOf(first);
  await delay(4_000);
};

/** The same is done before and after much was stored, which is not what the checker is to judge. */
const grown: Scenario = async (stage, _seed, first) => {
  const { databaseUrl } = stage.world.stack;
  const grow = async () => {
    await rows(databaseUrl, 'alter table runs disable trigger test_audit');
    await fillDatabase(databaseUrl, { finished: 20_000, behindKey: 0 });
    await rows(databaseUrl, 'alter table runs enable trigger test_audit');
  };
  await compareReads(stage, { first, grow });
};

/** Has a run of which a picture is kept: on a busy machine a run may end without any, then there is another. */
const pictured: Scenario = async ({ workload, world }, _seed, first) => {
  for (let run = first; run < first + 4; run += 1) {
    workload.perform(start(run, 'secret'));
    const id = await workload.idOf(run);
    if (id === undefined) continue;
    const pictures = await eventually(
      async () => {
        const [ended] = await rows<{ pictures: number }>(
          world.stack.databaseUrl,
          `select (select count(*)::int from steps where run_id = id and screenshot_path is not null) as pictures
           from runs where id = $1 and finished_at is not null`,
          [id],
        );
        if (!ended) throw new Error(`run ${id} has not ended`);
        return ended.pictures;
      },
      { timeoutMs: 30_000 },
    );
    if (pictures > 0) return;
  }
};

export const SCENARIOS = {
  plain,
  pictured,
  cancelled,
  killedRunner,
  beside,
  straying,
  stoppedRunner,
  allStopped,
  crowded,
  grown,
};
