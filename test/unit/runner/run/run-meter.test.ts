/* The metrics of a step and of a cancel's hops are their true durations, also where the cancel interrupts the step. */
import { expect, it } from 'vitest';
import type { NewEvent, RunEvent } from '#shared/domain/events/events.ts';
import { evolve } from '#shared/domain/story/evolve.ts';
import { acceptedAt } from '#shared/domain/story/history.ts';
import { timed } from '#shared/domain/story/when.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { newsSince } from '../../../../services/runner/run/news.ts';
import { meterNews } from '../../../../services/runner/run/run-meter.ts';
import { readSeries, sumOf } from '../../../support/http/figures.ts';

const figures = collectFigures('runner', '0');

const isoAt = (second: number) => new Date(second * 1_000).toISOString();
const moved = (from: string, to: string, second: number): NewEvent => ({
  type: 'transition',
  payload: { from, to, at: isoAt(second) },
});
const begun: NewEvent = { type: 'step_start', stepIndex: 0, payload: { step: { action: 'click' } } };
const ended = (second: number, how: { interrupted?: true } = {}): NewEvent => ({
  type: 'step_failure',
  stepIndex: 0,
  payload: { step: { action: 'click' }, at: isoAt(second), error: 'it ended', ...how },
});
const [CHECKPOINT, ACTING] = ['running.stepping.checkpoint', 'running.stepping.acting'];
const [ABORTING, CLOSING] = ['cancelling.aborting', 'cancelling.closing'];

/** A run whose owner stores what it is given, at a time in s, and measures it. */
function owned() {
  let history = acceptedAt(0);
  let seq = 0;
  return {
    stored(events: NewEvent[], second: number) {
      const before = seq;
      const numbered = events.map((event) => ({ ...event, seq: ++seq, at: isoAt(second) }) as RunEvent);
      history = evolve(history, numbered.map(timed));
      meterNews(newsSince(history, before));
    },
  };
}

it('times a step from its beginning to its end, also if a cancel interrupts it, and the hops of that', async () => {
  const failed = owned();
  const ahead: NewEvent = { type: 'transition', payload: { from: CHECKPOINT, to: ACTING, at: undefined } };
  failed.stored([moved('running.launching', CHECKPOINT, 1), ahead, begun], 2);
  failed.stored([ended(5), moved(ACTING, CHECKPOINT, 5)], 6);
  const cancelled = owned();
  cancelled.stored([moved('running.launching', CHECKPOINT, 9), ahead, begun], 10);
  cancelled.stored([moved(ACTING, ABORTING, 30)], 30.5);
  cancelled.stored([ended(31, { interrupted: true }), moved(ABORTING, CLOSING, 31)], 32);
  cancelled.stored([moved(CLOSING, 'fail', 33)], 34);

  const series = readSeries(await figures.read());
  const step = (result: string) =>
    sumOf(series, 'cicd_pipeline_task_run_duration_sum', { ghostly_step_result: result });
  const hop = (name: string) =>
    sumOf(series, 'ghostly_cancel_hop_duration_sum', { ghostly_cancel_hop: name });
  expect({ failed: step('failed'), interrupted: step('interrupted') }).toEqual({
    failed: 3,
    interrupted: 21,
  });
  expect({ interruption: hop('interruption'), closing: hop('context_close') }).toEqual({
    interruption: 1,
    closing: 2,
  });
});
