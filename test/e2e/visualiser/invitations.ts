import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';
import { holdNext } from '../../support/visualiser/hold.ts';

const bench = useVisualiser();

it('I11: an invited user sees it above the runs, and is in the project once it accepts', async () => {
  const admin = await adminByToken(bench.client);
  const { client: ann } = await addMember(admin);
  const account = { email: 'invited@test.local', password: randomUUID() };
  await admin.request('POST', '/v1/auth/register', { body: account });
  const shop = await ann.addProject('The Shop');
  const endless = await ann.addProject(`A${'n endless'.repeat(20)} name`);
  for (const project of [shop, endless])
    await ann.request('POST', `/v1/projects/${project}/members`, {
      body: { email: account.email, role: 'operator' },
    });

  const page = await bench.desk.open({ locale: 'es-ES', viewport: { width: 360, height: 700 } });
  await page.goto(`${bench.url}/#/runs`);
  await signIn(page, account);
  const rows = page.locator('.invitations li');
  await rows.nth(1).waitFor();
  expect(await text(page, '.invitations')).toContain('te invita a');
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await rows.filter({ hasText: 'The Shop' }).getByText('Aceptar').click();
  await rows.nth(1).waitFor({ state: 'detached' });
  await page.locator('.select option', { hasText: 'The Shop' }).waitFor({ state: 'attached' });
  await rows.first().getByText('Rechazar').click();
  await rows.first().waitFor({ state: 'detached' });
  const members = async (id: string) =>
    (await ann.request<{ email: string }[]>('GET', `/v1/projects/${id}/members`)).body.map(
      ({ email }) => email,
    );
  expect(await members(shop)).toContain(account.email);
  expect(await members(endless)).toHaveLength(1);
});

it('one that is answered does not come back with what was read before', async () => {
  const admin = await adminByToken(bench.client);
  const [ann, bob] = [await addMember(admin), await addMember(admin)];
  const path = `/v1/projects/${await ann.client.project()}/members`;
  await ann.client.request('POST', path, { body: { email: bob.account.email, role: 'viewer' } });
  const page = await bench.desk.open();
  await page.goto(`${bench.url}/#/runs`);
  await signIn(page, bob.account);
  const row = page.locator('.invitations li');
  await row.waitFor();
  const read = await holdNext(page, '**/v1/invitations');
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await read.answered;
  await row.getByText('Decline').click();
  await row.waitFor({ state: 'detached' });
  await read.release();
  expect(await row.count()).toBe(0);
});
