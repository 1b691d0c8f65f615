import { randomUUID } from 'node:crypto';
import { artifactsOf } from '#shared/artifacts/configured.ts';
import { openBus } from '#shared/bus/bus.ts';
import { ensureEventStream } from '#shared/bus/event-stream.ts';
import { subjects } from '#shared/bus/subjects.ts';
import { readConfig } from '#shared/config/config.ts';
import { READ_BY } from '#shared/config/services.ts';
import { timingOf } from '#shared/config/timing.ts';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { lead, resign } from '#shared/database/processes/leadership.ts';
import { startLoop } from '#shared/process/loop.ts';
import { runService } from '#shared/process/service.ts';
import { createFinaliser } from './finaliser.ts';
import { relay, relayNow } from './relay.ts';
import { serveFinaliseRequests } from './requests.ts';
import { startRetention } from './retention.ts';
import { sweep } from './sweep.ts';

const ROLE = 'supervisor';
/** The stream may have been deleted, or have fewer replicas than there are servers by now. */
const ENSURE_STREAM_EVERY_MS = 10_000;
const RETENTION_EVERY_MS = 60_000;

await runService(
  'supervisor',
  process.env.LOG_LEVEL,
  async ({ log, stopping, stopped, ready, resources }) => {
    const config = readConfig(process.env, READ_BY.supervisor);
    const timing = timingOf(config);
    const id = randomUUID();
    const name = `ghostly-supervisor ${id}`;

    await migrateWhenReachable(config.DATABASE_URL, stopping, log);
    const { sql } = resources.use(
      await connectDatabase({
        url: config.DATABASE_URL,
        applicationName: name,
        poolSize: 16,
        lockTimeoutMs: 500,
      }),
    );
    const bus = resources.use(openBus({ url: config.NATS_URL, name, log }));
    const finalise = createFinaliser({
      sql,
      overdueMs: timing.overdue,
      queueTimeoutText: 'no runner took the run in time',
    });

    const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
    // An ended run may have blocked others: by its concurrency key, or by a limit.
    const onWritten = (runId: string) => {
      bus.publish(subjects.runQueued, {});
      relayNow({ sql, bus }, runId).catch(
        warn('could not publish the last events of a run; the next relay round retries'),
      );
    };
    const requests = serveFinaliseRequests({ bus, finalise, onFinalised: onWritten, onRequeued: onWritten });
    resources.defer(() => requests.stop());

    const ensuring = resources.use(
      startLoop(
        ENSURE_STREAM_EVERY_MS,
        async () => (bus.connected ? ensureEventStream(await bus.connection()) : undefined),
        warn('could not set up the event stream yet'),
      ),
    );
    void bus.connection().then(ensuring.wake, () => undefined); // without a connection the loop retries
    resources.defer(bus.onReconnect(ensuring.wake));

    let leading = false;
    resources.defer(() => (leading ? resign(sql, ROLE, id).catch(warn('could not resign')) : undefined));
    const relaying = resources.use(
      startLoop(
        timing.sweep,
        async () => (leading ? relay({ sql, bus, stopping }) : undefined),
        warn('this relay round failed'),
      ),
    );
    const onSwept = () => {
      bus.publish(subjects.runQueued, {});
      relaying.wake();
    };
    const sweeping = resources.use(
      startLoop(
        timing.sweep,
        async () => {
          if (!leading) return;
          const { overdue: overdueMs } = timing;
          await sweep({ sql, log, overdueMs, stopping, finalise, onWritten: onSwept });
        },
        warn('this sweep failed'),
      ),
    );
    // Separate from the sweeps: a slow one must not end the leadership, or another supervisor would sweep as well.
    resources.use(
      startLoop(
        timing.sweep,
        async () => {
          if (stopping.aborted) return; // or it would take the leadership again right after resigning
          const led = leading;
          leading = await lead(sql, ROLE, id, 3 * timing.sweep);
          if (!leading || led) return;
          log.info({ id }, 'leading');
          sweeping.wake();
        },
        (error) => {
          leading = false;
          log.warn({ err: error }, 'could not renew the leadership');
        },
      ),
    );
    for (const loop of startRetention({
      ...{ sql, log, stopping, leading: () => leading },
      days: config.GHOSTLY_RETENTION_DAYS,
      artifacts: artifactsOf(config),
      everyMs: RETENTION_EVERY_MS,
    }))
      resources.use(loop);

    log.info({ id }, 'ready');
    ready();
    await stopped;
    if (leading) await resign(sql, ROLE, id).catch(warn('could not resign'));
  },
);
