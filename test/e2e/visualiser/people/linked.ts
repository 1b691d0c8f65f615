import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import { ADMIN } from '../../../support/stack/stack.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';
import { signIn } from '../../../support/visualiser/desk.ts';

const bench = useVisualiser();

const start = () =>
  bench.client.start({
    baseUrl: bench.site.url,
    name: 'checkout',
    steps: [
      { action: 'goto', url: '/form' },
      {
        action: 'ask',
        text: 'Which code was sent to ann@example.com?',
        fields: [
          { name: 'code', label: 'Code', type: 'code' },
          { name: 'sure', label: 'Are you sure?', type: 'yesno', optional: true },
        ],
      },
      { action: 'set', name: 'answer', value: '${answers.code}' },
    ],
  });

/** Once the run asks. */
async function linkTo(id: string): Promise<string> {
  await bench.client.watch(id).then((watch) => watch.until(({ data }) => isAsking(data)));
  const { body } = await bench.client.request<{ url: string }>('POST', `/v1/runs/${id}/answer-link`);
  return body.url.slice(body.url.indexOf('#'));
}
const isAsking = (data: unknown) => (data as { type?: string }).type === 'waiting_for_person';

const PHONE = { width: 360, height: 740 };
const scrolls = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');

describe('a link that answers', () => {
  it.each([
    { locale: 'en', title: 'A run asks you something', sent: /Thank you/, over: /has been answered/ },
    { locale: 'es-ES', title: 'Una ejecución te pregunta algo', sent: /Gracias/, over: /ya tiene respuesta/ },
  ])('is used by a person who is not signed in, from a phone: $locale', async ({ locale, ...words }) => {
    const id = await start();
    const hash = await linkTo(id);
    const page = await bench.desk.open({ locale, viewport: PHONE });
    await page.goto(`${bench.url}/${hash}`);
    await page.waitForSelector('.linked form');
    expect(await text(page, 'h1')).toBe(words.title);
    expect(await text(page, '.answer-question')).toBe('Which code was sent to ann@example.com?');
    expect(await text(page, '.linked-of')).toMatch(/^checkout · /);
    expect(await page.content()).not.toContain(id);
    expect(await findings(page)).toEqual([]);
    expect(await scrolls(page)).toBe(false);
    // An optional yes or no can be taken back.
    await page.check('.answer-yesno input >> nth=0');
    await page.check('.answer-yesno input >> nth=2');
    await page.fill('#answer-field-code', '123456');
    await page.click('.answer button[type=submit]');
    await page.getByText(words.sent).waitFor();
    await finished(bench, id, 'pass');
    const { results, events } = (await bench.client.read(id)) as { results?: object; events: object[] };
    expect(results).toEqual({ answer: '123456' });
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'resumed',
        payload: expect.objectContaining({ why: 'answered', byLink: true, names: ['code'] }),
      }),
    );
    await page.reload();
    await page.getByText(words.over).waitFor();
    await page.goto(`${bench.url}/#/answer/${'A'.repeat(80)}`);
    await page.getByRole('heading', { name: /This link is not good|Este enlace no sirve/ }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });

  it('is copied from the page of the run', async () => {
    const id = await start();
    const page = await bench.desk.openSignedIn(`#/runs/${id}`, { viewport: PHONE });
    await page.getByRole('button', { name: 'Copy a link', exact: true }).click();
    const link = await page.inputValue('.answer-link input');
    expect(link).toMatch(/^http:\/\/[^/]+\/#\/answer\/[\w-]{80}$/);
    expect(await scrolls(page)).toBe(false);
    const { status } = await bench.client.request('POST', `/v1/answers/${link.split('/').at(-1)}`, {
      body: { values: { code: '1' } },
    });
    expect(status).toBe(200);
    await finished(bench, id, 'pass');
    await page.waitForSelector('.answer', { state: 'detached' });
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByText('answered by a link: code').first().waitFor();
  });
});

describe('a run that waits for the user', () => {
  it('is in the title, the icon, the navigation and a list, one click away, until it is answered', async () => {
    const other = await bench.desk.openSignedIn('#/system', { viewport: PHONE });
    const id = await start();
    const link = other.locator('.waiting-link');
    await link.waitFor();
    expect(await text(other, '.waiting-link b')).toBe('1');
    expect(await scrolls(other)).toBe(false);
    expect(await findings(other, { within: '.top' })).toEqual([]);
    await link.click();
    await other.locator(`a[href="#/runs/${id}"]`).first().waitFor();

    const page = await bench.desk.openSignedIn(`#/runs/${id}`);
    await page.waitForSelector('.answer form');
    await eventually(async () => expect(await page.title()).toMatch(/^Answer needed · /));
    const icon = () => page.getAttribute('link[rel=icon]', 'href');
    expect(await icon()).toMatch(/^data:image\/svg/);
    await page.fill('#answer-field-code', '1');
    await page.click('.answer button[type=submit]');
    await eventually(async () => expect(await page.title()).not.toContain('Answer needed'));
    expect(await icon()).toMatch(/^\/assets\/icon-/);
    await finished(bench, id, 'pass');
    await other.getByText('No run matches').first().waitFor();
  });

  it('sends a notification only after the user has asked for them, and the browser allows them', async () => {
    const page = await bench.desk.open();
    await page.context().grantPermissions(['notifications'], { origin: bench.url });
    await page.addInitScript(RECORD_NOTICES);
    await page.goto(`${bench.url}/#/system`);
    await signIn(page, ADMIN);
    const first = await start();
    await page.locator('.waiting-link b', { hasText: '1' }).waitFor();
    expect(await page.evaluate('noticed')).toEqual([]);
    await page.click('.menu-button');
    await page.getByRole('button', { name: 'Notify me when a run waits for me' }).click();
    await page.getByRole('button', { name: 'Do not notify me any more' }).waitFor();
    const second = await start();
    const notice = { title: 'A run waits for you', body: 'checkout', tag: `waits ${second}` };
    await eventually(async () => expect(await page.evaluate('noticed')).toEqual([notice]));
    await page.reload();
    await page.click('.menu-button');
    await page.getByRole('button', { name: 'Do not notify me any more' }).waitFor();
    for (const id of [first, second])
      await bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values: { code: '1' } } });
  });
});

/** What the page shows by the browser's own notifications, which no test can see. */
const RECORD_NOTICES = `
  globalThis.noticed = [];
  globalThis.Notification = class extends Notification {
    constructor(title, { body, tag }) {
      super(title, { body, tag });
      noticed.push({ title, body, tag });
    }
  };`;

it('who may not answer sees the question, and who may', async () => {
  const id = await start();
  await linkTo(id);
  const project = (await bench.client.read(id)) as { project: string };
  const [email, password] = [`viewer-${id}@test.local`, 'a long password'];
  await bench.client.request('POST', '/v1/auth/register', { body: { email, password } });
  await bench.client.request('POST', `/v1/projects/${project.project}/members`, {
    body: { email, role: 'viewer' },
  });
  const page = await bench.desk.open();
  await page.goto(`${bench.url}/#/runs`);
  await signIn(page, { email, password });
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
  await page.goto(`${bench.url}/#/runs/${id}`);
  await page.getByText('Operators and owners of the project can answer.').waitFor();
  expect(await text(page, '#answer-title')).toBe('This run asks a person');
  expect(await page.locator('.answer form').count()).toBe(0);
  expect(await page.locator('.waiting-link').count()).toBe(0);
});
