import { expect, it } from 'vitest';
import { findings } from '../../support/visualiser/axe.ts';
import { useVisualiser } from '../../support/visualiser/bench.ts';
import { fillLastHour } from '../../support/visualiser/last-hour.ts';

const bench = useVisualiser();

it('the last hour of the system is drawn, summed up in words and in numbers, in both languages and at any width', async () => {
  // The supervisor that leads has stored the minute in which it began.
  const own = await bench.client.request<{ samples: { slots: number }[] }>('GET', '/v1/system/last-hour');
  expect(own.body.samples.length).toBeGreaterThan(0);
  await fillLastHour(bench.stack.databaseUrl);

  const page = await bench.desk.openSignedIn('#/system');
  await page.waitForSelector('.minute-chart');
  const captions = await page.locator('.minute-chart figcaption').allInnerTexts();
  expect(captions).toHaveLength(6);
  expect(captions[0]).toMatch(/^Waiting\s+now \d+, most 20 at \d\d:\d\d/);
  expect(captions[1]).toMatch(/^Oldest waits\s+now .+, most 18 s at/);
  expect(captions[2]).toMatch(/^Slots used\s+now \d of \d, most 8 at/);
  expect(captions[3]).toMatch(/^Ended per minute\s+\d+ passed\s*\d+ failed\s*2\d cancelled\s*2 lost/);
  expect(await page.locator('.series-pass .minute-bar').count()).toBeGreaterThan(50);
  // Two minutes are missing, so the line is broken.
  const line = await page.locator('.minute-chart').first().locator('.minute-line').first().getAttribute('d');
  expect(line?.match(/M/g)).toHaveLength(2);

  const within = 'section[aria-labelledby="last-hour-title"]';
  expect(await findings(page, { within })).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await findings(page, { within, rules: ['color-contrast'] })).toEqual([]);
  await page.click('.minute-table summary');
  expect(await page.locator('.minute-table tbody tr').count()).toBeGreaterThan(56);
  const rules = ['scrollable-region-focusable', 'th-has-data-cells', 'scope-attr-valid'];
  expect(await findings(page, { within, rules })).toEqual([]);
  await page.setViewportSize({ width: 360, height: 780 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);

  const spanish = await bench.desk.openSignedIn('#/system', { locale: 'es-ES' });
  await spanish.waitForSelector('.minute-chart');
  expect(await spanish.locator('.minute-chart figcaption').first().textContent()).toMatch(
    /^En espera\s*ahora \d+, máximo 20 a las/,
  );
});
