import { describe, expect, it } from 'vitest';
import { everyNth } from '../../../support/share.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';

const bench = useVisualiser();

const goto = (path: string) => ({ action: 'goto', url: path });

describe('a run that is paused', () => {
  it.each(everyNth(2, ['es-ES', 'en']))(
    'is paused and goes on by its page, from a phone: %s',
    async (locale) => {
      const gate = `/gate?page-${locale}`;
      const id = await bench.client.start({
        baseUrl: bench.site.url,
        steps: [goto(gate), goto('/form')] as never,
      });
      await bench.site.asked(gate);
      const page = await bench.desk.openSignedIn(`#/runs/${id}`, {
        locale,
        viewport: { width: 360, height: 740 },
      });
      await page.click('[data-pausing]');
      await page.waitForSelector('[data-pausing=asked]');
      bench.site.release(gate);
      await page.waitForSelector('[data-pause="1"]');
      await page.waitForSelector('[data-pausing]', { state: 'detached' });
      expect(await findings(page, { within: '[data-pause]' })).toEqual([]);
      const scrolls = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      expect(await page.evaluate(scrolls)).toBe(false);
      await page.click('[data-pause] .button.primary');
      await finished(bench, id, 'pass');
      await page.waitForSelector('[data-pause]', { state: 'detached' });
    },
  );

  it('a failed step stays, with its picture and why, and is left out', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      pauseOnFailure: { forMs: 600_000 },
      steps: [
        goto('/form'),
        { action: 'click', selector: '#nope', timeoutMs: 300 },
        goto('/echo?on'),
      ] as never,
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('[data-pause="1"]');
    await page.waitForSelector('.moment img, .live-screen:not([hidden])');
    expect(await text(page, '[data-pause] h2')).toBe('Step 2 has failed, and waits for you');
    await page.click('[data-pause] .button:not(.primary)');
    await finished(bench, id, 'pass');
  });

  it('goes on with other steps ahead, which are written on its page', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      pauseOnFailure: { forMs: 600_000 },
      steps: [goto('/form'), { action: 'click', selector: '#nope', timeoutMs: 300 }] as never,
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.click('[data-pause="1"] .button >> text=Change the steps ahead');
    await page.waitForSelector('dialog .flow-form');
    expect(await text(page, 'dialog h2')).toBe('Change the steps from 2 on');
    expect(await findings(page, { within: 'dialog' })).toEqual([]);
    if (process.env.PICTURES)
      await page.screenshot({ path: `${process.env.PICTURES}/resume-dialog.png`, fullPage: true });
    const steps = [{ action: 'extract', name: 'where', selector: 'title' }];
    await page.fill('#flow', JSON.stringify({ steps }));
    await page.click('dialog button[type=submit]');
    await finished(bench, id, 'pass');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    const run = await bench.client.read(id);
    expect(run).toMatchObject({ results: { where: expect.any(String) } });
    expect(run.steps).toHaveLength(2);
  });
});
