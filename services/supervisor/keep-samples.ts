import { readLiveRuns } from '#shared/database/run-views/live-runs.ts';
import { dueMinute, takeSample } from '#shared/database/run-views/samples.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import type { Leadership } from './leading.ts';

/** Often enough that no minute is left out. */
const EVERY_MS = 15_000;

interface SamplingDeps {
  sql: Sql;
  log: Log;
  leaseMs: number;
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  resources: AsyncDisposableStack;
}

/** While this process leads, it stores once a minute what the system is like, for the last hour that pages show. */
export function startKeepingSamples({ sql, log, leaseMs, leadership, resources }: SamplingDeps): void {
  const sampling = resources.use(
    startLoop(
      EVERY_MS,
      async () => {
        const minute = leadership.isLeading() ? await dueMinute(sql) : undefined;
        if (minute) await takeSample(sql, { minute, live: await readLiveRuns(sql), leaseMs });
      },
      (error) => log.warn({ err: error }, 'could not store what the system is like'),
    ),
  );
  leadership.onLead(sampling.wake);
}
