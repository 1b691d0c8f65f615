/*
 * A world with its users, and with everything that looks on: what a schedule, or a scenario, is played on. Owns all of
 * it, and ends it with the history of what happened.
 */
import { eventually } from '../../support/eventually.ts';
import type { TestNats } from '../../support/servers/servers.ts';
import { startSite, type TestSite } from '../../support/sites/site.ts';
import { type Ask, createAsk, createPeople, type Person } from './actors.ts';
import { installAudit } from './audit.ts';
import { keptSecretOf, secretOf } from './flows.ts';
import { startForbiddenPlace } from './forbidden-place.ts';
import { type History, openHistory, type Timing } from './history.ts';
import { type Observers, startObservers } from './observers.ts';
import type { Service } from './plan-faults.ts';
import { recordStored, unfinished } from './stored.ts';
import { createSubscribers, type Subscribers } from './subscribers.ts';
import { createWatchers, type Watchers } from './watchers.ts';
import { createWorkload, tagOf, type Workload } from './workload.ts';
import { createWorld, type World } from './world.ts';

/** Short, so that much happens within a minute; long enough for two busy cores. */
const TIMING: Timing = { leaseMs: 2_500, graceMs: 700, heartbeatMs: 500, sweepMs: 1_000 };

export interface Stage {
  readonly timing: Timing;
  readonly history: History;
  readonly world: World;
  readonly site: TestSite;
  readonly people: readonly Person[];
  readonly ask: Ask;
  readonly observers: Observers;
  readonly watchers: Watchers;
  readonly subscribers: Subscribers;
  readonly workload: Workload;
  /** Waits until all is over, at most `ms`; what is not is in the history. */
  quiet(ms: number): Promise<void>;
  /** Ends all but the servers. Rejects if a process had to be killed. */
  close(): Promise<History>;
}

export interface StageOptions {
  seed: number;
  /** How many runs there will be at most. */
  runs: number;
  databaseUrl: string;
  nats: TestNats;
  count?: Record<Service, number>;
  timing?: Timing;
  root?: string;
  /** False: the database has them already. */
  accounts?: boolean;
  /** Behind a PgBouncer. */
  pooled?: boolean;
}

export async function setStage({ seed, runs, timing = TIMING, ...options }: StageOptions): Promise<Stage> {
  const { databaseUrl, nats } = options;
  const [history, site] = await Promise.all([openHistory(seed), startSite()]);
  const forbidden = await startForbiddenPlace((said) => history.add({ kind: 'visit', at: Date.now(), said }));
  const world = await createWorld({ history, timing, ...options });
  await installAudit(databaseUrl);
  await Promise.all(world.slots.map((slot) => slot.start().ready));
  const admin = await world.stack.clientOf(world.slot('gateway', 0).process!);
  const people = await createPeople(admin, ['ana', 'ben'], site.url);
  history.add({
    kind: 'setting',
    seed,
    ...timing,
    users: people.map(({ name, id }) => ({ name, id })),
    secrets: [
      ...people.flatMap(({ name, apiKey }) => [apiKey, keptSecretOf(name)]),
      ...Array.from({ length: runs }, (_, run) => secretOf(tagOf(seed, run))),
    ],
  });
  const ask = createAsk(history, world.gatewayUrl);
  const observers = startObservers(history, site, world.stack.home);
  const watchers = createWatchers(history, world.gatewayUrl);
  const subscribers = createSubscribers(history, ask, `127.0.0.1:${nats.port}`);
  const workload = createWorkload({
    seed,
    ask,
    people,
    site,
    observers,
    watchers,
    subscribers,
    forbidden: forbidden.url,
  });

  return {
    timing,
    history,
    world,
    site,
    people,
    ask,
    observers,
    watchers,
    subscribers,
    workload,
    async quiet(timeoutMs) {
      await workload.done();
      const look = async () => {
        const left = await unfinished(databaseUrl);
        if (left.length > 0 || watchers.open > 0)
          throw new Error(`${watchers.open} watchers; ${JSON.stringify(left)}`);
        return [];
      };
      const missing = await eventually(look, { timeoutMs, everyMs: 250 }).catch((error: Error) => [
        error.message,
      ]);
      history.add({ kind: 'mark', what: 'quiet', at: Date.now(), missing });
    },
    async close() {
      await Promise.all([watchers.close(), subscribers.close()]);
      await recordStored(history, { databaseUrl, readerUrl: nats.readerUrl, home: world.stack.home });
      const unwilling = await world.stop();
      await observers.close();
      await Promise.all([site.close(), forbidden.close()]);
      await history.close();
      if (unwilling.length > 0)
        throw new Error(`had to be killed: ${unwilling.join(', ')}; see ${await history.keep()}`);
      return history;
    },
  };
}
