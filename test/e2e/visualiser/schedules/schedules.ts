/** The schedules of a project: made, edited, paused, started and deleted on their page. */
import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { addMember, addViewer, adminByToken, type Member } from '../../../support/database/members.ts';
import { rows } from '../../../support/database/rows.ts';
import { extendedOnly } from '../../../support/share.ts';
import { findings } from '../../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../../support/visualiser/bench.ts';
import { type Desk, lookAgain, signIn, untilRead } from '../../../support/visualiser/desk.ts';

const bench = useVisualiser();

interface OpenSchedules {
  page: Page;
  owner: Member;
  /** The path of the project in the API. */
  path: string;
}

/** An owner whose project has a flow, before the page of its schedules. */
async function openSchedules(options: Parameters<Desk['open']>[0] = {}): Promise<OpenSchedules> {
  const owner = await addMember(await adminByToken(bench.client));
  const path = `/v1/projects/${await owner.client.project()}`;
  const inputsSchema = { properties: { article: { type: 'string' } } };
  const flow = { baseUrl: bench.site.url, inputsSchema, steps: [{ action: 'goto', url: '/form' }] };
  await owner.client.request('PUT', `${path}/flows/checkout`, { body: { flow } });
  const page = await bench.desk.open(options);
  await page.goto(`${bench.url}/#/schedules`);
  await signIn(page, owner.account);
  await page.locator('.schedules .empty').waitFor();
  return { page, owner, path };
}

type Place = Pick<OpenSchedules, 'owner' | 'path'>;

const scheduleIn = async ({ owner, path }: Place, name: string): Promise<Schedule> =>
  (await owner.client.request<Schedule>('GET', `${path}/schedules/${name}`)).body;

const put = ({ owner, path }: Place, name: string, more: object = {}) =>
  owner.client.request('PUT', `${path}/schedules/${name}`, {
    body: { cron: '0 3 1 1 *', timezone: 'Europe/Berlin', flow: { name: 'checkout' }, ...more },
  });

/** Its times of so many minutes come now. */
const comes = (name: string, minutes: number) =>
  rows(
    bench.stack.databaseUrl,
    `update schedules set cron = '* * * * *', evaluated_to = clock_timestamp() - $2 * interval '1 min',
       next_at = clock_timestamp(), wakes_at = clock_timestamp() where name = $1`,
    [name, minutes],
  );

const dots = (page: Page, look: string) => page.locator(`.dot[data-look=${look}]`);

describe('the schedules of a project', () => {
  it('shows when a new one is due while it is typed; one is edited by one user at a time, and deleted', async () => {
    const { page, ...of } = await openSchedules();
    await page.getByRole('button', { name: 'New schedule' }).click();
    const form = page.locator('dialog[open]');
    expect(await form.getByLabel('Time zone').inputValue()).not.toBe('');
    await form.getByLabel('Name', { exact: true }).fill('nightly');
    await form.locator('datalist option[value=checkout]').waitFor({ state: 'attached' });
    await form.getByLabel('Flow', { exact: true }).fill('checkout');
    await form.getByLabel('Time zone').fill('Europe/Berlin');
    await form.getByLabel('Pattern').fill('0 30 3 * * *');
    await form.getByText('there are no seconds').waitFor();
    await form.getByLabel('Pattern').fill('30 2 * * *');
    await expect.poll(() => form.locator('.preview time').count()).toBe(5);
    await form.getByLabel('If an earlier run goes on').selectOption('cancel_previous');
    await form.getByLabel('If the clock skips its time').selectOption('skip');
    await form.getByLabel('Not older than', { exact: true }).fill('2');
    await form.getByLabel('Pause after failures').fill('3');
    await form.getByLabel('Inputs, as JSON').fill('["no object"]');
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.getByText('must be a JSON object').waitFor();
    await form.getByLabel('Inputs, as JSON').fill('{"article": 7}');
    await form.getByLabel('Labels').fill('nightly\n\n shop ');
    await form.getByLabel('Start later by up to (optional)', { exact: true }).fill('10');
    await form.getByLabel('Description').fill('every night');
    expect(await findings(page)).toEqual([]);
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.locator('.field:has([name=inputs]) .is-error').waitFor();
    await form.getByLabel('Inputs, as JSON').fill('{"article": "mug"}');
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('.schedule-card').waitFor();
    const made = {
      cron: '30 2 * * *',
      timezone: 'Europe/Berlin',
      flow: { name: 'checkout' },
      dst: 'skip',
      overlap: 'cancel_previous',
      catchUp: { mode: 'last', withinMs: 2 * 3_600_000 },
      pauseAfterFailures: 3,
      windowMs: 600_000,
      start: { inputs: { article: 'mug' }, labels: ['nightly', 'shop'] },
      description: 'every night',
    };
    expect(await scheduleIn(of, 'nightly')).toMatchObject(made);
    const card = await text(page, '.schedule-card');
    for (const shown of [
      '30 2 * * *',
      'Europe/Berlin',
      'checkout newest version',
      'the earlier one is cancelled',
      'it is left out',
      'up to 2 hours later',
      '3 failures in a row',
      of.owner.account.email,
    ])
      expect(card).toContain(shown);
    expect(await page.locator('.schedule-card .due-times time').count()).toBe(5);
    expect(await findings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Edit… nightly' }).click();
    expect(await form.getByLabel('Labels').inputValue()).toBe('nightly\nshop');
    await put(of, 'nightly', { start: { name: 'Night', labels: ['a'] } });
    await form.getByLabel('Pattern').fill('@hourly');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.getByText('Another user has changed this schedule').waitFor();
    expect(await scheduleIn(of, 'nightly')).toMatchObject({ version: 2, cron: '0 3 1 1 *' });
    await page.keyboard.press('Escape');
    await untilRead(page.locator('.schedule-card .pattern', { hasText: '0 3 1 1 *' }));
    await page.getByRole('button', { name: 'Edit… nightly' }).click();
    await form.getByLabel('Pattern').fill('@hourly');
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    // What the form does not ask for stays as it was.
    expect(await scheduleIn(of, 'nightly')).toMatchObject({
      version: 3,
      cron: '@hourly',
      start: { name: 'Night', labels: ['a'] },
    });

    await page.getByRole('button', { name: 'New schedule' }).click();
    await form.getByLabel('Name', { exact: true }).fill('nightly');
    await form.getByLabel('Flow', { exact: true }).fill('checkout');
    await form.getByLabel('Pattern').fill('@daily');
    await form.getByRole('button', { name: 'Make it' }).click();
    await form.getByText('There is a schedule of this name already').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Delete… nightly' }).click();
    await page.getByText('Its runs stay').waitFor();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.locator('.schedules .empty').waitFor();
  });

  it('starts a run, which leads back; says what became of its times, and why one has no run', async () => {
    const { page, ...of } = await openSchedules();
    const { client } = of.owner;
    const gate = `/gate?schedule-${of.owner.id}`;
    const steps = [{ action: 'goto', url: gate }];
    await client.request('PUT', `${of.path}/flows/checkout`, {
      body: { flow: { baseUrl: bench.site.url, steps } },
    });
    await put(of, of.owner.id, { catchUp: { mode: 'all' } });
    await page.getByRole('button', { name: `Run now ${of.owner.id}` }).click();
    await page.locator('.run-head').waitFor();
    const [, id = ''] = /#\/runs\/([\w-]+)/.exec(page.url()) ?? [];
    await page.locator('.run-facts', { hasText: 'by hand' }).waitFor();
    await page.locator('.run-facts').getByRole('link', { name: of.owner.id }).click();
    await untilRead(dots(page, 'going'));
    expect(await dots(page, 'going').getAttribute('href')).toBe(`#/runs/${id}`);

    await comes(of.owner.id, 1.5);
    await untilRead(dots(page, 'left_out').first());
    await dots(page, 'left_out').first().hover();
    await page.locator('.dots-said', { hasText: 'an earlier run had not ended' }).waitFor();
    bench.site.release(gate);
    await finished({ ...bench, client }, id, 'pass');
    await untilRead(dots(page, 'pass').first());
    // The keyboard goes from one to the next.
    await dots(page, 'left_out').last().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.dot:focus').getAttribute('title')).toContain(':');
    expect(await findings(page)).toEqual([]);

    await page.getByRole('button', { name: `Pause… ${of.owner.id}` }).click();
    await page.getByLabel('Why').fill('the shop is closed');
    await page.getByRole('button', { name: 'Pause it' }).click();
    const note = page.locator('.note', { hasText: 'the shop is closed' });
    expect(await note.textContent()).toContain(`by ${of.owner.account.email}`);
    await page.locator('.badge', { hasText: 'paused' }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole('button', { name: `Resume ${of.owner.id}` }).click();
    await page.locator('.badge', { hasText: 'paused' }).waitFor({ state: 'detached' });

    await client.request('DELETE', `${of.path}/flows/checkout`);
    await comes(of.owner.id, 5);
    await untilRead(dots(page, 'not_started').first());
    await dots(page, 'not_started').first().hover();
    await page.locator('.dots-said.tone-fail', { hasText: 'a flow that there is not' }).waitFor();
  });

  it('I11: shows viewers all of it, and no way to change it', async () => {
    const { page, ...of } = await openSchedules();
    await put(of, 'nightly');
    await page.close();
    const project = await of.owner.client.project();
    const other = await addMember(await adminByToken(bench.client));
    const theirs = await bench.desk.open();
    await theirs.goto(`${bench.url}/#/schedules/${project}`);
    await signIn(theirs, other.account);
    await theirs.getByText('Only members of a project may see').waitFor();
    await addViewer(bench.stack.databaseUrl, project, other.id);
    await lookAgain(theirs);
    await theirs.locator('.schedule-card').waitFor();
    await theirs.getByText('Only operators and owners of this project may').waitFor();
    expect(await theirs.locator('.schedules button:not(.dot)').allInnerTexts()).toEqual([]);
  });

  extendedOnly(() => {
    it('fits a narrow window in Spanish, in the dark', async () => {
      const { page, ...of } = await openSchedules({
        locale: 'es-ES',
        colorScheme: 'dark',
        viewport: { width: 360, height: 740 },
      });
      const fits = (selector: string) =>
        page.evaluate(`document.querySelector('${selector}').scrollWidth <= innerWidth`);
      await page.getByRole('button', { name: 'Nueva programación' }).click();
      const form = page.locator('dialog[open]');
      const name = `una-programacion-${'muy-'.repeat(13)}larga`;
      await form.getByLabel('Nombre', { exact: true }).fill(name);
      await form.getByLabel('Flujo', { exact: true }).fill('checkout');
      await form.getByLabel('Zona horaria').fill('America/Argentina/ComodRivadavia');
      await form.getByLabel('Patrón').fill('0,5,10,15,20,25,30,35,40,45,50,55 0-23 * * 1-5');
      await expect.poll(() => form.locator('.preview time').count()).toBe(5);
      expect(await fits('dialog[open]')).toBe(true);
      expect(await findings(page)).toEqual([]);
      await form.getByRole('button', { name: 'Crearla' }).click();
      await page.locator('.schedule-card').waitFor();
      await of.owner.client.request('POST', `${of.path}/schedules/${name}/trigger`);
      await untilRead(page.locator('.dot'));
      expect(await fits('html')).toBe(true);
      expect(await findings(page)).toEqual([]);
    });
  });
});
