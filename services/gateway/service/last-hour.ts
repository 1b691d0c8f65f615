import { type OutageRow, readPastOutages } from '#shared/adapters/database/processes/gateways.ts';
import { readSamples, type SystemSample } from '#shared/adapters/database/run-views/samples.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { LastHour } from '#shared/api/contract/service/last-hour.ts';
import type { Handler } from '../http/call.ts';
import { SILENT_GATEWAY_MS } from './presence.ts';

/** I11: numbers for all callers with credentials. */
export const createLastHour =
  (sql: Sql): Handler<'lastHour'> =>
  async () => {
    const [samples, outages] = await Promise.all([readSamples(sql), readPastOutages(sql, SILENT_GATEWAY_MS)]);
    return { status: 200, body: { samples: samples.map(present), outages: mergedOutages(outages) } };
  };

/** What several gateways noticed of a server at the same time, or one after the other, is one outage. The oldest come first. */
export function mergedOutages(rows: readonly OutageRow[]): LastHour['outages'] {
  const merged: OutageRow[] = [];
  for (const row of rows) {
    const before = merged.findLast(({ name }) => name === row.name);
    if (!before || (before.until !== null && before.until < row.since)) merged.push({ ...row });
    else if (before.until !== null && (row.until === null || row.until > before.until))
      before.until = row.until;
  }
  return merged.map(({ name, since, until }) => ({
    name,
    since: since.toISOString(),
    ...(until !== null && { until: until.toISOString() }),
  }));
}

function present(sample: SystemSample): LastHour['samples'][number] {
  const { at, waiting, oldestMs, running, cancelling, slots, waitMs, cancelMs, slowestCancelMs } = sample;
  const { passed, failed, cancelled, lost } = sample;
  return {
    at: at.toISOString(),
    queue: { length: waiting, oldestMs },
    runs: { running, cancelling },
    slots,
    ended: { passed, failed, cancelled, lost },
    ...(waitMs !== null && { waitMs }),
    ...(cancelMs !== null &&
      slowestCancelMs !== null && {
        cancelMs: { half: cancelMs, slowest: slowestCancelMs },
      }),
  };
}
