/** What the page of a run must not say, not even for a moment. */
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { holdNext, twoFrames } from '../../support/visualiser/hold.ts';

const bench = useVisualiser();

/** Keeps each title and each text of these parts that a page has from now on. */
const noteTexts = (page: Page, ...parts: string[]) =>
  page.evaluate(`(() => {
    const said = new Set();
    globalThis.said = said;
    const note = () => {
      said.add(document.title);
      for (const part of document.querySelectorAll(${JSON.stringify(parts.join(', '))})) said.add(part.textContent);
    };
    note();
    new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true });
  })()`);
const textsOf = (page: Page) => page.evaluate<string[]>('[...globalThis.said]');

const FALSE = /failed|could not go on/;

async function waitingRun(name: string, more: object = {}): Promise<string> {
  const url = `/never?${name}`;
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    steps: [{ action: 'goto', url, timeoutMs: 120_000 }],
    ...more,
  });
  await bench.site.asked(url);
  return id;
}

describe('a run that is stopped while it is watched', () => {
  it.each(['graceful', 'force'])('is never said to have failed: %s', async (mode) => {
    const id = await waitingRun(`watched-${mode}`);
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.step-running');
    await noteTexts(page, '.run-title .badge', '.why', '.way', '[data-run-status]');
    // What the stream alone tells is there first: how the stored run reads comes late.
    const read = await holdNext(page, `**/v1/runs/${id}?*`);
    await bench.client.cancel(id, { body: { reason: 'Deploy at 09:30', mode } });
    await page.waitForSelector('.run-title .badge-cancelled');
    await read.release();
    await page.waitForSelector('.why:has-text("Deploy at 09:30")');
    await page.waitForSelector('.hops tfoot');
    const said = await textsOf(page);
    expect(said.filter((one) => FALSE.test(one))).toEqual([]);
    expect(said.some((one) => one.startsWith('cancelled · '))).toBe(true);
  });

  it('is never shown as failed in the list', async () => {
    const id = await waitingRun('listed');
    const page = await bench.desk.openSignedIn('#/runs');
    const row = `.row:has([href="#/runs/${id}"])`;
    await page.waitForSelector(row);
    await noteTexts(page, row);
    await bench.client.cancel(id, { body: { reason: 'Deploy at 09:30' } });
    await page.waitForSelector(`${row} .badge-cancelled`);
    expect((await textsOf(page)).filter((one) => FALSE.test(one))).toEqual([]);
  });
});

describe('what a run waits for', () => {
  it('is said once, and nothing beside it says something else', async () => {
    const id = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/plain' }],
      runnerLabels: ['eu-west', 'gpu'],
    });
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.why:has-text("eu-west, gpu")');
    for (const tab of ['picture', 'chart', 'events', 'console', 'flow']) {
      await page.click(`#tab-${tab}`);
      await twoFrames(page);
      expect(await text(page, 'main'), tab).not.toMatch(/free slot|for a runner\b/);
    }
    await bench.client.cancel(id);
  });
});

/** Texts that have the character, and do not keep what it does to themselves. */
const UNISOLATED = `[...document.querySelectorAll('main *')].filter((one) =>
  one.children.length === 0 && one.textContent.includes('\u202E') &&
  !/^isolate/.test(getComputedStyle(one).unicodeBidi)).map((one) => one.outerHTML)`;
/** Whether the letters of a word stand in its order. */
const inOrder = (page: Page, within: string, word: string) =>
  page.evaluate<boolean>(`(() => {
    const walker = document.createTreeWalker(document.querySelector(${JSON.stringify(within)}), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const at = walker.currentNode.data.indexOf(${JSON.stringify(word)});
      if (at < 0) continue;
      const left = (n) => {
        const range = document.createRange();
        range.setStart(walker.currentNode, n);
        range.setEnd(walker.currentNode, n + 1);
        return range.getBoundingClientRect().left;
      };
      return left(at) < left(at + ${word.length - 1});
    }
    return false;
  })()`);

describe('characters that turn a text round', () => {
  it('turn nothing but their own text round: in selectors, errors, titles and reasons', async () => {
    const turned = '#a\u202Eb';
    const failed = await bench.client.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: `/titled?${encodeURIComponent('Order \u202Egum a')}` },
        { action: 'click', selector: turned, timeoutMs: 200 },
      ],
    });
    await finished(bench, failed, 'fail');
    const stopped = await waitingRun('turned');
    await bench.client.cancel(stopped, { body: { reason: 'no \u202Eneed' } });
    await finished(bench, stopped, 'fail');
    const page = await bench.desk.openSignedIn(`#/runs/${failed}`);
    await page.waitForSelector('.why code');
    expect(await inOrder(page, '.why', 'found no element for')).toBe(true);
    expect(await inOrder(page, '.why a', 'Look at that moment')).toBe(true);
    for (const id of [failed, stopped]) {
      await page.goto(`${bench.url}/#/runs/${id}`);
      await page.waitForSelector(`.run-id:has-text("${id.slice(-8)}")`);
      for (const tab of ['picture', 'chart', 'events', 'flow']) {
        await page.click(`#tab-${tab}`);
        await twoFrames(page);
        expect(await page.evaluate<string[]>(UNISOLATED), tab).toEqual([]);
      }
      expect(await page.title()).not.toContain('\u202E');
    }
  });

  it('alone are no name: a run whose name has no width is called like one without', async () => {
    const id = await bench.client.start({
      name: '\u200B\u2060',
      baseUrl: bench.site.url,
      steps: [{ action: 'goto', url: '/plain' }],
    });
    await finished(bench, id, 'pass');
    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('h1.run-unnamed');
    expect((await text(page, 'h1')).length).toBeGreaterThan(3);
    await page.goto(`${bench.url}/#/runs`);
    await page.waitForSelector(`.row-link[href="#/runs/${id}"]`);
    expect((await text(page, `.row-link[href="#/runs/${id}"]`)).replaceAll(/[\u200B\u2060]/g, '')).not.toBe(
      '',
    );
  });
});

describe('a first visit', () => {
  it('of a browser that is signed out asks for no session, and writes nothing to its console', async () => {
    const page = await bench.desk.open();
    const written: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => written.push(message.text()));
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(bench.url);
    await page.waitForSelector('form [name=email]');
    // The page has asked the gateway how it is, and has got an answer.
    await page.waitForResponse((response) => response.url().startsWith(`${bench.url}/`) && response.ok());
    await twoFrames(page);
    expect(written).toEqual([]);
    expect(asked).not.toContain('/v1/auth/me');
    // It would have been heard of: a refused request is written there.
    await page.evaluate(`fetch('/v1/auth/me')`);
    await eventually(async () => expect(written).toEqual([expect.stringContaining('401')]));
  });
});
