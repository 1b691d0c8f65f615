import { expect, it } from 'vitest';
import { collectFigures } from '#shared/metrics/provider.ts';
import { CLAIM, LAUNCHED } from '../../support/database/runs.ts';
import { readSeries, type Series, sumOf } from '../../support/http/figures.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
const figures = collectFigures('supervisor', '0');
const scrape = async (): Promise<Series[]> => readSeries(await figures.read());

it('counts the runs that have lost their runner, from 0, by what became of them, and no others', async () => {
  const stale = async () => {
    const series = await scrape();
    const has = (result: string) =>
      sumOf(series, 'ghostly_run_stale_total', { ghostly_stale_result: result });
    return { ended: has('ended'), requeued: has('requeued') };
  };
  expect(await stale()).toEqual({ ended: 0, requeued: 0 });
  await supervisor.orphaned([CLAIM, LAUNCHED]);
  await supervisor.orphaned([CLAIM, LAUNCHED], { onRunnerLoss: 'requeue' });
  const asked = await supervisor.orphaned([CLAIM, LAUNCHED]);
  await supervisor.cancel(asked.id);
  const { id: late } = await supervisor.queue();
  await supervisor.set(late, "queue_until = clock_timestamp() - interval '1 s'");
  expect(await supervisor.sweep()).toMatchObject({ total: 4 });
  expect(await stale()).toEqual({ ended: 2, requeued: 1 });
});
