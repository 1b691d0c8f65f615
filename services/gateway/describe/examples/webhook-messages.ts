import type { WebhookMessage, WebhookType } from '#shared/api/contract/webhooks/webhooks.ts';
import { ANY, SAMPLE } from './example.ts';

const run = {
  id: SAMPLE.queuedRun,
  project: SAMPLE.project,
  startedAt: ANY.time,
  durationMs: 0,
  baseUrl: 'https://shop.example.com',
  name: 'checkout',
  labels: ['nightly', 'team:checkout'],
  stepCount: 3,
  stepsDone: 0,
};
const schedule = { name: SAMPLE.schedule, project: SAMPLE.project };
const title = 'Your basket';
const envelope = { version: 1, timestamp: ANY.time } as const;
const running = { ...run, status: 'running' } as const;
const cancel = { requestedAt: ANY.time, source: 'user', mode: 'graceful', reason: 'wrong quantity' } as const;

/** One message of each type. A test holds each against its schema. */
export const WEBHOOK_MESSAGE_EXAMPLES: { [Type in WebhookType]: WebhookMessage & { type: Type } } = {
  'run.queued': { type: 'run.queued', ...envelope, data: { run: running } },
  'run.started': { type: 'run.started', ...envelope, data: { run: running } },
  'run.cancelling': {
    type: 'run.cancelling',
    ...envelope,
    data: { run: { ...run, status: 'cancelling', title, stepsDone: 1, cancel } },
  },
  'run.waiting_for_person': {
    type: 'run.waiting_for_person',
    ...envelope,
    data: {
      run: {
        ...running,
        title,
        stepsDone: 1,
        question: {
          why: 'question',
          step: 1,
          text: 'Which code was sent to ann@example.com?',
          fields: [{ name: 'code', type: 'code' }],
          until: ANY.time,
        },
      },
    },
  },
  'run.stale': {
    type: 'run.stale',
    ...envelope,
    data: {
      run: {
        ...run,
        status: 'fail',
        outcome: 'lost',
        title,
        stepsDone: 1,
        durationMs: 12_480,
        stopReason: 'stale',
        cancel: { source: 'supervisor', stale: true },
      },
    },
  },
  'run.finished': {
    type: 'run.finished',
    ...envelope,
    data: {
      run: {
        ...run,
        status: 'pass',
        outcome: 'pass',
        title,
        stepsDone: 3,
        durationMs: 3_214,
        results: { order: 'A-1042', total: 42.5 },
      },
    },
  },
  'schedule.paused': {
    type: 'schedule.paused',
    ...envelope,
    data: { schedule: { ...schedule, why: 'failures', failures: 3 } },
  },
  'schedule.skipped': {
    type: 'schedule.skipped',
    ...envelope,
    data: { schedule, occurrence: { nominalAt: ANY.time, status: 'skipped_overlap' } },
  },
  ping: { type: 'ping', ...envelope, data: { webhook: { id: SAMPLE.webhook } } },
};
