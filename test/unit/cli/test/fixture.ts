import { EventEmitter } from 'node:events';
import type { Batch, BatchTest } from '#shared/api/client/index.ts';
import { listenForStop } from '#shared/platform/process/stop-signals.ts';

export const RUN_ID = '01991111-0000-7000-8000-000000000001';
const AT = '2026-12-01T10:00:00.000Z';

type Attempt = BatchTest['attempts'][number];
export const attempt = (outcome: Attempt['outcome'], more: Partial<Attempt> = {}): Attempt => ({
  attempt: 1,
  runId: RUN_ID,
  startedAt: AT,
  ...(outcome && { outcome, durationMs: 1_150 }),
  ...more,
});

/** The third test, unless something else is said. */
export const batchTest = (status: BatchTest['status'], more: Partial<BatchTest> = {}): BatchTest => ({
  index: 2,
  name: 'shop.order › quantity=2',
  flow: { name: 'shop.order', version: 3 },
  labels: [],
  quarantined: false,
  status,
  attempts: status === 'waiting' || status === 'skipped' ? [] : [attempt(outcomeOf(status))],
  ...more,
});

function outcomeOf(status: BatchTest['status']): Attempt['outcome'] {
  if (status === 'flaky') return 'pass';
  return status === 'pass' || status === 'fail' || status === 'cancelled' ? status : undefined;
}

const NONE = { waiting: 0, running: 0, pass: 0, flaky: 0, fail: 0, cancelled: 0, skipped: 0, quarantined: 0 };

export const batchOfTests = (
  status: Batch['status'],
  tests: BatchTest[],
  more: Partial<Batch> = {},
): Batch => ({
  id: '01990000-0000-4000-8000-000000000001',
  project: '01990000-0000-4000-8000-000000000002',
  status,
  labels: [],
  maxParallel: 8,
  retries: 0,
  stopOnFailure: false,
  counts: { ...NONE, tests: tests.length },
  createdAt: AT,
  tests,
  ...more,
});

/** Signals that are sent by hand, so many ms after the one before. */
export function handSignals() {
  let now = 0;
  const source = new EventEmitter();
  const stop = listenForStop(source as unknown as NodeJS.Process, () => now);
  return {
    stop,
    send: (afterMs = 0) => {
      now += afterMs;
      source.emit('SIGINT', 'SIGINT');
    },
  };
}
