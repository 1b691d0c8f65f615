/** The list of runs for the night: what takes long, what needs attention, and rows that stay where they are. */
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';

const bench = useVisualiser();

const waiting = async (name: string) => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    name,
    steps: [{ action: 'goto', url: `/never?${name}`, timeoutMs: 120_000 }],
  });
  await bench.site.asked(`/never?${name}`);
  return id;
};
const names = (page: Page) => page.locator('.table-rows .row-link bdi').allInnerTexts();
const hash = (page: Page) => page.evaluate<string>('location.hash');

it('has what goes on with the longest first, and those that one has started by oneself', async () => {
  const ids = [await waiting('first'), await waiting('second')];
  const passed = await finished(
    bench,
    await bench.client.start({ ...passingFlow(bench), name: 'over' }),
    'pass',
  );
  const page = await bench.desk.openSignedIn();
  await page.waitForSelector(`.row-link[href="#/runs/${passed}"]`);
  await page.selectOption('select[name=order]', 'longest');
  await eventually(async () => expect(await names(page)).toEqual(['first', 'second']));
  expect(await hash(page)).toBe('#/runs?order=longest');
  await page.reload();
  await eventually(async () => expect(await names(page)).toEqual(['first', 'second']));
  // A search has its own order.
  await page.fill('.search input', 'over by:me ');
  await eventually(async () => expect(await names(page)).toEqual(['over']));
  expect(await page.inputValue('select[name=who]')).toBe('startedBy me');
  expect(await page.inputValue('select[name=order]')).toBe('');
  expect(await hash(page)).toContain('startedBy=me');
  await page.click('.toolbar .quiet');
  await page.selectOption('select[name=time]', '1h');
  await eventually(async () => expect((await names(page)).length).toBe(3));
  await page.selectOption('select[name=time]', 'custom');
  await page.fill('.time:nth-of-type(2) input', '2020-01-01T00:00');
  await page.fill('.time:nth-of-type(1) input', '2019-01-01T00:00');
  await page.waitForSelector('.empty');
  expect(await hash(page)).toMatch(/since=2019-.*until=20/);
  for (const id of ids) await bench.client.cancel(id);
  for (const id of ids) await finished(bench, id, 'fail');
  await page.goto(`${bench.url}/#/runs?stoppedBy=me`);
  await eventually(async () => expect(await names(page)).toEqual(['second', 'first']));
  expect(await text(page, '.table-rows .cell-reason')).toMatch(/^admin@test\.local stopped it/);
});

it('has what needs attention, until it is run again', async () => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    name: 'broken',
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'click', selector: '#nope', timeoutMs: 300 },
    ],
  });
  await finished(bench, id, 'fail');
  const page = await bench.desk.openSignedIn('#/runs');
  await page.waitForSelector(`.row-link[href="#/runs/${id}"]`);
  const heightOf = async () => (await page.locator('.toolbar').boundingBox())!.height;
  const unfiltered = await heightOf();
  await page.goto(`${bench.url}/#/runs?attention=1`);
  await page.waitForSelector('.toolbar .quiet');
  await page.waitForSelector(`.row-link[href="#/runs/${id}"]`);
  expect(await heightOf()).toBe(unfiltered);
  expect(await page.inputValue('select[name=order]')).toBe('attention');
  const { body } = await bench.client.request<{ id: string }>('POST', `/v1/runs/${id}/rerun`);
  await page.waitForSelector(`.row-link[href="#/runs/${id}"]`, { state: 'detached' });
  await finished(bench, body.id, 'fail');
  await page.waitForSelector(`.row-link[href="#/runs/${body.id}"]`);
});

it('tells of new runs in a button, while the pointer is at a row', async () => {
  const page = await bench.desk.openSignedIn();
  await page.waitForSelector('.row-link');
  const [before] = await names(page);
  await page.hover('.table-rows .row:first-child');
  const one = await bench.client.start({ ...passingFlow(bench, 1), name: 'new one' });
  await page.waitForSelector('.new-runs button:text-is("1 new run")');
  const other = await bench.client.start({ ...passingFlow(bench, 1), name: 'new two' });
  await page.waitForSelector('.new-runs button:text-is("2 new runs")');
  expect((await names(page))[0]).toBe(before);
  expect(await seriousFindings(page)).toEqual([]);
  await page.click('.new-runs button');
  await eventually(async () => expect((await names(page)).slice(0, 2)).toEqual(['new two', 'new one']));
  for (const id of [one, other]) await finished(bench, id, 'pass');
  // Without a pointer in it, the list takes them in.
  await page.mouse.move(1, 1);
  const last = await bench.client.start({ ...passingFlow(bench, 1), name: 'new three' });
  await eventually(async () => expect((await names(page))[0]).toBe('new three'));
  await finished(bench, last, 'pass');
});

it('has the time by the clock beside how long ago that was, and two lines a row where it is narrow', async () => {
  await finished(bench, await bench.client.start(passingFlow(bench, 1)), 'pass');
  for (const [locale, width] of [
    ['en-US', 1280],
    ['es-ES', 900],
    ['en-US', 400],
  ] as const) {
    const page = await bench.desk.openSignedIn('#/runs', { locale, viewport: { width, height: 800 } });
    await page.waitForSelector('.row-link');
    expect(await text(page, '.table-rows .clock')).toMatch(/\b\d{1,2}:\d\d/);
    const { height } = (await page.locator('.table-rows .row').first().boundingBox())!;
    expect(height).toBe(width < 1_000 ? 64 : 48);
    const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(wider, `at ${width} px`).toBeLessThanOrEqual(0);
    expect(await seriousFindings(page), `at ${width} px`).toEqual([]);
  }
});

it('has beside it the page of the system, which says whether that is at fault: its servers, and why runs wait', async () => {
  const id = await bench.client.start({ ...passingFlow(bench, 1), runnerLabels: ['gpu'] });
  const page = await bench.desk.openSignedIn('#/system');
  await page.waitForSelector('.number .cause[data-cause]:has-text("1")');
  for (const server of ['database', 'nats']) {
    await page.waitForSelector(`[data-server=${server}][data-answers=true]`);
    expect(await text(page, `[data-server=${server}]`)).toMatch(/answers\s*in [\d.]+ m?s\s*for \d+/);
  }
  await page.waitForSelector('[data-gateway][data-condition=alive]');
  await bench.client.cancel(id);
  await finished(bench, id, 'fail');
  await page.waitForSelector('.number .cause', { state: 'detached' });
});
