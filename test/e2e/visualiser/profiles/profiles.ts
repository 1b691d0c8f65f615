/** The login profiles of a project: made, filled by runs, and deleted on their page. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '#shared/api/contract/profiles/profiles.ts';
import { addMember, addViewer, adminByToken, type Member } from '../../../support/database/members.ts';
import { rows } from '../../../support/database/rows.ts';
import { eventually } from '../../../support/eventually.ts';
import { extendedOnly } from '../../../support/share.ts';
import { ROTATING, type RotatingSite, startRotatingSite } from '../../../support/sites/rotating-site.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';
import { type Desk, lookAgain, signIn, untilRead } from '../../../support/visualiser/desk.ts';
import { IS_LOGGED_IN, LOG_IN } from '../../profiles/bench.ts';

const bench = useVisualiser();
let site: RotatingSite;
beforeAll(async () => {
  site = await startRotatingSite();
});
afterAll(() => site[Symbol.asyncDispose]());

interface OpenProfiles {
  page: Page;
  owner: Member;
  /** The path of the project in the API. */
  path: string;
}

/** An owner whose project has a flow that logs in, before the page of its profiles. */
async function openProfiles(options: Parameters<Desk['open']>[0] = {}): Promise<OpenProfiles> {
  const owner = await addMember(await adminByToken(bench.client));
  const path = `/v1/projects/${await owner.client.project()}`;
  const secret = { kind: 'text', value: ROTATING.password, origins: [site.url] };
  await owner.client.request('PUT', `${path}/secrets/rotating`, { body: secret });
  const flow = { baseUrl: site.url, steps: LOG_IN };
  await owner.client.request('PUT', `${path}/flows/log-in`, { body: { flow } });
  const page = await bench.desk.open(options);
  await page.goto(`${bench.url}/#/profiles`);
  await signIn(page, owner.account);
  await page.locator('.profiles .empty').waitFor();
  return { page, owner, path };
}

const profilesIn = async ({ owner, path }: Omit<OpenProfiles, 'page'>): Promise<Profile[]> =>
  (await owner.client.request<Profile[]>('GET', `${path}/profiles`)).body;

/** A run that logs in and saves, to its end. */
async function save({ client }: Member, name: string): Promise<string> {
  const profile = { name, apply: false, save: 'on_pass' };
  const id = await client.start({ baseUrl: site.url, steps: LOG_IN, profile });
  return finished({ ...bench, client }, id, 'pass');
}

const SETTINGS = {
  check: { url: '/home', visible: '#who' },
  login: { flow: 'log-in' },
  maxAgeMs: 7 * 86_400_000,
};

describe('the login profiles of a project', () => {
  it('has one that is added, which runs fill; it logs in at once, takes an older version, and is deleted', async () => {
    const { page, ...of } = await openProfiles();
    await page.getByRole('button', { name: 'Add a profile' }).click();
    const form = page.locator('dialog[open]');
    await form.getByLabel('Name', { exact: true }).fill('shop');
    await form.getByLabel('Page to look at').fill('/home');
    // Both or neither.
    expect(await form.locator('[name=visible]').getAttribute('required')).not.toBeNull();
    await form.getByLabel('Selector').fill('#who');
    await form.locator('datalist option[value=log-in]').waitFor({ state: 'attached' });
    await form.getByLabel('Login flow').fill('log-in');
    await form.getByLabel('Stale after').fill('7');
    await form.getByLabel('Passkeys').check();
    await form.getByLabel('Note').fill('of the test account');
    expect(await findings(page)).toEqual([]);
    await form.getByRole('button', { name: 'Add it' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('.profile-card .badge', { hasText: 'empty' }).waitFor();
    expect(await profilesIn(of)).toMatchObject([
      { name: 'shop', ...SETTINGS, passkeys: true, note: 'of the test account' },
    ]);

    const saving = await save(of.owner, 'shop');
    await untilRead(page.locator('.profile-card .badge', { hasText: 'fresh' }));
    const card = await text(page, '.profile-card');
    for (const shown of [
      // Cookies have no port.
      'http://127.0.0.1',
      '1 cookie',
      'of the test account',
      '#who',
      '7 days',
      of.owner.account.email,
    ])
      expect(card).toContain(shown);
    expect(card).toMatch(/Saved \d+ s ago by run/);
    expect(await page.locator(`.profile-card a[href="#/runs/${saving}"]`).count()).toBeGreaterThan(0);
    expect(await findings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Log in now shop' }).click();
    await page.locator('.run-head').waitFor();
    const [, id = ''] = /#\/runs\/([\w-]+)/.exec(page.url()) ?? [];
    expect(id).not.toBe(saving);
    await finished({ ...bench, client: of.owner.client }, id, 'pass');
    await page.goBack();
    await page.getByText('2 versions').click();
    await page.getByRole('button', { name: 'Use this version: 1 of shop' }).click();
    await page.getByRole('button', { name: 'Use this version: 2 of shop' }).waitFor();
    expect(await profilesIn(of)).toMatchObject([{ current: 1 }]);

    await page.getByRole('button', { name: 'Delete… shop' }).click();
    await page.getByText('runs that name it fail').waitFor();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.locator('.profiles .empty').waitFor();
    expect(await profilesIn(of)).toEqual([]);
  });

  it('changes one as a whole, and does not write over one whose name is typed again', async () => {
    const { page, ...of } = await openProfiles();
    await of.owner.client.request('PUT', `${of.path}/profiles/shop`, { body: { ...SETTINGS, maxAgeMs: 1 } });
    await save(of.owner, 'shop');
    await untilRead(page.getByText('The login is older than it may be.'));
    await page.getByRole('button', { name: 'Add a profile' }).click();
    const form = page.locator('dialog[open]');
    await form.getByLabel('Name', { exact: true }).fill('shop');
    await form.getByRole('button', { name: 'Add it' }).click();
    await form.getByText('There is a profile of this name already').waitFor();
    await page.keyboard.press('Escape');
    await form.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Change… shop' }).click();
    expect(await form.locator('[name=visible]').inputValue()).toBe('#who');
    await form.getByLabel('Page to look at').fill('');
    await form.getByLabel('Selector').fill('');
    await form.getByLabel('Stale after').fill('36');
    await form.getByLabel('Unit').selectOption('hours');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('.profile-card .badge', { hasText: 'fresh' }).waitFor();
    const [changed] = await profilesIn(of);
    expect(changed).toMatchObject({ login: SETTINGS.login, maxAgeMs: 36 * 3_600_000, passkeys: false });
    expect(changed).not.toHaveProperty('check');
  });

  it('lets operators log in and no more, and shows viewers nothing', async () => {
    const { owner, path } = await openProfiles();
    await owner.client.request('PUT', `${path}/profiles/shop`, { body: SETTINGS });
    const project = await owner.client.project();
    const other = await addMember(await adminByToken(bench.client));
    await addViewer(bench.stack.databaseUrl, project, other.id);
    const theirs = await bench.desk.open();
    await theirs.goto(`${bench.url}/#/profiles/${project}`);
    await signIn(theirs, other.account);
    await theirs.getByText('Only operators and owners of a project may see').waitFor();
    await rows(
      bench.stack.databaseUrl,
      `update project_members set role = 'operator' where project_id = $1 and user_id = $2`,
      [project, other.id],
    );
    await lookAgain(theirs);
    await theirs.locator('.profile-card').waitFor();
    expect(await theirs.locator('.profiles button').allInnerTexts()).toEqual(['Log in now']);
  });

  it('begins a run with the steps of its login, which are ahead of its own', async () => {
    const { page, owner, path } = await openProfiles();
    const ask = { action: 'ask', text: 'Go on?', fields: [{ name: 'yes', type: 'yesno' }] };
    const flow = { baseUrl: site.url, steps: [ask, ...LOG_IN] };
    await owner.client.request('PUT', `${path}/flows/log-in`, { body: { flow } });
    await owner.client.request('PUT', `${path}/profiles/shop`, { body: SETTINGS });
    const id = await owner.client.start({
      baseUrl: site.url,
      steps: IS_LOGGED_IN,
      profile: { name: 'shop', ifStale: 'login' },
    });
    await page.goto(`${bench.url}/#/runs/${id}`);
    const all = [ask, ...LOG_IN, { action: 'goto' }, { action: 'waitForSelector' }, ...IS_LOGGED_IN];
    const actions = page.locator('.step:first-child:not(.step-ahead) ~ .step-ahead .step-action');
    await eventually(async () =>
      expect(await actions.allInnerTexts()).toEqual(all.slice(1).map(({ action }) => action)),
    );
    await owner.client.cancel(id);
  });

  extendedOnly(() => {
    it('fits a narrow window in Spanish, in the dark', async () => {
      const { page, owner, path } = await openProfiles({
        locale: 'es-ES',
        colorScheme: 'dark',
        viewport: { width: 360, height: 740 },
      });
      const fits = (selector: string) =>
        page.evaluate(`document.querySelector('${selector}').scrollWidth <= innerWidth`);
      await page.getByRole('button', { name: 'Añadir un perfil' }).click();
      const form = page.locator('dialog[open]');
      const name = `un_nombre_${'muy_'.repeat(13)}`;
      await form.getByLabel('Nombre', { exact: true }).fill(name);
      await form.getByLabel('Página que se mira').fill(`/${'largo/'.repeat(20)}`);
      await form.getByLabel('Selector').fill('#who');
      expect(await fits('dialog[open]')).toBe(true);
      expect(await findings(page)).toEqual([]);
      await form.getByRole('button', { name: 'Añadirlo' }).click();
      await page.locator('.profile-card').waitFor();
      await save(owner, name);
      await save(owner, name);
      await untilRead(page.getByText('2 versiones'));
      await page.getByText('2 versiones').click();
      expect(await fits('html')).toBe(true);
      expect(await findings(page)).toEqual([]);
      expect(await profilesIn({ owner, path })).toMatchObject([{ name }]);
    });
  });
});
