import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountSite, startAccountSite } from '../../../support/sites/account-site.ts';
import { ALL_THERE, SIGN_IN } from '../../../support/sites/account-steps.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';

const bench = useVisualiser();
let site: AccountSite;
beforeAll(async () => {
  site = await startAccountSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());

const NEVER = { action: 'click', selector: '#of', timeoutMs: 500 };

describe('a run that keeps its pages', () => {
  it('is forked on its page from a past step with other steps ahead, and both name each other', async () => {
    const id = await bench.client.start({
      baseUrl: site.url,
      checkpoints: true,
      captureScreenshotAfterEachStep: true,
      steps: [...SIGN_IN, NEVER],
    });
    await finished(bench, id, 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.click('.steps .step >> nth=3');
    const button = page.locator('.moment button', { hasText: 'Fork from step 5' });
    await button.waitFor();
    await button.click();
    await page.waitForSelector('dialog .flow-form');
    expect(await text(page, 'dialog h2')).toMatch(/^Begin a run at step 5 of /);
    expect(await text(page, '#fork-hint')).toMatch(/does not have what was typed into forms/);
    expect(await findings(page, { within: 'dialog' })).toEqual([]);
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/fork-dialog.png` });
    await page.fill('#flow', JSON.stringify({ steps: ALL_THERE }));
    await page.click('dialog button[type=submit]');
    await page.waitForURL((url) => !url.hash.includes(id));
    const next = new URL(page.url()).hash.replace('#/runs/', '');
    await finished(bench, next, 'pass');
    await page.waitForSelector('.steps .step:not(.step-ahead) >> nth=1');
    await expect.poll(() => page.locator('.steps .tag', { hasText: 'carried over' }).count()).toBe(4);
    expect(await text(page, '.run-facts')).toMatch(/Forked off.*from step 5/s);
    if (process.env.PICTURES)
      await page.screenshot({ path: `${process.env.PICTURES}/fork.png`, fullPage: true });
    await page.goto(page.url().replace(next, id));
    await page.waitForSelector(`.run-facts a[href='#/runs/${next}']`);
    if (process.env.PICTURES)
      await page.screenshot({ path: `${process.env.PICTURES}/original.png`, fullPage: true });
  });
});
