/*
 * A stage whose processes are ended and started again while a schedule's users are at work on it. Owns the stage and its
 * NATS; what is done to the processes is the test's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Exit } from '#shared/platform/process/child.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import { createTestDatabase, startTestNats } from '../../support/servers/servers.ts';
import { checkHistory, describeViolation } from '../bench/checker/check.ts';
import type { RunRow } from '../bench/checker/facts.ts';
import type { HistoryEntry, Timing } from '../bench/history.ts';
import type { Service } from '../bench/plan-faults.ts';
import { createSchedule } from '../bench/schedule.ts';
import { type Stage, setStage } from '../bench/stage.ts';
import type { Slot } from '../bench/world.ts';

export interface Played {
  /** How many runs were accepted meanwhile. */
  started: number;
  runs: readonly RunRow[];
  /** The `run_end` of each run, by id; that of a stale one has the verdict. */
  ends: ReadonlyMap<string, unknown>;
  /** Ids of the runs of which a runner has stored anything. */
  begun: ReadonlySet<string>;
  /** Pid of each runner there was, by its id. */
  runnerPids: ReadonlyMap<string, number>;
}

/**
 * A lease that no heartbeat misses, and a grace budget that no page needs more of to close, only because others need the
 * machine, too.
 */
const TIMING: Timing = { leaseMs: 6_000, graceMs: 1_800, heartbeatMs: 1_200, sweepMs: 1_000 };
/** Longer than the work on any stage takes. */
const SCHEDULE_MS = 600_000;
const RUNS_A_MINUTE = 200;
/** So many runs come between two restarts, at least. */
const BETWEEN = 3;
const QUIET_MS = 4 * PATIENCE_MS;
/** What a runner stores first. */
const LAUNCHING = 'running.launching';

/** Carries out `work` under load, waits until all is over, and sees that every promise was kept. */
export async function playUnderLoad(
  { seed, count }: { seed: number; count: Record<Service, number> },
  work: (stage: Stage) => Promise<void>,
): Promise<Played> {
  const runs = (SCHEDULE_MS / 60_000) * RUNS_A_MINUTE;
  const [{ url: databaseUrl }, nats] = await Promise.all([createTestDatabase(), startTestNats()]);
  const stage = await setStage({ seed, runs, databaseUrl, nats, count, timing: TIMING });
  const { history, workload } = stage;
  const over = new AbortController();
  const began = performance.now();
  const play = async () => {
    for (const action of createSchedule(seed, { forMs: SCHEDULE_MS, runs, faults: 0 }).actions) {
      const left = Math.max(0, began + action.at - performance.now());
      await delay(left, undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      workload.perform(action);
    }
  };
  history.add({ kind: 'mark', what: 'began', at: Date.now() });
  await Promise.all([play(), work(stage).finally(() => over.abort())]);
  history.add({ kind: 'mark', what: 'healed', at: Date.now() });
  await stage.quiet(QUIET_MS);
  await stage.close();
  await nats.stop();

  const violations = checkHistory(history.entries);
  if (violations.length === 0) await history.remove();
  else console.error(`seed ${seed}: the history is kept in ${await history.keep()}`);
  expect(violations.slice(0, 10).map(describeViolation)).toEqual([]);
  const events = rowsOf<{ run_id: string; type: string; payload: { to?: string } | null }>(
    history.entries,
    'events',
  );
  const runners = rowsOf<{ id: string; pid: number }>(history.entries, 'runners');
  return {
    started: workload.started,
    runs: rowsOf<RunRow>(history.entries, 'runs'),
    ends: new Map(
      events.flatMap(({ run_id, type, payload }) => (type === 'run_end' ? [[run_id, payload]] : [])),
    ),
    begun: new Set(events.filter(({ payload }) => payload?.to === LAUNCHING).map(({ run_id }) => run_id)),
    runnerPids: new Map(runners.map(({ id, pid }) => [id, pid])),
  };
}

const rowsOf = <Row>(entries: readonly HistoryEntry[], name: string): Row[] =>
  entries.flatMap((entry) => (entry.kind === 'row' && entry.table === name ? [entry.row as Row] : []));

export interface Left {
  pid: number;
  exit: Exit;
  /** Time between the signal and the end, ms. */
  ms: number;
  lines: readonly string[];
}

export type HowOften = 'once' | 'twice';

/**
 * Asks a process to leave in the middle of the work, once or twice, and starts it again when it has left; resolves when
 * it is ready.
 */
export async function restart(
  { history, workload }: Stage,
  slot: Slot,
  howOften: HowOften,
  root?: string,
): Promise<Left> {
  const { exited, logged, pid, lines, signal } = slot.process!;
  const enough = workload.started + BETWEEN;
  await eventually(() => expect(workload.started).toBeGreaterThanOrEqual(enough), { timeoutMs: 30_000 });
  const from = Date.now();
  signal('SIGTERM');
  if (howOften === 'twice') {
    await logged('"msg":"stopping"');
    signal('SIGTERM');
  }
  const exit = await exited;
  const ms = Date.now() - from;
  await slot.start(root).ready;
  history.add({ kind: 'fault', what: 'terminate', service: slot.service, pid, from, to: Date.now() });
  return { pid, exit, ms, lines };
}
