/* I7: a history is the same however its events come, and a moment has what was known then. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '#shared/domain/events/events.ts';
import { readEvent } from '#shared/domain/events/read-event.ts';
import { evolve, historyOf } from '#shared/domain/story/evolve.ts';
import { tookUntil } from '#shared/domain/story/moment.ts';
import { nearestSeq, type PastEvent, timed, withEvents } from '#shared/domain/story/when.ts';
import { marksOf } from '../../../../services/visualiser/app/run/chart/marks.ts';
import { timelineOf } from '../../../../services/visualiser/app/run/steps/timeline.ts';
import { runChart } from '../../../../services/visualiser/build/chart.ts';
import {
  momentOf as at,
  CANCELLED_RUN,
  eventsOf,
  isoAt,
  moved,
  STARTED_AT,
  STORED_RUN,
  storedOf,
} from '../../../support/model/stored-run.ts';

/** How often a state was entered, how long it was stayed in before, ms, and when it was entered last. */
function staysIn(state: string, seq: number, events = CANCELLED_RUN) {
  const stays = at(seq, events).visits.filter((visit) => visit.state === state);
  const over = stays.flatMap(({ entered, left }) => (left ? [left.at - entered.at] : []));
  const open = stays.find(({ left }) => left === undefined);
  return [stays.length, over.reduce((sum, ms) => sum + ms, 0), open && open.entered.at - STARTED_AT];
}

describe('a moment of a run', () => {
  it('before the first event is the queue', () => {
    expect(at(0)).toMatchObject({ seq: 0, at: STARTED_AT, state: 'running.queued', steps: [], attempt: 1 });
    expect(staysIn('running.queued', 0)).toEqual([1, 0, 0]);
  });

  it('knows how often and how long each state was visited until then', () => {
    expect(staysIn('running.queued', 8)).toEqual([1, 10, undefined]);
    expect(staysIn('running.stepping.acting', 8)).toEqual([2, 200, 330]);
    expect(staysIn('cancelling.aborting', 8)).toEqual([0, 0, undefined]);
  });

  it('knows the way there', () => {
    const { visits } = at(7);
    expect(visits.map(({ state, entered }) => [state, entered.seq])).toEqual([
      ['running.queued', 0],
      ['running.launching', 1],
      ['running.stepping.checkpoint', 2],
      ['running.stepping.acting', 3],
      ['running.stepping.checkpoint', 6],
      ['running.stepping.acting', 7],
    ]);
    expect(visits.at(-1)).toMatchObject({ from: 'running.stepping.checkpoint' });
  });

  it('shows the picture and the error that there were by then, none that came later', () => {
    expect(at(4).picture).toBeUndefined();
    expect(at(5).picture).toBe('run/1-0.png');
    expect(at(12).error).toBeUndefined();
    expect(at(13).error).toBe('no page');
  });

  it('knows of the cancel once the machine has taken it', () => {
    expect(at(8).cancel).toBeUndefined();
    expect(at(9).cancel).toMatchObject({
      source: 'user',
      mode: 'graceful',
      reason: 'enough',
      since: STARTED_AT + 1_330,
    });
  });

  it('knows what the page had said in each step by then, and when', () => {
    const acting = 'running.stepping.acting';
    const status = { kind: 'navigation', url: 'https://shop.test', status: 500 };
    const events = eventsOf([
      moved(10, 'running.launching', acting),
      [10, 'step_start', { step: {} }, 0],
      [20, 'page_said', { said: [status] }, 0],
      [30, 'page_said', { said: [{ kind: 'crash' }] }, 0],
      [40, 'step_failure', { step: {}, error: 'crashed' }, 0],
    ]);
    const saidAt = (seq: number) => at(seq, events).steps[0]?.said;
    expect(saidAt(2)).toEqual([]);
    expect(saidAt(3)).toMatchObject([{ ...status, seq: 3, at: STARTED_AT + 20 }]);
    expect(saidAt(5)).toMatchObject([{ kind: 'navigation' }, { kind: 'crash', seq: 4 }]);
  });

  it('at the end has a final state whose time stands still, and says what became of the browser', () => {
    const end = at(99);
    expect(end).toMatchObject({
      seq: 16,
      state: 'fail',
      outcome: 'cancelled',
      browser: { killed: false, pid: 7 },
    });
    const { entered, left } = end.visits.at(-1)!;
    expect(tookUntil(entered, left, STARTED_AT + 99_999)).toBe(0);
  });

  it('knows which transitions a failed step led to; what was interrupted has not failed', () => {
    const [acting, checkpoint] = ['running.stepping.acting', 'running.stepping.checkpoint'];
    const done = (name: string) => ({ cause: { kind: 'done', name } });
    const failedAt = (more: object) =>
      eventsOf([
        moved(10, checkpoint!, acting!, done('checkpoint')),
        [10, 'step_start', { step: {} }, 0],
        [20, 'step_failure', { step: {}, error: 'no element', ...more }, 0],
        moved(20, acting!, checkpoint!, done('step')),
        moved(30, checkpoint!, 'running.settling', done('checkpoint')),
        moved(40, 'running.settling', 'fail', done('settle')),
      ]);
    const failed = (more: object) =>
      at(9, failedAt(more)).visits.flatMap(({ cause }) => (cause ? [cause.failed === true] : []));
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
    expect(at(5, inParts).steps).toMatchObject([{ outcome: 'unbegun' }]);
  });

  it('starts again when its runner was lost', () => {
    const events = eventsOf([
      moved(10, 'running.queued', 'running.launching'),
      [20, 'step_failure', { step: {}, error: 'lost' }, 0],
      [30, 'requeued', { attempt: 2, at: isoAt(30) }],
      moved(30, 'running.launching', 'running.queued'),
    ]);
    expect(at(4, events)).toMatchObject({ attempt: 2, error: undefined, state: 'running.queued' });
    expect(staysIn('running.queued', 4, events)).toEqual([2, 10, 30]);
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
        expect(timelineOf(moment, events)).toHaveLength(events.length);
        marksOf(runChart(), moment, STARTED_AT);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a history', () => {
  const events = fc.shuffledSubarray([...CANCELLED_RUN], { minLength: 1 });

  it('that goes on event by event is the one that was read at once, and does not change what it was', () => {
    fc.assert(
      fc.property(events, (some) => {
        const inOrder = some.toSorted((a, b) => a.seq - b.seq);
        let history = historyOf(STARTED_AT, []);
        for (const [n, event] of inOrder.entries()) {
          const before = structuredClone(history);
          const next = evolve(history, [event]);
          expect(history).toEqual(before);
          expect(next).toEqual(historyOf(STARTED_AT, inOrder.slice(0, n + 1)));
          history = next;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is the same for who hears its events one by one, whenever they were stored', () => {
    const times = fc.array(fc.tuple(fc.nat(50), fc.boolean()), {
      minLength: STORED_RUN.length,
      maxLength: STORED_RUN.length,
    });
    fc.assert(
      fc.property(times, (given) => {
        const stored = STORED_RUN.map((event, n) => {
          const [ms, hasTime] = given[n]!;
          const { at: _, ...payload } = { at: '', ...event.payload };
          const withTime = hasTime ? { at: isoAt(ms), ...payload } : payload;
          return { ...event, at: isoAt(n * 3), payload: withTime } as RunEvent;
        });
        const heard = stored.reduce(
          (history, event) => evolve(history, [timed(readEvent(event))]),
          historyOf(STARTED_AT, []),
        );
        expect(heard).toEqual(historyOf(STARTED_AT, withEvents([], stored)));
      }),
      { numRuns: 200 },
    );
  });

  it('that is cut at a moment is what was known then', () => {
    for (const { seq } of CANCELLED_RUN) expect(at(seq)).toEqual(at(undefined, CANCELLED_RUN.slice(0, seq)));
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

  it('I7: are taken once each, in order, by any way', () => {
    const known = CANCELLED_RUN.slice(0, 5);
    const seqs = withEvents(known, STORED_RUN.slice(2, 8)).map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(withEvents(known, STORED_RUN.slice(0, 5))).toBe(known);
  });

  it('that were stored late were no later than what came after them, however they come', () => {
    const stored = (event: RunEvent, ms: number) => ({ ...event, at: isoAt(ms) });
    const withTime = {
      ...STORED_RUN[4]!,
      payload: { ...STORED_RUN[4]!.payload, at: isoAt(320) },
    } as RunEvent;
    const [, , acting, start, done, left] = [...STORED_RUN.slice(0, 4), withTime, STORED_RUN[5]!].map(
      (event, n) => stored(event, n < 4 ? 150 : 333),
    );
    const parts = [[acting!], [start!], [done!, left!]];
    const all = parts.reduce<readonly PastEvent[]>(withEvents, []);
    expect(all.map(({ time }) => time)).toEqual([120, 150, 320, 320].map((ms) => STARTED_AT + ms));
  });

  it('are found by the nearest number before', () => {
    const events = CANCELLED_RUN.filter(({ seq }) => seq % 3 === 0);
    expect([0, 2, 3, 8, 99].map((seq) => nearestSeq(events, seq))).toEqual([0, 0, 3, 6, 15]);
  });
});

describe('the timeline', () => {
  const rows = timelineOf(at(), CANCELLED_RUN);

  it('says how long each state lasted, and how long each step took', () => {
    expect(rows.map(({ took }) => took)).toEqual([
      ...[100, 10, 200, undefined, 200, 10, 1_000, undefined, undefined],
      ...[10, 100, undefined, 100, 60, undefined, undefined],
    ]);
    expect(rows[4]?.offset).toBe(320);
  });

  it.each([
    ['the end of the run', [40, 'run_end', { status: 'fail', cancelled: true, source: 'user' }]],
    ['a requeue', [40, 'requeued', { attempt: 2, at: isoAt(40) }]],
  ] as const)('does not take %s for a step that was going on then', (_, end) => {
    const events = eventsOf([
      moved(10, 'running.queued', 'running.stepping.acting'),
      [20, 'step_start', { step: { action: 'click', selector: '#a' } }, 0],
      [...end],
    ]);
    const moment = at(undefined, events);
    expect(moment.steps[0]).toMatchObject({ outcome: 'interrupted' });
    expect(timelineOf(moment, events).at(-1)?.took).toBeUndefined();
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
