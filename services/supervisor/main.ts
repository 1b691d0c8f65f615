import { randomUUID } from 'node:crypto';
import { artifactsIn } from '#shared/artifacts/local-folder.ts';
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
/** It may be gone, or on fewer servers than there are by now. */
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
    // What was ended may have been in the way of others: of its concurrency key, or of a limit.
    const onWritten = (runId: string) => {
      bus.publish(subjects.runQueued, {});
      relayNow({ sql, bus }, runId).catch(warn('its last events are left to the next round of the relay'));
    };
    const requests = serveFinaliseRequests({ bus, finalise, onFinalised: onWritten, onRequeued: onWritten });
    resources.defer(() => requests.stop());

    const ensuring = resources.use(
      startLoop(
        ENSURE_STREAM_EVERY_MS,
        async () => (bus.connected ? ensureEventStream(await bus.connection()) : undefined),
        warn('the event stream is not as it should be yet'),
      ),
    );
    void bus.connection().then(ensuring.wake, () => undefined); // without a connection it is looked for again
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
    // Apart from the sweeps: one that takes long must not end the leadership, or another one would sweep, too.
    resources.use(
      startLoop(
        timing.sweep,
        async () => {
          if (stopping.aborted) return; // or it would take back what it resigns
          const led = leading;
          leading = await lead(sql, ROLE, id, 3 * timing.sweep);
          if (!leading || led) return;
          log.info({ id }, 'leading');
          sweeping.wake();
        },
        (error) => {
          leading = false;
          log.warn({ err: error }, 'could not lead');
        },
      ),
    );
    for (const loop of startRetention({
      ...{ sql, log, stopping, leading: () => leading },
      days: config.GHOSTLY_RETENTION_DAYS,
      artifacts: artifactsIn(config.GHOSTLY_HOME),
      everyMs: RETENTION_EVERY_MS,
    }))
      resources.use(loop);

    log.info({ id }, 'ready');
    ready();
    await stopped;
    if (leading) await resign(sql, ROLE, id).catch(warn('could not resign'));
  },
);
