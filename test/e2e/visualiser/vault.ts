import { describe, expect, it } from 'vitest';
import { addMember, addViewer, adminByToken } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { extendedOnly } from '../../support/share.ts';
import { findings } from '../../support/visualiser/axe.ts';
import { text, useVisualiser } from '../../support/visualiser/bench.ts';
import { lookAgain, signIn } from '../../support/visualiser/desk.ts';
import { expectNowhere, openSecretForm, openVault, secretsOf } from '../../support/visualiser/vault.ts';

const bench = useVisualiser();

const PASSWORD = ' correct "horse" \\ ñ battery ';
const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

describe('the vault of a project', () => {
  it('takes a login, and what was typed is gone from the page; then it is replaced and deleted', async () => {
    const { page, owner, project } = await openVault(bench);
    const form = await openSecretForm(page);
    await form.getByLabel('Name', { exact: true }).fill('shop');
    await form.getByRole('radio', { name: 'Login' }).check();
    await form.locator('[name=username]').fill('ann');
    const password = form.getByLabel('Password', { exact: true });
    await password.fill('pw');
    expect(await password.getAttribute('type')).toBe('password');
    expect(await password.getAttribute('autocomplete')).toBe('new-password');
    await form.getByLabel('Origins').fill('ftp://shop.example');
    await form.getByRole('button', { name: 'Store it' }).click();
    await form.locator('.field:has([name=password]) .is-error').waitFor();
    expect(await text(page, '.field:has([name=origins]) .is-error')).toContain('must be an origin');
    expect(await findings(page)).toEqual([]);

    await password.fill(PASSWORD);
    await form.getByRole('button', { name: 'Show Password' }).click();
    expect(await password.getAttribute('type')).toBe('text');
    expect(await password.inputValue()).toBe(PASSWORD);
    // The search can fail: the value is in its field.
    await expect(expectNowhere(page, PASSWORD)).rejects.toThrow('battery');
    // Only the origin counts of an address that was copied.
    await form
      .getByLabel('Origins')
      .fill('https://Shop.example:443/login?a=1\nhttps://shop.example\nhttp://127.0.0.1:81');
    await form.getByLabel('Note').fill('of the test account');
    await form.getByRole('button', { name: 'Store it' }).click();
    await form.waitFor({ state: 'detached' });
    await page.locator('.secret-card').waitFor();
    await expectNowhere(page, PASSWORD);
    const stored = { name: 'shop', kind: 'login', note: 'of the test account' };
    expect(await secretsOf({ owner, project })).toEqual([
      expect.objectContaining({
        ...stored,
        version: 1,
        origins: ['https://shop.example', 'http://127.0.0.1:81'],
      }),
    ]);
    const card = await text(page, '.secret-card');
    for (const shown of ['version 1', 'https://shop.example', owner.account.email, 'Not opened yet.'])
      expect(card).toContain(shown);
    expect(card).toContain(`\${secrets.shop.username}`);
    await page.getByRole('button', { name: `Copy \${secrets.shop.password}` }).waitFor();
    expect(await findings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Replace… shop' }).click();
    expect(await text(page, 'dialog[open]')).toContain('what is stored cannot be read');
    expect(await page.locator('dialog[open] [name=password]').inputValue()).toBe('');
    expect(await page.locator('dialog[open] [name=origins]').inputValue()).toContain('http://127.0.0.1:81');
    await page.fill('dialog[open] [name=username]', 'bob');
    await page.fill('dialog[open] [name=password]', 'another one');
    await page.getByRole('button', { name: 'Replace it' }).click();
    await page.getByText('version 2').waitFor();
    await expectNowhere(page, 'another one');

    await page.getByRole('button', { name: 'Delete… shop' }).click();
    await page.getByText('can no longer be started').waitFor();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.locator('.vault .empty').waitFor();
    expect(await secretsOf({ owner, project })).toEqual([]);
  });

  it('does not write over a secret whose name is typed again, and says what a name may be', async () => {
    const { page, owner, project } = await openVault(bench);
    await owner.client.request('PUT', `/v1/projects/${project}/secrets/token`, {
      body: { kind: 'text', value: 'the first', origins: ['https://shop.example'] },
    });
    await page.locator('.secret-card').waitFor();
    const form = await openSecretForm(page);
    await form.getByLabel('Name', { exact: true }).fill('token');
    await form.getByLabel('Value', { exact: true }).fill('the\nsecond');
    await form.getByLabel('Origins').fill('https://shop.example');
    await form.getByRole('button', { name: 'Store it' }).click();
    await form.getByText('There is a secret of this name already').waitFor();
    expect(await secretsOf({ owner, project })).toMatchObject([{ version: 1 }]);
    await form.getByLabel('Name', { exact: true }).fill('__proto__');
    await form.getByRole('button', { name: 'Store it' }).click();
    await form.locator('.field:has([name=name]) .is-error', { hasText: 'must be 1 to 64' }).waitFor();
    // What was typed is still there, in all of its lines.
    expect(await form.getByLabel('Value', { exact: true }).inputValue()).toBe('the\nsecond');
    await page.keyboard.press('Escape');
    // Escape closes a dialog before it is taken out of the page.
    await page.locator('.secret-form').waitFor({ state: 'detached' });
    await expectNowhere(page, 'the\nsecond');
  });

  it('I11: shows operators the list alone, and viewers nothing', async () => {
    const { page, owner, project } = await openVault(bench);
    await owner.client.request('PUT', `/v1/projects/${project}/secrets/token`, {
      body: { kind: 'text', value: 'the first', origins: ['https://shop.example'] },
    });
    await page.close();
    const other = await addMember(await adminByToken(bench.client));
    await addViewer(bench.stack.databaseUrl, project, other.id);
    const theirs = await bench.desk.open();
    await theirs.goto(`${bench.url}/#/vault/${project}`);
    await signIn(theirs, other.account);
    await theirs.getByText('Only operators and owners of a project may see').waitFor();
    await rows(
      bench.stack.databaseUrl,
      `update project_members set role = 'operator' where project_id = $1 and user_id = $2`,
      [project, other.id],
    );
    await lookAgain(theirs);
    await theirs.locator('.secret-card').waitFor();
    await theirs.getByText('Only owners of this project may add').waitFor();
    expect(await theirs.locator('.vault button:not(.icon-button)').count()).toBe(0);
    expect(await theirs.locator('.vault details').count()).toBe(0);
  });

  extendedOnly(() => {
    it('fits a narrow window in Spanish, in the dark', async () => {
      const { page } = await openVault(bench, {
        locale: 'es-ES',
        colorScheme: 'dark',
        viewport: { width: 360, height: 740 },
      });
      const fits = () => page.evaluate('document.documentElement.scrollWidth <= innerWidth');
      await page.getByRole('button', { name: 'Añadir un secreto' }).click();
      const form = page.locator('dialog[open]');
      await form.getByLabel('Nombre', { exact: true }).fill(`un_nombre_${'muy_'.repeat(13)}`);
      await form.getByText('Códigos de un solo uso').click();
      await form.getByLabel('Clave', { exact: true }).fill(SEED);
      await form.getByLabel('Orígenes').fill(`https://${'largo.'.repeat(20)}example`);
      await form.getByText('Códigos de un solo uso: 6 cifras, cada 30 s.').waitFor();
      expect(await page.evaluate('document.querySelector("dialog[open]").scrollWidth <= innerWidth')).toBe(
        true,
      );
      expect(await findings(page)).toEqual([]);
      await form.getByRole('button', { name: 'Guardarlo' }).click();
      await page.locator('.secret-card').waitFor();
      await expectNowhere(page, SEED);
      expect(await fits()).toBe(true);
      expect(await findings(page)).toEqual([]);
    });
  });
});
