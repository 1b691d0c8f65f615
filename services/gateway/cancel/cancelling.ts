import type { Bus } from '#shared/bus/bus.ts';
import type { Timing } from '#shared/config/timing.ts';
import type { Sql } from '#shared/database/sql.ts';
import type { Log } from '#shared/process/log.ts';
import type { Handlers } from '../http/call.ts';
import { createBulkDelivery } from './bulk-delivery.ts';
import { createCancelMany } from './cancel-many.ts';
import { type CancelRun, createCancelRun } from './cancel-run.ts';
import { createDeliverCancel, type DeliverCancel } from './deliver.ts';
import { createCancelHandler } from './handler.ts';
import { createListCancelJobs, createReadCancelJob } from './jobs.ts';
import { createReadCancel } from './read-receipt.ts';

export interface Cancelling extends AsyncDisposable {
  deliver: DeliverCancel;
  cancelRun: CancelRun;
  handlers: Pick<Handlers, 'cancelRun' | 'readCancel' | 'cancelRuns' | 'listCancelJobs' | 'readCancelJob'>;
}

export interface CancellingDeps {
  sql: Sql;
  bus: Bus;
  log: Log;
  timing: Pick<Timing, 'overdue' | 'sweep'>;
}

/** All that stops runs, and tells of it. Closing waits for the cancels that are on their way to an owner right now. */
export function createCancelling({ sql, bus, log, timing }: CancellingDeps): Cancelling {
  const deliver = createDeliverCancel({ sql, bus });
  const cancelRun = createCancelRun({ sql, deliver });
  const delivery = createBulkDelivery({ deliver, log });
  return {
    deliver,
    cancelRun,
    handlers: {
      cancelRun: createCancelHandler({ sql, timing, cancelRun }),
      readCancel: createReadCancel(sql, timing),
      cancelRuns: createCancelMany({ sql, delivery }),
      listCancelJobs: createListCancelJobs(sql),
      readCancelJob: createReadCancelJob(sql),
    },
    [Symbol.asyncDispose]: () => delivery[Symbol.asyncDispose](),
  };
}
