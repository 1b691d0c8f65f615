/** A user is signed in in a whole browser, by a cookie that neither scripts nor pages of others can use. */
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { extendedOnly } from '../../support/share.ts';
import { ADMIN } from '../../support/stack/stack.ts';
import { finished, passingFlow, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';
import { holdNext } from '../../support/visualiser/hold.ts';

const bench = useVisualiser();
const secretOf = async (page: Page) =>
  (await page.context().cookies()).find(({ name }) => name === 'ghostly_session')!.value;
const signOut = async (page: Page) => {
  await page.click('.menu-button');
  await page.getByText('Sign out', { exact: true }).click();
  await page.waitForSelector('.sign-in');
};

describe('a session', () => {
  it('is that of every tab, and nothing that a script reads holds it', async () => {
    const page = await bench.desk.openSignedIn('#/system');
    const tab = await page.context().newPage();
    await tab.goto(`${bench.url}/#/runs`);
    await tab.waitForSelector('.toolbar');
    const readable = await tab.evaluate<string>(
      'document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)',
    );
    expect(readable).toContain(ADMIN.email);
    expect(readable).not.toContain(await secretOf(page));
    // Nor does the tab need what the others keep.
    await tab.evaluate('localStorage.clear()');
    await tab.reload();
    await tab.waitForSelector('.toolbar');
  });

  it('ends in every tab when one signs out, and a copy of its cookie is worth nothing', async () => {
    const page = await bench.desk.openSignedIn('#/runs');
    const tab = await page.context().newPage();
    await tab.goto(`${bench.url}/#/system`);
    await tab.waitForSelector('.runner');
    const copy = await page.context().cookies();
    await signOut(page);
    await tab.waitForSelector('.sign-in');
    expect(await page.context().cookies()).toEqual([]);
    await page.context().addCookies(copy);
    await page.reload();
    await page.waitForSelector('.sign-in');
    // Signing in in one tab is enough, too.
    await signIn(page, ADMIN);
    await tab.waitForSelector('.runner');
  });

  extendedOnly(() => {
    it('goes on where the gateway cannot be asked to end it, and says so', async () => {
      const page = await bench.desk.openSignedIn('#/runs');
      await page.route('**/v1/auth/session', (route) => route.abort());
      await page.click('.menu-button');
      await page.getByText('Sign out', { exact: true }).click();
      await page.waitForSelector('.menu-panel .problem:has-text("you are still signed in")');
      await page.unroute('**/v1/auth/session');
      await page.getByText('Sign out', { exact: true }).click();
      await page.waitForSelector('.sign-in');
    });
  });

  it('is that of who signs in, whatever comes late of who was signed in before', async () => {
    const { account } = await addMember(await adminByToken(bench.client));
    const page = await bench.desk.open();
    await page.goto(`${bench.url}/#/system`);
    await signIn(page, ADMIN);
    await page.evaluate('localStorage.clear()');
    const before = await holdNext(page, '**/v1/auth/me');
    await page.reload();
    await before.answered;
    await signIn(page, account);
    await page.waitForSelector('.runner');
    await before.release();
    expect(await page.evaluate<string>('JSON.stringify(localStorage)')).toContain(account.email);
  });

  it('is enough for pictures and event streams without a token in their address', async () => {
    const id = await finished(bench, await bench.client.start(passingFlow(bench, 1)), 'pass');
    const { steps } = await bench.client.read(id);
    const page = await bench.desk.openSignedIn('#/runs');
    const seen = await page.evaluate<{ width: number; ended: boolean }>(`(async () => {
      const picture = new Image();
      picture.src = '/artifacts/${steps[0]!.screenshotPath}';
      await picture.decode();
      const ended = await new Promise((resolve) => {
        const stream = new EventSource('/v1/runs/${id}/events/stream');
        stream.addEventListener('end', () => { stream.close(); resolve(true); });
        stream.addEventListener('error', () => resolve(false));
      });
      return { width: picture.naturalWidth, ended };
    })()`);
    expect(seen).toEqual({ width: expect.any(Number), ended: true });
    expect(seen.width).toBeGreaterThan(0);
  });
});

extendedOnly(() => {
  describe('a hostile page in the same browser', () => {
    const LABEL = 'made by a hostile page';
    const FORM = (url: string) => `(() => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: '${url}/v1/projects', enctype: 'text/plain' });
      const field = document.createElement('input');
      Object.assign(field, { name: '{"label":"${LABEL}","color":"', value: '"}' });
      form.append(field);
      document.body.append(form);
      form.submit();
    })()`;
    const FETCH = (url: string) => `Promise.all([
      fetch('${url}/v1/projects', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"label":"${LABEL}"}' }),
      fetch('${url}/v1/auth/session', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '${JSON.stringify(ADMIN)}' }),
      fetch('${url}/v1/auth/session', { method: 'DELETE', credentials: 'include' }).catch(() => undefined),
    ])`;

    // The browser sends the cookie to other ports of the host; from another host, it does not.
    it.each([
      ['of another port', '127.0.0.1'],
      ['of another site', 'localhost'],
    ])('%s changes nothing, and signs nobody in or out', async (_, host) => {
      const page = await bench.desk.openSignedIn('#/runs');
      const before = await secretOf(page);
      const hostile = await page.context().newPage();
      const statuses: number[] = [];
      hostile.on('response', (answer) => {
        if (answer.url().startsWith(`${bench.url}/v1/`)) statuses.push(answer.status());
      });
      await hostile.goto(`${bench.site.url.replace('127.0.0.1', host)}/plain`);
      await hostile.evaluate(FETCH(bench.url));
      await hostile.evaluate(FORM(bench.url));
      await hostile.waitForURL(`${bench.url}/v1/projects`);
      expect(statuses.toSorted()).toEqual([401, 401, 403]);
      expect(await secretOf(page)).toBe(before);
      await page.reload();
      await page.waitForSelector('.toolbar');
      const labels = (await bench.client.request<{ label: string }[]>('GET', '/v1/projects')).body;
      expect(labels.map(({ label }) => label)).not.toContain(LABEL);
    });
  });
});
