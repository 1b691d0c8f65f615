/* I13: the leader counts the runs that have lost their runner, and tells the age of what a runner could take. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { registerRunner } from '#shared/adapters/database/processes/runners.ts';
import { collectFigures, type Figures } from '#shared/platform/metrics/provider.ts';
import { showFigures } from '../../../services/supervisor/show-figures.ts';
import { createOwner } from '../../support/database/accounts.ts';
import { CLAIM, claimByHand, LAUNCHED, type QueueOptions, queueRun } from '../../support/database/runs.ts';
import { readSeries, type Series, sumOf } from '../../support/http/figures.ts';
import { useSupervisor } from './fixture.ts';

const supervisor = useSupervisor();
let figures: Figures;
beforeEach(() => {
  figures = collectFigures('supervisor', '0');
});
const scrape = async (): Promise<Series[]> => readSeries(await figures.read());

it('the leader counts the runs that have lost their runner, from 0, by what became of them, and no others', async () => {
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

/** What runs wait for, if any does. */
async function waitingFor(): Promise<string[]> {
  const ages = (await scrape()).filter(({ name, value }) => name === 'ghostly_queue_age' && value > 0);
  return ages.map(({ labels }) => labels.ghostly_queue_waits_for ?? 'it has no label').toSorted();
}

it('the leader tells the age of the queue by what runs wait for, so that nobody pages the operator with what no runner can be given', async () => {
  const { sql, account } = supervisor;
  const limits = { perUser: 2, perProject: 3 };
  showFigures(sql, () => true, { leaseMs: 10_000, silentMs: 5_000, limits });
  expect(await waitingFor()).toEqual([]);
  const other = await createOwner(sql);
  const queue = (options: QueueOptions, by = account) => queueRun(sql, by, options);
  const runner = async (labels: string[], slots = 4): Promise<string> => {
    const id = randomUUID();
    await registerRunner(sql, { id, host: 'here', pid: 1, slots, labels });
    await sql.rows('update runners set unavailable = null where id = $1', [id]);
    return id;
  };
  const plain = await queue({});
  expect(await waitingFor()).toEqual(['no_runner']);
  const id = await runner([], 2);
  expect(await waitingFor()).toEqual(['runner']);
  await sql.rows(`update runners set unavailable = 'no_browser' where id = $1`, [id]);
  expect(await waitingFor()).toEqual(['runner_unavailable']);
  await sql.rows('update runners set unavailable = null where id = $1', [id]);

  expect((await claimByHand(sql, id)).run.id).toBe(plain.id);
  expect(await waitingFor()).toEqual([]);
  await queue({ runnerLabels: ['gpu'] });
  expect(await waitingFor()).toEqual(['no_fitting_runner']);
  await queue({ concurrencyKey: 'one' });
  await claimByHand(sql, id);
  await queue({ concurrencyKey: 'one' });
  await queue({});
  expect(await waitingFor()).toEqual(['concurrency_key', 'no_fitting_runner', 'user_limit']);
  // Both slots are taken.
  await queue({}, other);
  expect(await waitingFor()).toEqual(['concurrency_key', 'no_fitting_runner', 'slots', 'user_limit']);
  // That one has a free slot for what asks for nothing, too.
  await runner(['gpu']);
  expect(await waitingFor()).toEqual(['concurrency_key', 'runner', 'user_limit']);
});

it('I13: the leader tells of a run that a runner could take, however many older ones wait for what nobody has', async () => {
  const { sql, account } = supervisor;
  showFigures(sql, () => true, { leaseMs: 10_000, silentMs: 5_000, limits: {} });
  for (let n = 0; n < 600; n += 1) await queueRun(sql, account, { runnerLabels: [`none-${n}`] });
  await queueRun(sql, account, {});
  expect(await waitingFor()).toContain('runner');
});
