/* A newcomer starts, watches and stops a run by the keyboard alone, and HTML in any text is shown as text. */
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ADMIN } from '../support/stack/stack.ts';
import { finished, text, useVisualiser } from '../support/visualiser/bench.ts';
import { tabTo } from '../support/visualiser/desk.ts';

const bench = useVisualiser();

const EVIL = `<script>alert('x')</script><img src=x onerror="alert('y')">`;

describe('a newcomer', () => {
  it('signs in, starts an example, watches it, stops it and reads the receipt, by the keyboard alone', async () => {
    const page = await bench.desk.open();
    const policy = (await page.goto(bench.url))?.headers()['content-security-policy'];
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    await page.waitForSelector('form [name=email]:focus');
    await page.keyboard.type(ADMIN.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert] .icon');
    expect(await text(page, '[role=alert]')).toBe('E-mail or password is wrong.');
    await page.keyboard.type(ADMIN.password);
    await page.keyboard.press('Enter');

    await page.waitForSelector('.empty');
    expect(await text(page, '.empty')).toContain('No run yet');
    await tabTo(page, '.empty a');
    await page.keyboard.press('Enter');

    await page.waitForSelector('.examples');
    await tabTo(page, '.examples li:nth-child(2) button');
    await page.keyboard.press('Enter');
    await tabTo(page, 'form button[type=submit]');
    await page.keyboard.press('Enter');

    await page.waitForSelector('.step-running .step-number:text("3")');
    expect(await page.getAttribute('.way', 'data-moment-state')).toBe('running.stepping.acting');
    await page.waitForSelector('.screen img, .live-screen:not([hidden])');
    await tabTo(page, '.run-actions .danger');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.cancel-preview code');
    expect(await text(page, '.cancel-preview')).toMatch(/aborting.*cleaning.*closing.*fail/s);
    await page.keyboard.type('It took too long');
    await page.keyboard.press('Enter');

    await page.waitForSelector('.hops tfoot');
    const receipt = await text(page, '.receipt');
    for (const hop of ['Stored', 'Delivered', 'Abort raised', 'Call interrupted', 'Context closed', 'Final'])
      expect(receipt).toMatch(new RegExp(`${hop}\\s+[\\d.]+ m?s`));
    expect(receipt).toContain(ADMIN.email);
    expect(receipt).toContain('It took too long');
    expect(await text(page, '.ladder')).toMatch(/aborting\s*✓?\s*\n?\s*[\d.]+ m?s/);

    await tabTo(page, 'nav a[href="#/runs"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.row-link');
    expect(await text(page, '.table-rows .row')).toMatch(/cancelled[\s\S]*It took too long/);
  });
});

describe('HTML in any text', () => {
  it('is shown as text', async () => {
    await bench.client.request('POST', '/v1/projects', { body: { label: EVIL } });
    const { body: projects } = await bench.client.request<{ id: string; label: string }[]>(
      'GET',
      '/v1/projects',
    );
    const project = projects.find(({ label }) => label === EVIL)?.id;
    const failed = await bench.client.start({
      project,
      baseUrl: bench.site.url,
      steps: [{ action: 'click', selector: `text=${EVIL}`, timeoutMs: 200 }],
    });
    const stopped = await bench.client.start({
      project,
      baseUrl: bench.site.url,
      contextId: EVIL,
      captureA11yAfterEachStep: true,
      steps: [
        { action: 'goto', url: `/titled?${encodeURIComponent(EVIL)}` },
        { action: 'goto', url: `/never?${EVIL}` },
      ],
    });
    await eventually(() => expect(bench.site.requests.some((path) => path.startsWith('/never?'))).toBe(true));
    await bench.client.cancel(stopped, { body: { reason: EVIL } });
    await Promise.all([finished(bench, failed, 'fail'), finished(bench, stopped, 'fail')]);

    const page = await bench.desk.openSignedIn('#/runs');
    await page.waitForSelector('.row-link');
    await eventually(async () =>
      expect(await text(page, '.table-rows')).toContain("<script>alert('x')</script>"),
    );
    for (const id of [failed, stopped]) {
      await page.goto(`${bench.url}/#/runs/${id}`);
      await page.waitForSelector('[data-moment-state="fail"]');
      await page.waitForSelector('.project:has-text("<script>")');
      expect(await text(page, '.steps')).toContain('<script>');
      await page.click('#tab-events');
      expect(await text(page, '.timeline')).toContain('<script>');
    }
    await page.click('#tab-chart');
    await page.waitForSelector('.hops tfoot');
    expect(await text(page, '.receipt')).toContain(EVIL);
    expect(await page.locator('main script, main img[src=x]').count()).toBe(0);
  });
});

describe('a flow that is typed', () => {
  it('shows each problem beside its field, and is not started', async () => {
    const page = await bench.desk.openSignedIn('#/new');
    await page.waitForSelector('.fine');
    await page.fill('#flow', '{\n  "baseUrl": "ftp://x",\n  "steps": [\n    { "action": "dance" }\n  ]\n}');
    await eventually(async () =>
      expect(await page.locator('.has-issue').allInnerTexts()).toEqual([
        expect.stringMatching(/^2[\s\S]*must be an http or https URL$/),
        expect.stringMatching(/^4[\s\S]*must be one of goto, click/),
      ]),
    );
    expect(await text(page, '.problems')).toContain('steps.0.action');
    await page.click('form button[type=submit]');
    await page.waitForSelector('#flow:focus');
    await page.fill('#flow', '{ "baseUrl": ');
    await page.waitForSelector('.problems:has-text("This is not JSON yet")');
    expect(new URL(page.url()).hash).toBe('#/new');
  });
});
