import { daysAreDue, keepDays } from '#shared/database/days/keep.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import type { Leadership } from './leading.ts';

/** Days are made ahead, so that it may fail for days. */
const EVERY_MS = 60_000;

interface KeepingDeps {
  sql: Sql;
  /** The server itself: partitions are made on a connection of their own. */
  sessionUrl: string;
  log: Log;
  stopping: AbortSignal;
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  resources: AsyncDisposableStack;
}

/** While this process leads, it makes the partitions of the days to come. */
export function startKeepingDays(deps: KeepingDeps): void {
  const { sql, sessionUrl, log, stopping, leadership, resources } = deps;
  const keeping = resources.use(
    startLoop(
      EVERY_MS,
      async () => {
        if (leadership.isLeading() && (await daysAreDue(sql))) await keepDays(sessionUrl, stopping);
      },
      (error) => log.warn({ err: error }, 'could not make the partitions of the days to come'),
    ),
  );
  leadership.onLead(keeping.wake);
}
