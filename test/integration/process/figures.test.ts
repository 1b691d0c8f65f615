import { expect, it } from 'vitest';
import { GAUGES } from '#shared/metrics/instruments.ts';
import { serveHealth } from '#shared/process/health.ts';
import { readSeries, sumOf } from '../../support/http/figures.ts';

it('shows the figures that it has, without those that do not come', async () => {
  await using health = await serveHealth('supervisor', { HOST: '127.0.0.1', GHOSTLY_HEALTH_PORT: 0 });
  health.started({ hangs: () => new Promise(() => undefined) });
  GAUGES.queueAge(() => new Promise(() => undefined));
  GAUGES.leading(() => 1);
  const answer = await fetch(`http://127.0.0.1:${health.port}/metrics`, {
    signal: AbortSignal.timeout(8_000),
  });
  const figures = readSeries(await answer.text());
  expect(sumOf(figures, 'ghostly_supervisor_leading')).toBe(1);
  expect(figures.find(({ name }) => name === 'ghostly_dependency_up')?.value).toBe(0);
  expect(figures.map(({ name }) => name)).not.toContain('ghostly_queue_age_seconds');
});
