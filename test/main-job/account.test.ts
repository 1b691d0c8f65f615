/* A new password leaves the user signed in here and nowhere else; signing out everywhere ends all sign-ins. */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright';
import { expect, it } from 'vitest';
import { adminByToken } from '../support/database/members.ts';
import { eventually } from '../support/eventually.ts';
import { logIn } from '../support/http/client.ts';
import { extendedOnly } from '../support/share.ts';
import { seriousFindings } from '../support/visualiser/axe.ts';
import { text, useVisualiser } from '../support/visualiser/bench.ts';
import { type Account, signIn, tabTo } from '../support/visualiser/desk.ts';

const bench = useVisualiser();
const NEW = 'quite another one';

async function addAccount(): Promise<Account> {
  const account = { email: `${randomUUID()}@test.local`, password: randomUUID() };
  const admin = await adminByToken(bench.client);
  await admin.request('POST', '/v1/auth/register', { body: account });
  return account;
}

async function open(account: Account, hash = '#/system', options = {}): Promise<Page> {
  const page = await bench.desk.open(options);
  await page.goto(`${bench.url}/${hash}`);
  await signIn(page, account);
  return page;
}

const choose = async (page: Page, label: string) => {
  await page.click('.menu-button');
  await page.getByRole('button', { name: label }).click();
  await page.waitForSelector('dialog[open]');
};
const fillIn = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [name, value] of Object.entries(fields)) await page.fill(`dialog [name=${name}]`, value);
  await page.click('dialog button[type=submit]');
};
const cookie = async (page: Page) => (await page.context().cookies())[0]?.value;
const meanwhile = (page: Page) => page.evaluate('window.sameDocument');

it('a password is changed with the old one; one stays signed in here, and nowhere else', async () => {
  const account = await addAccount();
  const [page, elsewhere] = [await open(account), await open(account)];
  await page.evaluate('window.sameDocument = true');
  const before = await cookie(page);
  await choose(page, 'Change password…');
  await page.waitForSelector('dialog [name=current]:focus');
  expect(await seriousFindings(page)).toEqual([]);

  await fillIn(page, { current: account.password, fresh: NEW, again: `${NEW}!` });
  await page.waitForSelector('dialog .problem:has-text("The two new passwords differ.")');
  await fillIn(page, { current: 'not the old one', fresh: NEW, again: NEW });
  await page.waitForSelector('dialog .problem:has-text("The current password is wrong.")');
  expect(await cookie(page)).toBe(before);
  await fillIn(page, { current: account.password, fresh: NEW, again: NEW });
  await page.waitForSelector('dialog .fine');
  expect(await text(page, 'dialog .fine')).toContain('Your password is changed');
  expect(await cookie(page)).not.toBe(before);
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.waitForSelector('.menu-button:focus');

  await elsewhere.waitForSelector('.sign-in .note');
  // The views go on with the fresh session, after a reload, too.
  await page.click('nav a[href="#/runs"]');
  await page.waitForSelector('.toolbar');
  expect(await meanwhile(page)).toBe(true);
  await page.reload();
  await page.waitForSelector('.toolbar');
  await expect(logIn(bench.client, account.email, account.password)).rejects.toThrow();
  await signIn(elsewhere, { ...account, password: NEW });
});

extendedOnly(() => {
  it('what was under way when the password changed ends no session', async () => {
    const account = await addAccount();
    const page = await open(account, '#/runs');
    await page.evaluate('window.sameDocument = true');
    // A look with the old session is let go when that has ended.
    const held = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    await page.route('**/v1/system', async (route) => {
      asked.resolve();
      await held.promise;
      await route.continue();
    });
    const looked = page.waitForResponse(
      async (answer) => answer.url().endsWith('/v1/system') && answer.status() === 200,
    );
    await page.click('nav a[href="#/system"]');
    await asked.promise;
    await choose(page, 'Change password…');
    await fillIn(page, { current: account.password, fresh: NEW, again: NEW });
    await page.waitForSelector('dialog .fine');
    held.resolve();
    await looked;
    await page.waitForSelector('.runner');
    expect(await meanwhile(page)).toBe(true);
  });

  it('a run that is watched is watched on after the password has changed', async () => {
    const account = await addAccount();
    const own = bench.client.as({ token: await logIn(bench.client, account.email, account.password) });
    const id = await own.start({
      baseUrl: bench.site.url,
      steps: [
        { action: 'goto', url: '/gated?password' },
        { action: 'waitForSelector', selector: '#opened' },
      ],
    });
    const page = await open(account, `#/runs/${id}`);
    await page.waitForSelector('[data-moment-state="running.stepping.acting"]');
    await choose(page, 'Change password…');
    await fillIn(page, { current: account.password, fresh: NEW, again: NEW });
    await page.waitForSelector('dialog .fine');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    bench.site.release('/gate?password');
    await page.waitForSelector('.run-title .badge-pass');
  });
});

it('signing out everywhere asks first, and ends every sign-in, this one included', async () => {
  const account = await addAccount();
  const [page, elsewhere] = [
    await open(account, '#/runs', {
      locale: 'es-ES',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    }),
    await open(account),
  ];
  // Uses the keyboard alone, in Spanish, on a small dark screen.
  await tabTo(page, '.menu-button');
  await page.keyboard.press('Enter');
  await tabTo(page, '.menu-link:text-is("Cerrar todas las sesiones…")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open]');
  expect(await text(page, 'dialog')).toContain(account.email);
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.waitForSelector('.menu-button:focus');
  await elsewhere.waitForSelector('.runner');

  await choose(page, 'Cerrar todas las sesiones…');
  const wider = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  expect(wider).toBeLessThanOrEqual(0);
  await tabTo(page, 'dialog button[type=submit]');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.sign-in');
  expect(await page.locator('.sign-in .note').count()).toBe(0);
  expect(await cookie(page)).toBeUndefined();
  expect(await page.evaluate("localStorage.getItem('ghostly.session')")).toBeNull();
  await elsewhere.waitForSelector('.sign-in .note');
  await eventually(async () => expect(await text(elsewhere, '.sign-in .note')).toContain('session is over'));
  await signIn(page, account);
});
