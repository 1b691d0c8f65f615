/*
 * One bench run: a schedule carried out on a stage of its own, then quiet. Owns the servers, which the faults may hit;
 * not a database that it is given.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from '../../support/eventually.ts';
import { type PostgresServer, startPostgresServer } from '../../support/servers/postgres-server.ts';
import { startTestNats } from '../../support/servers/servers.ts';
import type { History } from './history.ts';
import { createInjector } from './inject.ts';
import type { Schedule } from './schedule.ts';
import { setStage } from './stage.ts';

/** How long the queue that the faults left may take, once all is well again. */
const QUIET_MS = 4 * PATIENCE_MS;

export interface BenchResult {
  history: History;
  /** Runs that were accepted, and faults that came to be. */
  runs: number;
  faults: number;
}

/** A database of the caller's, with its accounts, on a server that is the caller's. */
export interface GivenDatabase {
  server: PostgresServer;
  url: string;
}

export async function runBench(
  { seed, actions, faults }: Schedule,
  { given, pooled }: { given?: GivenDatabase; pooled?: boolean } = {},
): Promise<BenchResult> {
  const [postgres, nats] = await Promise.all([given?.server ?? startPostgresServer(), startTestNats()]);
  const databaseUrl = given?.url ?? postgres.url;
  const stage = await setStage({
    seed,
    runs: actions.length,
    databaseUrl,
    nats,
    accounts: given === undefined,
    ...(pooled && { pooled }),
  });
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
  await Promise.all([given ?? postgres.close(), nats.stop()]);
  const happened = history.entries.filter(
    (entry) => entry.kind === 'fault' && !entry.missed && entry.what !== 'stall',
  );
  return { history, runs: workload.started, faults: happened.length };
}
