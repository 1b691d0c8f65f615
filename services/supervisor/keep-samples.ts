import { readLiveRuns } from '#shared/adapters/database/run-views/live-runs.ts';
import { dueMinute, takeSample } from '#shared/adapters/database/run-views/samples.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** Stores once a minute what the system is like, for the last hour that pages show. */
export async function keepSamples(sql: Sql, leaseMs: number): Promise<void> {
  const minute = await dueMinute(sql);
  if (minute) await takeSample(sql, { minute, live: await readLiveRuns(sql), leaseMs });
}
