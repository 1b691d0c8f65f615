import type { Frame } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, scaledMs } from '../../support/eventually.ts';
import { openViewer, type Viewer } from '../../support/playwright-trace/viewer.ts';
import { startHostileSite } from '../../support/sites/hostile-site.ts';
import { useStack } from '../../support/stack/use-stack.ts';
import { viewOf } from './view.ts';

const bench = useStack();
let viewer: Viewer;
beforeAll(async () => {
  viewer = await openViewer();
});
afterAll(() => viewer?.[Symbol.asyncDispose]());

test('the trace of a hostile page runs nothing in the viewer, and loads nothing from elsewhere', async () => {
  await using site = await startHostileSite();
  const steps = [
    { action: 'goto', url: '/' },
    { action: 'click', selector: '#nothing', timeoutMs: 500 },
  ];
  const id = await bench.client.start({ baseUrl: site.url, steps });
  await (await bench.client.watch(id)).ended();
  // It did what it could on its own page.
  expect(site.ran.length).toBeGreaterThan(0);
  const before = site.ran.length;
  const page = await viewer.open(await viewOf(bench.client, id));
  const shown = page.frameLocator('iframe.snapshot-visible');
  await eventually(async () => expect(await shown.locator('#marker').textContent()).toBe('hostile'));
  for (const title of await page.locator('.action-title').all()) {
    await title.click({ timeout: scaledMs(2_000) }).catch(() => undefined); // its step was closed meanwhile
    for (const tab of ['Before', 'Action', 'After'])
      await page
        .getByRole('tab', { name: tab })
        .click({ timeout: scaledMs(2_000) })
        .catch(() => undefined);
  }
  // A frame of an earlier picture may go meanwhile.
  const markOf = (frame: Frame) => frame.evaluate('globalThis.ranHere ?? 0').catch(() => 0);
  const marks = await Promise.all(page.frames().map(markOf));
  expect(marks.every((mark) => mark === 0)).toBe(true);
  expect(site.ran.length).toBe(before);
});
