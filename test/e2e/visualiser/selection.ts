/** Runs of the list that are selected and cancelled together. */
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { extendedOnly } from '../../support/share.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { twoFrames } from '../../support/visualiser/hold.ts';
import { copyRun } from '../../support/visualiser/many-runs.ts';

const bench = useVisualiser();
const BULK = '**/v1/runs/cancel';

/** Runs under way, newest last, in a project of their own that the list shows alone. */
async function openWithRuns(
  count: number,
  options = {},
): Promise<{ page: Page; ids: string[]; project: string }> {
  const project = await bench.client.addProject(`Selected ${count}`);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1)
    ids.push(
      await bench.client.start({
        project,
        baseUrl: bench.site.url,
        steps: [{ action: 'goto', url: `/never?${project}${n}`, timeoutMs: 120_000 }],
      }),
    );
  const page = await bench.desk.openSignedIn(`#/runs?project=${project}`, options);
  await eventually(async () => expect(await page.locator('.row-link').count()).toBe(count));
  return { page, ids, project };
}

/** One that does not end; the next with its key waits for it. */
const startWith = (concurrencyKey: string): Promise<string> =>
  bench.client.start({
    baseUrl: bench.site.url,
    concurrencyKey,
    steps: [{ action: 'goto', url: '/never', timeoutMs: 120_000 }],
  });

const boxOf = (page: Page, id: string) => page.locator(`.row:has([href="#/runs/${id}"]) .pick input`);
const count = (page: Page) => text(page, '.selection-count');

describe('runs of the list', () => {
  it('are selected by keys and with the shift key, and cancelled together; each says what became of it', async () => {
    const { page, ids } = await openWithRuns(4);
    // The newest is the first row.
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    expect(await count(page)).toBe('1 run selected');
    for (const key of ['j', 'j', 'Shift+X']) await page.keyboard.press(key);
    expect(await count(page)).toBe('3 runs selected');
    await page.keyboard.press('x');
    expect(await count(page)).toBe('2 runs selected');
    expect(await boxOf(page, ids[1]!).isChecked()).toBe(false);
    await boxOf(page, ids[0]!).click({ modifiers: ['Shift'] });
    expect(await count(page)).toBe('4 runs selected');
    const names = await page.getByRole('checkbox').evaluateAll((boxes) =>
      // biome-ignore lint/performance/useDomNodeTextContent: as it is named
      (boxes as unknown as { labels: { innerText: string }[] }[]).map(({ labels }) => labels[0]!.innerText),
    );
    expect(new Set(names).size).toBe(5);
    expect(await seriousFindings(page)).toEqual([]);

    await boxOf(page, ids[0]!).click();
    await page.keyboard.press('c');
    await page.waitForSelector('dialog[open]');
    expect(await text(page, 'dialog h2')).toBe('Cancel these 3 runs?');
    await page.waitForSelector('.forecast:has-text("within")');
    expect(await seriousFindings(page)).toEqual([]);
    await page.fill('dialog [name=reason]', 'not needed any more');
    await page.click('dialog .danger');
    await page.waitForSelector('.cancel-progress:has-text("3 have ended as cancelled.")');
    expect(await page.locator('.fates [data-fate=cancelled]').count()).toBe(3);
    await page.click('dialog .primary');
    await page.waitForSelector('.selection-bar', { state: 'detached' });
    for (const id of ids.slice(1))
      expect((await bench.client.read(id)).cancel).toMatchObject({ reason: 'not needed any more' });
    expect((await bench.client.read(ids[0]!)).status).toBe('running');
    await bench.client.cancel(ids[0]!);
  });

  it('that start while it is asked whether to cancel them are named as under way', async () => {
    const [first, next] = [await startWith('asked'), await startWith('asked')];
    const page = await bench.desk.openSignedIn();
    for (const id of [first, next]) await boxOf(page, id).click();
    await page.keyboard.press('c');
    await page.waitForSelector('.forecast:has-text("1 waits for a runner"):has-text("1 is under way")');
    await bench.client.cancel(first);
    const later = '.forecast:has-text("1 is under way"):has-text("within"):has-text("1 has ended meanwhile")';
    await page.waitForSelector(later);
    expect(await text(page, 'dialog h2')).toBe('Cancel this run?');
    await bench.client.cancel(next);
    await page.waitForSelector('.forecast:has-text("2 have ended meanwhile")');
    await page.click('dialog .primary');
    await page.waitForSelector('dialog', { state: 'detached' });
  });

  it('that are deselected while all of the filter is read stay so', async () => {
    const { page, ids } = await openWithRuns(2);
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await page.route('**/v1/runs?*', async (route) => {
      const { searchParams } = new URL(route.request().url());
      // There is always more, and all of the filter comes when it is wanted.
      if (searchParams.has('before')) return;
      if (searchParams.get('limit') === '1000') {
        asked.resolve();
        await answer.promise;
        return route.continue();
      }
      const response = await route.fetch();
      const link = '</v1/runs?before=later>; rel="next"';
      return route.fulfill({ response, headers: { ...response.headers(), link } });
    });
    await page.reload();
    await page.check('.row-head .pick input');
    await page.click('.selection-bar button:has-text("All of this filter")');
    await asked.promise;
    await boxOf(page, ids[0]!).click();
    expect(await count(page)).toBe('1 run selected');
    const last = page.waitForResponse((response) => /status=cancelling.*limit=1000/.test(response.url()));
    answer.resolve();
    await (await last).finished();
    await twoFrames(page);
    expect(await count(page)).toBe('1 run selected');
    expect(await boxOf(page, ids[0]!).isChecked()).toBe(false);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    for (const id of ids) await bench.client.cancel(id);
  });

  extendedOnly(() => {
    it('I3: of a bulk cancel whose answer is lost it is looked for what it did, and what it did not is sent again', async () => {
      const { page, ids } = await openWithRuns(2);
      await page.check('.row-head .pick input');
      await page.click('.selection-bar .danger');
      // The first request is lost on its way.
      await page.route(BULK, (route) => route.abort('connectionreset'));
      await page.click('dialog .danger');
      await page.waitForSelector('.cancel-progress:has-text("2 were not cancelled.")');
      expect(await text(page, '.fates')).toContain('is not recorded: it goes on');
      expect((await bench.client.read(ids[0]!)).cancel).toBeUndefined();
      // The second arrives, and its answer is lost.
      await page.unroute(BULK);
      await page.route(BULK, async (route) => {
        await route.fetch();
        await route.abort('connectionreset');
      });
      await page.click('dialog button:has-text("Try again for 2 runs")');
      await page.waitForSelector('.cancel-progress:has-text("2 have ended as cancelled.")');
      for (const id of ids) await finished(bench, id, 'fail');
    });

    it('that are not read yet are selected by their filter; others are left alone', async () => {
      const { page, ids, project } = await openWithRuns(2);
      const [unread, read] = ids as [string, string];
      const copied = await finished(
        bench,
        await bench.client.start({
          ...passingFlow(bench, 1),
          project,
          captureScreenshotAfterEachStep: false,
        }),
        'pass',
      );
      await copyRun(bench.stack.databaseUrl, copied, 700);
      await rows(
        bench.stack.databaseUrl,
        `update runs set created_at = created_at - interval '1 day' where id = $1`,
        [unread],
      );
      const elsewhere = await openWithRuns(1);
      await page.reload();
      await boxOf(page, read).click();
      expect(await boxOf(page, unread).count()).toBe(0);
      await page.click('.selection-bar button:has-text("All of this filter")');
      await page.waitForSelector('.selection-count:text-is("2 runs selected")');
      await page.click('.selection-bar .danger');
      await page.click('dialog .danger');
      await page.waitForSelector('.cancel-progress:has-text("2 have ended as cancelled.")');
      expect((await bench.client.read(elsewhere.ids[0]!)).status).toBe('running');
      await bench.client.cancel(elsewhere.ids[0]!);
    });

    it('of a filter that is left before all of it was read are not selected in the list that follows', async () => {
      const { page } = await openWithRuns(1);
      await page.route('**/v1/runs?*', async (route) => {
        const { searchParams: asked } = new URL(route.request().url());
        // There is always more, and neither that nor all of the filter comes.
        if (asked.has('before') || asked.get('limit') === '1000') return;
        const response = await route.fetch();
        const link = '</v1/runs?before=later>; rel="next"';
        await route.fulfill({ response, headers: { ...response.headers(), link } });
      });
      await page.reload();
      await page.check('.row-head .pick input');
      await page.click('.selection-bar button:has-text("All of this filter")');
      const givenUp = page.waitForEvent('requestfailed', (request) => request.url().includes('limit=1000'));
      await page.fill('[name=q]', 'another');
      await givenUp;
      expect(await page.locator('.selection-bar').count()).toBe(0);
      await page.unroute('**/v1/runs?*');
    });

    it('fit on a narrow screen in Spanish', async () => {
      const { page } = await openWithRuns(3, { locale: 'es-ES', viewport: { width: 360, height: 740 } });
      await page.click('.row .pick >> nth=1');
      await page.click('.selection-bar button:has-text("Todas las de la lista")');
      expect(await count(page)).toBe('3 seleccionadas');
      const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(wider).toBeLessThanOrEqual(0);
      await page.click('.selection-bar .danger');
      await page.click('dialog .danger');
      await page.waitForSelector('.cancel-progress:has-text("3 terminaron canceladas.")');
    });
  });
});
