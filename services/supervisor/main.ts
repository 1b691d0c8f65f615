import { randomUUID } from 'node:crypto';
import { artifactsOf } from '#shared/artifacts/configured.ts';
import { openBus } from '#shared/bus/bus.ts';
import { readConfig } from '#shared/config/config.ts';
import { READ_BY } from '#shared/config/services.ts';
import { timingOf } from '#shared/config/timing.ts';
import { connectDatabase } from '#shared/database/connect.ts';
import { migrateWhenReachable } from '#shared/database/migrate.ts';
import { runService } from '#shared/process/service.ts';
import { announceWritten } from './announce-written.ts';
import { createFinaliser } from './finaliser.ts';
import { keepEventStream, streamSizeOf } from './keep-event-stream.ts';
import { startLeading } from './leading.ts';
import { serveFinaliseRequests } from './requests.ts';
import { startRetention } from './retention.ts';

const RETENTION_EVERY_MS = 60_000;

await runService(
  'supervisor',
  process.env.LOG_LEVEL,
  async ({ log, stopping, stopped, ready, resources }) => {
    const config = readConfig(process.env, READ_BY.supervisor);
    const { DATABASE_URL: url } = config;
    const timing = timingOf(config);
    const id = randomUUID();
    const name = `ghostly-supervisor ${id}`;

    await migrateWhenReachable(url, stopping, log);
    const { sql } = resources.use(
      await connectDatabase({ url, applicationName: name, poolSize: 16, lockTimeoutMs: 500 }),
    );
    const bus = resources.use(openBus({ url: config.NATS_URL, name, log }));
    const finalise = createFinaliser({
      sql,
      overdueMs: timing.overdue,
      queueTimeoutText: 'no runner took the run in time',
    });

    const onWritten = announceWritten({ sql, bus, log });
    const requests = serveFinaliseRequests({ bus, finalise, onFinalised: onWritten, onRequeued: onWritten });
    resources.defer(() => requests.stop());

    const leadership = startLeading({ ...{ sql, bus, log, timing, stopping, finalise, id }, resources });
    keepEventStream({ bus, log, size: streamSizeOf(config), leadership, resources });
    for (const loop of startRetention({
      ...{ sql, log, stopping, leading: leadership.isLeading },
      days: config.GHOSTLY_RETENTION_DAYS,
      artifacts: artifactsOf(config),
      everyMs: RETENTION_EVERY_MS,
    }))
      resources.use(loop);

    log.info({ id }, 'ready');
    ready();
    await stopped;
    await leadership.resign();
  },
);
