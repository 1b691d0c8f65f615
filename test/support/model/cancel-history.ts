import type { ReceiptRow } from '#shared/adapters/database/run-views/receipt.ts';
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { RunEvent } from '#shared/domain/events/events.ts';
import { budgetOf } from '#shared/domain/run/budget.ts';
import { initialSnapshot, type RunSnapshot, stateOf, statusOf, store } from '#shared/domain/run/snapshot.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { apply, type TestEvent } from '../database/runs.ts';

/** Epoch ms of the first moment of every history. */
export const START = Date.UTC(2026, 10, 25, 12);
export const OWNER = '11111111-1111-4111-8111-111111111111';
const USER = '22222222-2222-4222-8222-222222222222';
const KEY = '33333333-3333-4333-8333-333333333333';

/** The end of an effect, or of a deadline, `ms` after the start. */
export const done = (id: string, ms: number, output: object = {}): TestEvent => ({
  type: `xstate.done.actor.${id}`,
  output: { at: START + ms, ok: true, ...output },
});
export const failed = (id: string): TestEvent => ({
  type: `xstate.error.actor.${id}`,
  error: new Error('it broke'),
});
export const claim = (ms = 0): TestEvent => ({ type: 'CLAIM', at: START + ms });
export const cancel = (ms: number, more: object = {}): TestEvent => ({
  type: 'CANCEL',
  at: START + ms,
  source: 'user',
  mode: 'graceful',
  via: 'command',
  ...more,
});
export const stale = (ms: number): TestEvent => ({ type: 'STALE', at: START + ms, source: 'user' });
/** Up to the first step. */
export const ACTING: TestEvent[] = [claim(), done('launch', 10), done('step', 20)];

export interface HistoryInput {
  atomicSteps?: number[];
  cleanupSteps?: number;
}

export const machineOf = (received: TestEvent[], input: HistoryInput = {}): RunSnapshot =>
  play(received, input).snapshot;

function play(received: TestEvent[], input: HistoryInput) {
  const budget = budgetOf({ graceMs: 2_500, leaseMs: 10_000 });
  let snapshot = initialSnapshot({ stepTimeouts: [5_000, 5_000], budget, ...input });
  const events: RunEvent[] = [];
  for (const event of received) {
    const after = apply(snapshot, event);
    for (const made of eventsBetween(snapshot, after, NO_WORDS))
      events.push({ seq: events.length + 1, at: new Date(STORED_AT).toISOString(), ...made });
    snapshot = after;
  }
  return { snapshot, events };
}
const NO_WORDS = { step: () => ({}), evidence: () => ({}) };
/** A time of storing that no receipt should show: the machine's own times count. */
const STORED_AT = START + 999_999;

/** A run as it is stored after the machine received all this, 5 ms after its last transition; asked for at 100 ms. */
export function historyOf(
  received: TestEvent[],
  input: HistoryInput = {},
  more: Partial<ReceiptRow> = {},
): ReceiptRow {
  const { snapshot, events } = play(received, input);
  const status = statusOf(snapshot);
  const { context } = snapshot;
  const now = new Date(context.now + 5);
  const final = isFinal(status);
  return {
    id: '44444444-4444-4444-8444-444444444444',
    status,
    shownStatus: final ? status : 'cancelling',
    state: stateOf(snapshot),
    snapshot: store(snapshot),
    owner: OWNER,
    epoch: 1,
    askedAt: new Date(START + 100),
    requestedAt: new Date(START + 102),
    source: 'user',
    mode: context.cancel?.mode ?? 'graceful',
    reason: null,
    userId: USER,
    email: 'ana@test.local',
    keyId: KEY,
    keyLabel: 'ci',
    finishedAt: final ? now : null,
    cancelled: final && context.cancel !== undefined,
    stale: context.stale,
    verdict: null,
    leaseUntil: new Date(now.getTime() + 10_000),
    ownerLost: false,
    steps: context.done,
    screenshots: 0,
    video: false,
    now,
    events,
    ...more,
  };
}
