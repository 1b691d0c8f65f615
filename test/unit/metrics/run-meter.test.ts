import { expect, it } from 'vitest';
import type { NewEvent } from '#shared/events/events.ts';
import { collectFigures } from '#shared/metrics/provider.ts';
import { createRunMeter } from '../../../services/runner/run/run-meter.ts';
import { readSeries, sumOf } from '../../support/http/figures.ts';

const figures = collectFigures('runner', '0');

const moved = (from: string, to: string, second: number): NewEvent => ({
  type: 'transition',
  payload: { from, to, at: new Date(second * 1_000).toISOString() },
});
const begun: NewEvent = { type: 'step_start', stepIndex: 0, payload: { step: { action: 'click' } } };
const ended = (how: { interrupted?: true } = {}): NewEvent => ({
  type: 'step_failure',
  stepIndex: 0,
  payload: { step: { action: 'click' }, error: 'it ended', ...how },
});
const [CHECKPOINT, ACTING] = ['running.stepping.checkpoint', 'running.stepping.acting'];
const [ABORTING, CLOSING] = ['cancelling.aborting', 'cancelling.closing'];

it('times a step from its beginning to its end, also if a cancel interrupts it, and the hops of that', async () => {
  const failed = createRunMeter();
  const ahead: NewEvent = { type: 'transition', payload: { from: CHECKPOINT, to: ACTING, at: undefined } };
  failed.stored([moved('running.launching', CHECKPOINT, 1), ahead, begun], 2_000);
  failed.stored([ended(), moved(ACTING, CHECKPOINT, 5)], 6_000);
  const cancelled = createRunMeter();
  cancelled.stored([moved('running.launching', CHECKPOINT, 9), ahead, begun], 10_000);
  cancelled.stored([moved(ACTING, ABORTING, 30)], 30_500);
  cancelled.stored([ended({ interrupted: true }), moved(ABORTING, CLOSING, 31)], 32_000);
  cancelled.stored([moved(CLOSING, 'fail', 33)], 34_000);

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
