import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Bus, openBus } from '#shared/adapters/bus/bus.ts';
import { ensureEventStream } from '#shared/adapters/bus/event-stream.ts';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import type { Hole } from '#shared/domain/events/stream.ts';
import { createRunFeeds, type RunFeeds } from '../../../../services/gateway/stream/run-feed.ts';
import { streamRun } from '../../../../services/gateway/stream/watcher.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { startLiveRun } from '../../../support/database/live-run.ts';
import { openSink } from '../../../support/http/sse-sink.ts';
import { quietLog } from '../../../support/log-lines.ts';
import { createTestDatabase, startTestNats, type TestNats } from '../../../support/servers/servers.ts';

/** The gateway's watchers on a real database and a real NATS; what a test leaves open is closed after it. */
export function useWatchers() {
  let database: Database;
  let nats: TestNats;
  let bus: Bus;
  let feeds: RunFeeds;
  let account: { userId: string; projectId: string };
  /** Subjects with a subscription now. */
  const listening: string[] = [];
  const outs: Writable[] = [];
  const watching: Promise<void>[] = [];
  const clock = { now: 0 };
  /** What watchers heard to be missing. */
  const missing: Hole[] = [];

  beforeAll(async () => {
    database = connectDatabase({ url: (await createTestDatabase()).url, applicationName: 'watcher' });
    account = await createOwner(database.sql);
    nats = await startTestNats();
    bus = openBus({ url: nats.serviceUrl, name: 'watcher', log: quietLog() });
    await ensureEventStream(bus);
    feeds = createRunFeeds({ sql: database.sql, bus: counted(bus) });
  });
  afterEach(async () => {
    for (const out of outs.splice(0)) out.destroy();
    await Promise.all(watching.splice(0));
  });
  afterAll(async () => {
    feeds[Symbol.dispose]();
    await bus[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  /** The same bus, but its subscriptions are counted. */
  const counted = (real: Bus): Bus =>
    Object.assign(Object.create(real) as Bus, {
      subscribe: (subject: string, listener: (body: unknown) => void) => {
        const { ready, stop } = real.subscribe(subject, listener);
        listening.push(subject);
        return {
          ready,
          stop() {
            listening.splice(listening.indexOf(subject), 1);
            stop();
          },
        };
      },
    });

  const watchInto = (out: Writable, runId: string, lastEventId = 0) => {
    const deps = {
      sql: database.sql,
      feeds,
      now: () => clock.now,
      onError: (error: unknown) => {
        throw error;
      },
      onMissing: (holes: readonly Hole[]) => void missing.push(...holes),
    };
    const watched = streamRun(deps, runId, lastEventId, out);
    outs.push(out);
    watching.push(watched);
    return watched;
  };

  return {
    clock,
    missing,
    listening,
    watchInto,
    watch(runId: string, lastEventId = 0) {
      const sink = openSink();
      const ended = watchInto(sink.out, runId, lastEventId);
      return { ...sink, sink, ended };
    },
    get sql() {
      return database.sql;
    },
    get nats() {
      return nats;
    },
    get bus() {
      return bus;
    },
    get feeds() {
      return feeds;
    },
    get account() {
      return account;
    },
    startRun: (prepare?: (runId: string) => Promise<unknown>) =>
      startLiveRun(database.sql, account, randomUUID(), prepare),
  };
}
