import { readSamples, type SystemSample } from '#shared/adapters/database/run-views/samples.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { LastHour } from '#shared/api/contract/service/last-hour.ts';
import type { Handler } from '../http/call.ts';

/** I11: numbers for all callers with credentials. */
export const createLastHour =
  (sql: Sql): Handler<'lastHour'> =>
  async () => ({ status: 200, body: { samples: (await readSamples(sql)).map(present) } });

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
