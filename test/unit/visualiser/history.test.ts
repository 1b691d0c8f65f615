import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#shared/events/events.ts';
import {
  momentAt,
  nearestSeq,
  type PastEvent,
  timeIn,
  withEvents,
} from '../../../services/visualiser/app/model/history.ts';
import { marksOf } from '../../../services/visualiser/app/model/marks.ts';
import { timelineOf } from '../../../services/visualiser/app/model/timeline.ts';
import { runChart } from '../../../services/visualiser/build/chart.ts';
import { CANCELLED_RUN, eventsOf, isoAt, moved, STARTED_AT, STORED_RUN, storedOf } from './moments.ts';

const at = (seq: number, events = CANCELLED_RUN) => momentAt(STARTED_AT, events, seq);

describe('a moment of a run', () => {
  it('before the first event is the queue', () => {
    expect(at(0)).toMatchObject({ seq: 0, at: STARTED_AT, state: 'running.queued', steps: [], attempt: 1 });
    expect([...at(0).visits]).toEqual([['running.queued', { count: 1, ms: 0, since: STARTED_AT }]]);
  });

  it('knows how often and how long each state was visited until then', () => {
    const { visits } = at(8);
    expect(visits.get('running.queued')).toEqual({ count: 1, ms: 10 });
    expect(visits.get('running.stepping.acting')).toEqual({ count: 2, ms: 200, since: STARTED_AT + 330 });
    expect(timeIn(visits.get('running.stepping.acting')!, STARTED_AT + 430)).toBe(300);
    expect(visits.has('cancelling.aborting')).toBe(false);
  });

  it('knows the way there, and the arrow that was taken last', () => {
    const { taken, latest } = at(7);
    expect([...taken.keys()]).toEqual([
      'running.queued>running.launching',
      'running.launching>running.stepping.checkpoint',
      'running.stepping.checkpoint>running.stepping.acting',
      'running.stepping.acting>running.stepping.checkpoint',
    ]);
    expect(taken.get('running.stepping.checkpoint>running.stepping.acting')?.count).toBe(2);
    expect(latest).toEqual({ from: 'running.stepping.checkpoint', to: 'running.stepping.acting', seq: 7 });
  });

  it('shows the picture and the error that there were by then, none that came later', () => {
    expect(at(4).screenshot).toBeUndefined();
    expect(at(5).screenshot).toBe('run/1-0.png');
    expect(at(12).error).toBeUndefined();
    expect(at(13).error).toBe('no page');
  });

  it('knows of the cancel once the machine has taken it', () => {
    expect(at(8).cancel).toBeUndefined();
    expect(at(9).cancel).toEqual({
      source: 'user',
      mode: 'graceful',
      reason: 'enough',
      at: STARTED_AT + 1_330,
    });
  });

  it('at the end has a final state whose time stands still, and says what became of the browser', () => {
    const end = at(99);
    expect(end).toMatchObject({
      seq: 16,
      state: 'fail',
      outcome: 'cancelled',
      browser: { killed: false, pid: 7 },
    });
    expect(end.visits.get('fail')).toEqual({ count: 1, ms: 0 });
    expect(timeIn(end.visits.get('fail')!, STARTED_AT + 99_999)).toBe(0);
  });

  it('knows which transitions a failed step led to; what was interrupted has not failed', () => {
    const [acting, checkpoint] = ['running.stepping.acting', 'running.stepping.checkpoint'];
    const done = (name: string) => ({ cause: { kind: 'done', name } });
    const failedAt = (more: object) =>
      eventsOf([
        moved(10, checkpoint!, acting!, done('checkpoint')),
        [20, 'step_failure', { step: {}, error: 'no element', ...more }, 0],
        moved(20, acting!, checkpoint!, done('step')),
        moved(30, checkpoint!, 'running.settling', done('checkpoint')),
        moved(40, 'running.settling', 'fail', done('settle')),
      ]);
    const failed = (more: object) =>
      [...at(9, failedAt(more)).taken.values()].map(({ cause }) => cause?.failed === true);
    expect(failed({})).toEqual([false, true, true, true]);
    expect(failed({ interrupted: true })).toEqual([false, false, false, false]);
  });

  it('goes forward in time, also where a checkpoint was left before its commit was there', () => {
    const [acting, checkpoint] = ['running.stepping.acting', 'running.stepping.checkpoint'];
    const late = { from: checkpoint, to: acting };
    const events = [
      ...storedOf([
        moved(100, 'running.launching', checkpoint!),
        [15_000, 'transition', late],
        [15_000, 'step_start', { step: {} }, 0],
        [15_060, 'step_failure', { step: {}, error: 'not begun', interrupted: true, begun: false }, 0],
        [15_060, 'transition', { from: acting, to: 'running.settling', at: isoAt(10_100) }],
      ]),
    ];
    const timesOf = (past: readonly PastEvent[]) => past.map(({ time }) => time - STARTED_AT);
    expect(timesOf(withEvents([], events))).toEqual([100, 10_100, 10_100, 10_100, 10_100]);
    const inParts = events.reduce<readonly PastEvent[]>((past, event) => withEvents(past, [event]), []);
    expect(timesOf(inParts)).toEqual([100, 10_100, 10_100, 10_100, 10_100]);
    expect(momentAt(STARTED_AT, inParts, 5).steps).toMatchObject([{ outcome: 'unbegun' }]);
  });

  it('starts again when its runner was lost', () => {
    const events = eventsOf([
      moved(10, 'running.queued', 'running.launching'),
      [20, 'step_failure', { step: {}, error: 'lost' }, 0],
      [30, 'requeued', { attempt: 2, at: isoAt(30) }],
      moved(30, 'running.launching', 'running.queued'),
    ]);
    expect(at(4, events)).toMatchObject({ attempt: 2, error: undefined, state: 'running.queued' });
    expect(at(4, events).visits.get('running.queued')).toMatchObject({ count: 2, ms: 10 });
  });

  it('takes no harm from events that say nothing, or something odd', () => {
    const odd = fc.record({
      type: fc.constantFrom(
        'transition',
        'cancel',
        'requeued',
        'step_start',
        'step_success',
        'run_end',
        '<b>',
      ),
      payload: fc.dictionary(
        fc.constantFrom('from', 'to', 'at', 'error', 'step', 'attempt', 'reason', 'mode', 'screenshotPath'),
        fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.object()),
      ),
      stepIndex: fc.option(fc.nat(30), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(odd), (given) => {
        const events = eventsOf(
          given.map(({ type, payload, stepIndex }, n) => [n, type, payload, stepIndex]),
        );
        const moment = at(events.length, events);
        expect(typeof moment.state).toBe('string');
        expect(timelineOf(STARTED_AT, events)).toHaveLength(events.length);
        marksOf(runChart(), moment, STARTED_AT);
      }),
      { numRuns: 50 },
    );
  });
});

describe('events', () => {
  it('happened when the machine says so, or when they were stored', () => {
    const events = eventsOf([
      moved(1, 'a', 'b'),
      [5, 'step_start', { step: {} }, 0],
      [6, 'thought', { at: 'soon' }],
    ]);
    expect(events.map(({ time }) => time - STARTED_AT)).toEqual([1, 5, 6]);
  });

  it('I7: are taken once each, in order, whoever brings them', () => {
    const known = CANCELLED_RUN.slice(0, 5);
    const seqs = withEvents(known, STORED_RUN.slice(2, 8)).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(withEvents(known, STORED_RUN.slice(0, 5))).toBe(known);
  });

  it('that were stored with a transition happened when the machine made it, however they come', () => {
    const stored = (event: RunEvent, ms: number) => ({ ...event, at: isoAt(ms) });
    const [, , acting, start, done, left] = STORED_RUN.map((event, n) => stored(event, n < 4 ? 150 : 333));
    const parts = [[acting!], [start!, done!], [left!]];
    const all = parts.reduce<readonly PastEvent[]>(withEvents, []);
    expect(all.map(({ time }) => time)).toEqual([120, 120, 320, 320].map((ms) => STARTED_AT + ms));
  });

  it('are found by the nearest number before', () => {
    const events = CANCELLED_RUN.filter(({ seq }) => seq % 3 === 0);
    expect([0, 2, 3, 8, 99].map((seq) => nearestSeq(events, seq))).toEqual([0, 0, 3, 6, 15]);
  });
});

describe('the timeline', () => {
  const rows = timelineOf(STARTED_AT, CANCELLED_RUN);

  it('says how long each state lasted, and how long each step took', () => {
    expect(rows.map(({ took }) => took)).toEqual([
      ...[100, 10, 200, undefined, 200, 10, 1_000, undefined, undefined],
      ...[10, 100, undefined, 100, 60, undefined, undefined],
    ]);
    expect(rows[4]?.offset).toBe(320);
  });

  it('leaves the state open that a run is in, but not the one that it ended in', () => {
    expect(timelineOf(STARTED_AT, CANCELLED_RUN.slice(0, 3)).at(-1)?.open).toBe(true);
    expect(rows.some(({ open }) => open)).toBe(false);
  });
});

describe('the marks of the chart', () => {
  const chart = runChart();
  const marks = (seq: number, now = STARTED_AT + 2_000) => marksOf(chart, at(seq), now);

  it('light the current state and the boxes around it', () => {
    const current = [...marks(8).nodes].filter(([, { isCurrent }]) => isCurrent).map(([id]) => id);
    expect(current.sort()).toEqual(['running', 'running.stepping', 'running.stepping.acting']);
  });

  it('add up what happened inside a box', () => {
    expect(marks(16).nodes.get('running.stepping')).toMatchObject({ count: 4, ms: 10 + 200 + 10 + 1_000 });
    expect(marks(16).nodes.has('cancelling.killing')).toBe(false);
  });

  it('mark the arrows that were taken, and how often', () => {
    const { edges } = marks(16);
    expect(edges.get('running.stepping.checkpoint>running.stepping.acting')).toMatchObject({ count: 2 });
    expect(edges.get('running>cancelling.aborting')).toEqual({ count: 1, lit: new Set(['CANCEL']) });
    expect(edges.has('running.settling>pass')).toBe(false);
  });
});
