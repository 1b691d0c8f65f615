import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import type { FlowStep } from '../../../support/http/client.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';

const bench = useVisualiser();
const PHONE = { viewport: { width: 360, height: 740 } };
const GOTO: FlowStep = { action: 'goto', url: '/form' };
const WAIT: FlowStep = { action: 'ask', text: 'Go on?', fields: [] };

const start = (...steps: FlowStep[]) =>
  bench.client.start({ baseUrl: bench.site.url, steps: [GOTO, ...steps] });
const goOn = async (id: string) => {
  await eventually(async () => {
    const sent = await bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values: {} } });
    expect(sent.status).toBe(200);
  });
  await finished(bench, id, 'pass');
};
const shown = (page: Page, within = '.live-view') =>
  page.waitForSelector(`${within}[data-live=shown] canvas`);
const scrolls = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';

describe('the page of a run that goes on', () => {
  it('stands in place of its last picture, and that again once the run is over', async () => {
    const id = await start(WAIT);
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await shown(page);
    expect(await text(page, '.live-mark')).toBe('Live');
    expect(await findings(page, { within: '.live-view' })).toEqual([]);
    const [width, height] = (await page.evaluate(
      '(({ width, height }) => [width, height])(document.querySelector(".live-view canvas"))',
    )) as [number, number];
    expect([width, height]).toEqual([1_280, 720]);
    await goOn(id);
    await page.waitForSelector('.live-view', { state: 'detached' });
    await page.waitForSelector('.moment .screen');
  });

  it('is a grey card while it may show a secret', async () => {
    const id = await start(
      { action: 'fill', selector: '[name=name]', value: 'correct horse', secret: true },
      WAIT,
    );
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { locale: 'es-ES' });
    await page.waitForSelector('.live-view[data-live=covered] .live-card');
    expect(await text(page, '.live-card')).toBe('Tapado: la página puede mostrar un secreto.');
    await goOn(id);
  });

  it('fits a phone, where the wall shows all that go on', async () => {
    const ids = await Promise.all([start(WAIT), start(WAIT)]);
    const page = await bench.desk.openSignedIn('#/wall', PHONE);
    for (const id of ids) await shown(page, `.wall-run[href*="${id}"]`);
    expect(await page.evaluate(scrolls)).toBe(false);
    expect(await findings(page, { within: '.wall' })).toEqual([]);
    await page.click(`.wall-run[href*="${ids[0]}"]`);
    await shown(page);
    expect(await page.evaluate(scrolls)).toBe(false);
    for (const id of ids) await goOn(id);
  });
});
