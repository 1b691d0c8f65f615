import type { RunEvent } from '#shared/domain/events/events.ts';
import { historyOf } from '#shared/domain/story/evolve.ts';
import { type Moment, momentAt } from '#shared/domain/story/moment.ts';
import { type PastEvent, withEvents } from '#shared/domain/story/when.ts';

export const STARTED_AT = Date.parse('2026-11-25T12:00:00.000Z');
export const isoAt = (ms: number): string => new Date(STARTED_AT + ms).toISOString();

type EventRow = [ms: number, type: string, payload?: Record<string, unknown>, stepIndex?: number | undefined];

/** Events of a run that began at `STARTED_AT`, numbered from 1, as they come. */
export const storedOf = (rows: EventRow[]): RunEvent[] =>
  rows.map(
    ([ms, type, payload = {}, stepIndex], n) =>
      ({
        seq: n + 1,
        type,
        at: isoAt(ms),
        payload,
        ...(stepIndex !== undefined && { stepIndex }),
      }) as RunEvent,
  );

export const eventsOf = (rows: EventRow[]): readonly PastEvent[] => withEvents([], storedOf(rows));

export const moved = (ms: number, from: string, to: string, more: object = {}): EventRow => [
  ms,
  'transition',
  { from, to, at: isoAt(ms), ...more },
];

const goto = { step: { action: 'goto', url: '/' } };
const click = { step: { action: 'click', selector: '#buy' } };
const CHECKPOINT = 'running.stepping.checkpoint';
const ACTING = 'running.stepping.acting';

/** Two steps, the second of which is interrupted by a cancel; then one step that cleans up. */
export const STORED_RUN = storedOf([
  moved(10, 'running.queued', 'running.launching'), // 1
  moved(110, 'running.launching', CHECKPOINT), // 2
  moved(120, CHECKPOINT, ACTING), // 3
  [120, 'step_start', goto, 0], // 4
  [320, 'step_success', { ...goto, screenshotPath: 'run/1-0.png' }, 0], // 5
  moved(320, ACTING, CHECKPOINT), // 6
  moved(330, CHECKPOINT, ACTING), // 7
  [330, 'step_start', click, 1], // 8
  [
    1_330,
    'cancel',
    { source: 'user', mode: 'graceful', reason: 'enough', at: isoAt(1_330), state: ACTING },
    1,
  ], // 9
  moved(1_330, ACTING, 'cancelling.aborting'), // 10
  moved(1_340, 'cancelling.aborting', 'cancelling.cleaning'), // 11
  [1_340, 'cleanup_start', goto, 0], // 12
  [1_440, 'cleanup_failure', { ...goto, error: 'no page' }, 0], // 13
  moved(1_440, 'cancelling.cleaning', 'cancelling.closing'), // 14
  moved(1_500, 'cancelling.closing', 'fail', { browser: { killed: false, pid: 7 } }), // 15
  [1_500, 'run_end', { status: 'fail', cancelled: true, source: 'user' }], // 16
]);

export const CANCELLED_RUN = withEvents([], STORED_RUN);

/** That run, or another that began then, after the event `seq`. */
export const momentOf = (seq?: number, events: readonly PastEvent[] = CANCELLED_RUN): Moment =>
  momentAt(historyOf(STARTED_AT, events), seq);
