import type { Bus } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Log } from '#shared/platform/log/log.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { relayNow } from './relay.ts';

/** What follows when this supervisor has ended or requeued a run: others may go on, and its events go out. */
export const announceWritten =
  ({ sql, bus, log }: { sql: Sql; bus: Bus; log: Log }) =>
  (runId: string): void => {
    // An ended run may have blocked others: by its concurrency key, or by a limit.
    bus.publish(subjects.runQueued, {});
    relayNow({ sql, bus, log }, runId).catch((error: unknown) =>
      log.warn(
        { err: error, ...runFields({ runId }) },
        'could not publish the last events of a run; the next relay round retries',
      ),
    );
  };
