import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { Timing } from '#shared/platform/config/timing.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Budgets } from '../budgets.ts';
import type { Handlers } from '../http/call.ts';
import { createCancelMany } from './cancel-many.ts';
import { createCancelRun } from './cancel-run.ts';
import { createDeliverCancel } from './deliver.ts';
import { type CancelDelivery, createCancelDelivery } from './delivery.ts';
import { createCancelHandler } from './handler.ts';
import { createListCancelJobs, createReadCancelJob } from './jobs.ts';
import { createReadCancel } from './read-receipt.ts';

export interface Cancelling extends AsyncDisposable {
  delivery: CancelDelivery;
  handlers: Pick<Handlers, 'cancelRun' | 'readCancel' | 'cancelRuns' | 'listCancelJobs' | 'readCancelJob'>;
}

export interface CancellingDeps {
  budgets: Pick<Budgets, 'cancels' | 'reads' | 'changes' | 'lists'>;
  bus: Bus;
  log: Log;
  timing: Pick<Timing, 'overdue' | 'sweep'>;
}

/** All that stops runs, and tells of it. Closing waits for the cancels that are on their way to an owner right now. */
export function createCancelling({ budgets, bus, log, timing }: CancellingDeps): Cancelling {
  const { cancels: sql, reads, changes, lists } = budgets;
  const delivery = createCancelDelivery({ deliver: createDeliverCancel({ sql, bus }), log });
  const cancelRun = createCancelRun({ sql, delivery });
  return {
    delivery,
    handlers: {
      cancelRun: createCancelHandler({ sql, timing, cancelRun }),
      readCancel: createReadCancel(reads, timing),
      cancelRuns: createCancelMany({ sql: changes, delivery }),
      listCancelJobs: createListCancelJobs(lists),
      readCancelJob: createReadCancelJob(lists),
    },
    [Symbol.asyncDispose]: () => delivery[Symbol.asyncDispose](),
  };
}
