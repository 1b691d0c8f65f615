/* A scrape shows the figures that it has, and none that is gone or does not come. */
import { expect, it } from 'vitest';
import { GAUGES } from '#shared/platform/metrics/instruments.ts';
import { serveHealth } from '#shared/platform/process/health.ts';
import { PATIENCE_MS } from '../../../support/eventually.ts';
import { readSeries, sumOf } from '../../../support/http/figures.ts';
import { keptLog, quietLog } from '../../../support/log-lines.ts';

const ADDRESS = { HOST: '127.0.0.1', GHOSTLY_HEALTH_PORT: 0 };

it('a scrape shows the figures that it has, without those that do not come', async () => {
  await using health = await serveHealth('supervisor', ADDRESS, quietLog());
  health.started({ hangs: () => new Promise(() => undefined) });
  GAUGES.queueAge(() => new Promise(() => undefined));
  GAUGES.leading(() => 1);
  const answer = await fetch(`http://127.0.0.1:${health.port}/metrics`, {
    signal: AbortSignal.timeout(Math.ceil(PATIENCE_MS)),
  });
  const figures = readSeries(await answer.text());
  expect(sumOf(figures, 'ghostly_supervisor_leading')).toBe(1);
  expect(figures.find(({ name }) => name === 'ghostly_dependency_up')?.value).toBe(0);
  expect(figures.map(({ name }) => name)).not.toContain('ghostly_queue_age');
});

it('a scrape shows no figure that is not there any more, such as one of a supervisor that led before', async () => {
  await using health = await serveHealth('supervisor', ADDRESS, quietLog());
  let age: number | [] = 3;
  GAUGES.webhookAge(() => age);
  const scrape = async () =>
    readSeries(await (await fetch(`http://127.0.0.1:${health.port}/metrics`)).text()).filter(
      ({ name }) => name === 'ghostly_webhook_age',
    );
  expect(await Promise.all([scrape(), scrape()])).toMatchObject([[{ value: 3 }], [{ value: 3 }]]);
  age = [];
  expect(await scrape()).toEqual([]);
  age = 4;
  expect(await scrape()).toMatchObject([{ value: 4 }]);
});

it.each(['gateway', 'runner', 'supervisor'])(
  'a scrape tells for how long the %s has been running',
  async (service) => {
    await using health = await serveHealth(service, ADDRESS, quietLog());
    const least = process.uptime();
    const text = await (await fetch(`http://127.0.0.1:${health.port}/metrics`)).text();
    const [uptime, ...others] = readSeries(text).filter(({ name }) => name === 'process_uptime');
    expect(others).toEqual([]);
    expect(uptime?.value).toBeGreaterThanOrEqual(least);
    expect(uptime?.value).toBeLessThanOrEqual(process.uptime());
  },
);

it('a scrape logs a figure that cannot be read once, and again when it could be read in between', async () => {
  const { log, lines } = keptLog();
  await using health = await serveHealth('runner', ADDRESS, log);
  let reads: () => number = () => 1;
  GAUGES.slots(() => reads());
  GAUGES.browsers(() => 2);
  const scrape = async () =>
    readSeries(await (await fetch(`http://127.0.0.1:${health.port}/metrics`)).text());
  const fails = () => {
    throw new ReferenceError('busyAndFree is not there yet');
  };
  for (const [read, slots] of [
    [fails, 0],
    [fails, 0],
    [() => 3, 3],
    [fails, 0],
  ] as const) {
    reads = read;
    const series = await scrape();
    expect(sumOf(series, 'ghostly_runner_slots')).toBe(slots);
    expect(sumOf(series, 'ghostly_browser_open')).toBe(2);
  }
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([UNREAD, UNREAD]);
  expect(lines).toHaveLength(2);
});

const UNREAD = {
  msg: 'a figure cannot be read',
  figure: 'ghostly.runner.slots',
  err: { message: 'busyAndFree is not there yet' },
};
