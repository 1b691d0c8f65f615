/* The metrics of durations reach beyond the longest time that a run waits by default. */
import { expect, it } from 'vitest';
import { readConfig } from '#shared/platform/config/config.ts';
import { collectFigures } from '#shared/platform/metrics/provider.ts';
import { readSeries } from '../../../support/http/figures.ts';

it.each(['ghostly_run_queued_duration_bucket', 'cicd_pipeline_run_duration_bucket'])(
  '%s tells apart what waits for as long as a run may by default',
  async (name) => {
    const series = readSeries(await collectFigures('runner', '0').read());
    const bounds = series.filter((one) => one.name === name).map(({ labels }) => Number(labels.le));
    const longest = Math.max(...bounds.filter(Number.isFinite));
    const { GHOSTLY_QUEUE_TIMEOUT_MS: timeout } = readConfig({}, ['GHOSTLY_QUEUE_TIMEOUT_MS']);
    expect(longest).toBeGreaterThan(timeout / 1_000);
  },
);
