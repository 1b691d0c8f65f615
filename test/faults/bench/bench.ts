/*
 * One bench run: a schedule carried out on a stage of its own, then quiet. Owns the servers, which the faults may hit.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startTestNats } from '../../support/servers.ts';
import type { History } from './history.ts';
import { createInjector } from './inject.ts';
import { startPostgresServer } from './postgres-server.ts';
import type { Schedule } from './schedule.ts';
import { setStage } from './stage.ts';

/** How long the queue that the faults left may take, once all is well again. */
const QUIET_MS = 120_000;

export interface BenchResult {
  history: History;
  /** Runs that were accepted, and faults that came to be. */
  runs: number;
  faults: number;
}

export async function runBench({ seed, actions, faults }: Schedule): Promise<BenchResult> {
  const [postgres, nats] = await Promise.all([startPostgresServer(), startTestNats()]);
  const stage = await setStage({ seed, runs: actions.length, databaseUrl: postgres.url, nats });
  const { history, world, workload } = stage;
  const injector = createInjector({ history, world, postgres, nats });

  const began = performance.now();
  history.add({ kind: 'mark', what: 'began', at: Date.now() });
  const inTime = async <Timed extends { at: number }>(list: readonly Timed[], act: (one: Timed) => void) => {
    for (const one of list) {
      await delay(Math.max(0, began + one.at - performance.now()));
      act(one);
    }
  };
  await Promise.all([inTime(actions, workload.perform), inTime(faults, injector.inject)]);
  const missing = await injector.healed();
  history.add({ kind: 'mark', what: 'healed', at: Date.now(), missing });
  await stage.quiet(QUIET_MS);
  await stage.close();
  await Promise.all([postgres.close(), nats.stop()]);
  const happened = history.entries.filter(
    (entry) => entry.kind === 'fault' && !entry.missed && entry.what !== 'stall',
  );
  return { history, runs: workload.started, faults: happened.length };
}
