import { expect, it } from 'vitest';
import { installHeldCommits } from '../../support/servers/held-commits.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';

const bench = useVisualiser();

it('I9: a step that was announced, and kept from beginning by a cancel, is shown as that and is no executed one', async () => {
  const commits = await installHeldCommits(bench.stack.databaseUrl);
  const gate = '/gate?unbegun';
  const steps = [
    { action: 'goto', url: gate },
    { action: 'goto', url: '/plain?unbegun' },
  ];
  const id = await bench.client.start({ baseUrl: bench.site.url, steps });
  await bench.site.asked(gate);
  await commits.hold(id, { after: 0 });
  bench.site.release(gate);
  // The second step is announced, and has not begun.
  await bench.runner.logged('could not be stored yet');
  expect((await bench.client.cancel(id)).status).toBe(200);
  await commits.release(id);
  await finished(bench, id, 'fail');

  const { steps: executed, events } = await bench.client.read(id);
  expect(executed).toMatchObject([{ index: 0, ok: true }]);
  const [begins, ends] = events.filter(({ stepIndex }) => stepIndex === 1);
  expect(begins).toMatchObject({ type: 'step_start' });
  expect(ends).toMatchObject({
    type: 'step_failure',
    payload: { begun: false, interrupted: true, error: 'not begun: the run was cancelled' },
  });
  expect(bench.site.requests).not.toContain('/plain?unbegun');

  const page = await bench.desk.openSignedIn(`#/runs/${id}`);
  await page.waitForSelector('.step-unbegun');
  expect(await text(page, '.step-unbegun')).toMatch(/not begun.*not begun: the run was cancelled/s);
  expect(await page.locator('.step-unbegun .step-took').count()).toBe(0);
  await page.click('#tab-events');
  expect(await text(page, '.timeline')).toContain('step not begun');
  expect(await text(page, '.timeline')).not.toContain('step failed');
});
