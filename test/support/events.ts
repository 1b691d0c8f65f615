import type { AssistEntry } from '#shared/domain/events/entries.ts';
import type { EventType, NewEvent } from '#shared/domain/events/events.ts';

const AT = '2026-01-02T03:04:05.000Z';
const step = { action: 'click', selector: '#buy' };
const evidence = {
  screenshotPath: 'r/1-0.png',
  a11y: '- button "Buy"',
  attempts: 2,
  skipped: true,
  expectation: { is: 'text', expected: '= "30"', found: '"31"' },
  result: { name: 'total', type: 'string', bytes: 4 },
} as const;

const facts = {
  coveredBy: '<div id="cookie">',
  httpStatus: 500,
  documents: 12,
  pendingRequest: { method: 'POST', url: 'https://shop.test/buy', ms: 2_100, answered: true },
} as const;

type Whole<Event extends NewEvent> = Required<Event> & { payload: Required<Event['payload']> };

/** One event of each type with everything that it may say: a field that was added has to be here, too. */
export const WHOLE_EVENTS: { [Type in EventType]: Whole<Extract<NewEvent, { type: Type }>> } = {
  transition: {
    type: 'transition',
    payload: {
      from: 'cancelling.closing',
      to: 'fail',
      at: AT,
      cause: { kind: 'done', name: 'close' },
      browser: { killed: true, pid: 7 },
    },
  },
  carried_over: {
    type: 'carried_over',
    payload: {
      runId: '00000000-0000-4000-8000-0000000000f0',
      fromStep: 2,
      notCarried: [{ what: 'form_fields', why: 'never' }],
      at: AT,
    },
  },
  profile_applied: {
    type: 'profile_applied',
    payload: { name: 'shop', version: 3, ageMs: 7_200_000, origins: ['https://shop.example.com'], at: AT },
  },
  profile_stale: {
    type: 'profile_stale',
    payload: { name: 'shop', version: 3, why: 'not_visible', at: AT },
  },
  profile_saved: { type: 'profile_saved', payload: { name: 'shop', version: 4, at: AT } },
  step_start: { type: 'step_start', stepIndex: 0, payload: { step, at: AT } },
  step_success: {
    type: 'step_success',
    stepIndex: 0,
    payload: { step, at: AT, error: 'the disk is full', ...evidence },
  },
  step_failure: {
    type: 'step_failure',
    stepIndex: 1,
    payload: {
      step,
      at: AT,
      error: 'no',
      reason: 'element_missing',
      interrupted: true,
      begun: false,
      held: true,
      optional: true,
      ...facts,
      nearest: ['#buy-now'],
      ...evidence,
    },
  },
  last_look: {
    type: 'last_look',
    payload: {
      url: 'https://shop.test/basket',
      title: 'Basket',
      screenshotPath: 'run/1-last-run.png',
      a11y: '- button "Pay"',
      missing: [{ what: 'tree', why: 'late' }],
      at: AT,
    },
  },
  page_said: {
    type: 'page_said',
    stepIndex: 1,
    payload: {
      said: [
        {
          kind: 'request',
          method: 'POST',
          url: 'https://shop.test/buy',
          resource: 'fetch',
          status: 500,
          ms: 90,
        },
      ],
      phase: 'onCancel',
      at: AT,
    },
  },
  pause: {
    type: 'pause',
    stepIndex: 1,
    payload: { mode: 'now', userId: 'u1', reason: 'a look', at: AT },
  },
  waiting_for_person: {
    type: 'waiting_for_person',
    stepIndex: 1,
    payload: {
      why: 'question',
      userId: 'u1',
      text: 'Which code did you get?',
      fields: [{ name: 'code', label: 'Code', type: 'code', optional: true }],
      until: AT,
      onTimeout: 'continue',
      screenshotPath: 'run/1-1-run.png',
      at: AT,
    },
  },
  resumed: {
    type: 'resumed',
    stepIndex: 1,
    payload: { why: 'answered', userId: 'u1', byLink: true, names: ['code'], from: 1, edited: true, at: AT },
  },
  run_parked: {
    type: 'run_parked',
    stepIndex: 1,
    payload: {
      why: 'lost',
      verdict: {
        why: 'lease_expired',
        owner: '00000000-0000-4000-8000-0000000000f1',
        epoch: 1,
        lastHeartbeat: AT,
        browser: 'unknown',
      },
      at: AT,
    },
  },
  run_reopened: {
    type: 'run_reopened',
    stepIndex: 1,
    payload: { notCarried: [{ what: 'form_fields', why: 'never' }], at: AT },
  },
  secret_used: {
    type: 'secret_used',
    stepIndex: 1,
    payload: { name: 'shop', origin: 'https://login.test', phase: 'onCancel', at: AT },
  },
  cancel: {
    type: 'cancel',
    stepIndex: 1,
    payload: {
      source: 'user',
      mode: 'force',
      reason: 'enough',
      via: 'command',
      at: AT,
      state: 'running.stepping.acting',
    },
  },
  cleanup_start: { type: 'cleanup_start', stepIndex: 0, payload: { step, at: AT } },
  cleanup_success: {
    type: 'cleanup_success',
    stepIndex: 0,
    payload: { step, at: AT, error: 'the disk is full', ...evidence },
  },
  cleanup_failure: {
    type: 'cleanup_failure',
    stepIndex: 0,
    payload: {
      step,
      at: AT,
      error: 'no page',
      reason: 'page_busy',
      interrupted: true,
      optional: true,
      ...facts,
      nearest: ['#buy-now'],
      ...evidence,
    },
  },
  requeued: {
    type: 'requeued',
    payload: {
      attempt: 2,
      at: AT,
      returned: true,
      error: 'no browser',
      verdict: {
        why: 'lease_expired',
        owner: null,
        epoch: 1,
        lastHeartbeat: null,
        browser: 'unknown',
        detail: 'x',
      },
    },
  },
  notice: { type: 'notice', payload: { code: 'no_display', text: 'Chromium runs without a window', at: AT } },
  run_end: {
    type: 'run_end',
    payload: {
      status: 'fail',
      at: AT,
      error: 'no',
      cancelled: true,
      source: 'user',
      reason: 'enough',
      staleAfterRestart: true,
      loss: 'outage',
      waitedFor: {
        code: 'slots',
        labels: ['gpu'],
        unavailable: 'no_browser',
        concurrencyKey: 'nightly',
        heldBy: '54e3a6a1-0000-4000-8000-000000000000',
        limit: 2,
        running: 2,
        projectLabel: 'Default',
        slots: 8,
      },
      results: { total: 30 },
    },
  },
};

/** The entry of an event that says something. */
export const entryOf = (seq: number, type: EventType = 'transition', at = AT): AssistEntry =>
  ({ kind: 'assist', seq, at, ...WHOLE_EVENTS[type] }) as AssistEntry;
