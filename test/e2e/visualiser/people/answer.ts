import { describe, expect, it } from 'vitest';
import { everyNth } from '../../../support/share.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';

const bench = useVisualiser();

const FIELDS = [
  { name: 'code', label: 'Code', type: 'code' },
  { name: 'pin', label: 'Your PIN', type: 'password', optional: true },
  { name: 'plan', label: 'Plan', type: 'choice', options: ['small', 'large'] },
  { name: 'sure', label: 'Are you sure?', type: 'yesno' },
];
const start = () =>
  bench.client.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'ask', text: 'Which code was sent to ann@example.com?', fields: FIELDS },
      { action: 'set', name: 'answer', value: '${answers.code} ${answers.plan} ${answers.sure}' },
    ],
  });

describe('a run that asks', () => {
  it.each(everyNth(2, ['es-ES', 'en']))(
    'is answered on its page, from a phone, and goes on: %s',
    async (locale) => {
      const id = await start();
      const page = await bench.desk.openSignedIn(`#/runs/${id}`, {
        locale,
        viewport: { width: 360, height: 740 },
      });
      await page.waitForSelector('.answer form');
      expect(await text(page, '.answer-question')).toBe('Which code was sent to ann@example.com?');
      expect(await text(page, '.why')).toMatch(/Which code was sent to ann@example\.com\?/);
      // The page as it was when the run asked, or as it is now.
      await page.waitForSelector('.moment img, .live-screen:not([hidden])');
      expect(await findings(page, { within: '.answer' })).toEqual([]);
      const scrolls = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      expect(await page.evaluate(scrolls)).toBe(false);

      await page.fill('#answer-field-code', '123456');
      await page.fill('#answer-field-pin', 'hush-hush');
      await page.selectOption('#answer-field-plan', 'large');
      await page.check('.answer-yesno input >> nth=0');
      await page.click('.answer button[type=submit]');
      await finished(bench, id, 'pass');
      await page.waitForSelector('.answer', { state: 'detached' });
      const { results } = (await bench.client.read(id)) as { results?: object };
      expect(results).toEqual({ answer: '123456 large true' });
    },
  );

  it('says which field is missing, and leaves when another user was faster', async () => {
    const id = await start();
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.answer form');
    await page.fill('#answer-field-code', '1');
    await page.click('.answer button[type=submit]');
    expect(await page.evaluate('document.activeElement.id')).toBe('answer-field-plan');
    const values = { code: '1', plan: 'small', sure: true };
    await bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values } });
    await finished(bench, id, 'pass');
    await page.waitForSelector('.answer', { state: 'detached' });
  });
});
