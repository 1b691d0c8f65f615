import { describe, expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { findings } from '../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { expectNowhere, openVault, secretsOf } from '../../support/visualiser/vault.ts';

const bench = useVisualiser();

const PASSWORD = 'correct horse battery';
const SELECTOR = '[name=name]:not(#password)';

/** Types the password into the form of the site, and sends it. */
const flow = () => ({
  baseUrl: bench.site.url,
  steps: [
    { action: 'goto', url: '/form' },
    { action: 'fill', selector: 'textarea', value: 'a note' },
    { action: 'fill', selector: SELECTOR, value: PASSWORD },
    { action: 'click', selector: '#send' },
  ],
});

const typedPassword = `/echo?name=${PASSWORD.replaceAll(' ', '+')}`;

const addOperator = (project: string, user: string): Promise<unknown> =>
  rows(
    bench.stack.databaseUrl,
    `insert into project_members (project_id, user_id, role) values ($1, $2, 'operator')`,
    [project, user],
  );

describe('a value that a flow types', () => {
  it('is kept in the vault from the editor of a new run, which then types it as before', async () => {
    const { page, ...vault } = await openVault(bench);
    await page.goto(`${bench.url}/#/new`);
    await page.fill('#flow', JSON.stringify(flow(), null, 2));
    const typed = page.locator('.typed-values');
    await expect
      .poll(() => typed.locator('> ul li').allInnerTexts())
      .toEqual([expect.stringContaining('In clear in step 3, typed into')]);
    await typed.getByText('1 other typed value').waitFor();
    await typed.locator('> ul button').click();
    const form = page.locator('dialog[open]');
    expect(await form.locator('[name=origins]').inputValue()).toBe(bench.site.url);
    await expect.poll(() => form.locator('[name=value]').inputValue()).toBe(PASSWORD);
    await form.locator('[name=name]').fill('shop');
    await form.getByRole('radio', { name: 'Login' }).check();
    await form.locator('[name=username]').fill('ann');
    await expect.poll(() => form.locator('[name=password]').inputValue()).toBe(PASSWORD);
    expect(await form.innerHTML()).not.toContain(PASSWORD);
    await form.getByRole('button', { name: 'Store it' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByText(`Kept: the flow now names \${secrets.shop.password}.`).waitFor();
    expect(JSON.parse(await page.inputValue('#flow'))).toEqual({
      ...flow(),
      steps: flow().steps.map((step) =>
        step.selector === SELECTOR ? { ...step, value: `\${secrets.shop.password}` } : step,
      ),
    });
    await expectNowhere(page, PASSWORD);
    expect(await findings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.waitForURL((url) => url.hash.startsWith('#/runs/'));
    const id = new URL(page.url()).hash.replace('#/runs/', '');
    await finished(bench, id, 'pass');
    expect(bench.site.requests.some((path) => path.startsWith(typedPassword))).toBe(true);

    await page.waitForSelector('.run-title .badge-pass');
    await page.click('#tab-events');
    expect(await text(page, '.timeline')).toContain(`3. shop → ${bench.site.url}`);
    await page.goto(`${bench.url}/#/vault`);
    await page.getByText('Last opened').waitFor();
    await page.locator('.secret-uses summary').click();
    const use = page.locator('.use-table tbody tr');
    await use.waitFor();
    expect(await use.locator('td').allInnerTexts()).toEqual([
      expect.any(String),
      id.slice(-8),
      '3',
      bench.site.url,
      vault.owner.account.email,
      '1',
    ]);
    expect(await use.locator('a').getAttribute('href')).toBe(`#/runs/${id}`);
    expect(await findings(page)).toEqual([]);
  });

  it('I10: is kept from the flow of a run where it is hidden, once it is typed again', async () => {
    const { page, ...vault } = await openVault(bench);
    const first = await finished(bench, await vault.owner.client.start(flow()), 'pass');
    const before = bench.site.requests.length;
    await page.goto(`${bench.url}/#/runs/${first}`);
    await page.click('.run-actions button:text-is("Flow")');
    await page.locator('.typed-values > ul').getByText('Hidden in step 3').waitFor();
    await page.locator('.typed-values > ul button').click();
    const form = page.locator('dialog[open]:has(.secret-form)').last();
    expect(await form.locator('[name=value]').inputValue()).toBe('');
    expect(await findings(page)).toEqual([]);
    await form.locator('[name=name]').fill('token');
    await form.locator('[name=value]').fill(PASSWORD);
    await form.getByRole('button', { name: 'Store it' }).click();
    await page.getByText(`Kept: the flow now names \${secrets.token}.`).waitFor();
    expect(await page.inputValue('#flow')).toContain(`\${secrets.token}`);
    await expectNowhere(page, PASSWORD);
    expect(await secretsOf(vault)).toMatchObject([{ name: 'token', origins: [bench.site.url] }]);
    await page.getByRole('button', { name: 'Run the edited flow' }).click();
    await page.waitForURL((url) => !url.hash.includes(first));
    await finished(bench, new URL(page.url()).hash.replace('#/runs/', ''), 'pass');
    expect(bench.site.requests.slice(before).some((path) => path.startsWith(typedPassword))).toBe(true);
  });

  it("I10: is kept from one's own answer, where another user's flow asks for it", async () => {
    const { page, owner, project } = await openVault(bench);
    const other = await addMember(await adminByToken(bench.client));
    await addOperator(project, other.id);
    const first = await finished(bench, await other.client.start({ ...flow(), project }), 'pass');
    await page.goto(`${bench.url}/#/runs/${first}`);
    await page.click('.run-actions button:text-is("Flow")');
    const asked = page.locator('.secret-fields input');
    await asked.nth(1).fill(PASSWORD);
    await page.locator('.typed-values > ul button').click();
    const form = page.locator('dialog[open]:has(.secret-form)').last();
    await expect.poll(() => form.locator('[name=value]').inputValue()).toBe(PASSWORD);
    await form.locator('[name=name]').fill('token');
    await form.getByRole('button', { name: 'Store it' }).click();
    await page.getByText(`Kept: the flow now names \${secrets.token}.`).waitFor();
    expect(await asked.count()).toBe(1);
    await expectNowhere(page, PASSWORD);
    await asked.fill('my own note');
    await page.getByRole('button', { name: 'Run the edited flow' }).click();
    await page.waitForURL((url) => !url.hash.includes(first));
    const id = new URL(page.url()).hash.replace('#/runs/', '');
    await finished(bench, id, 'pass');
    expect(bench.site.requests).toContain(`${typedPassword}&note=my+own+note&news=on&size=s&files=`);
    expect(await owner.client.read(id)).toMatchObject({ rerunOf: first });
  });

  it('I11: is offered to owners of the project alone', async () => {
    const { page, project, owner } = await openVault(bench);
    const other = await addMember(await adminByToken(bench.client));
    await addOperator(await other.client.project(), owner.id);
    await page.goto(`${bench.url}/#/new`);
    await page.fill('#flow', JSON.stringify(flow(), null, 2));
    const typed = page.locator('.typed-values');
    await typed.waitFor();
    await page
      .locator(`#project option[value="${await other.client.project()}"]`)
      .waitFor({ state: 'attached' });
    await page.selectOption('#project', await other.client.project());
    await typed.waitFor({ state: 'detached' });
    await page.selectOption('#project', project);
    await typed.waitFor();
  });
});

describe('the editor of a new run', () => {
  it('suggests what the vault has where a value begins a template', async () => {
    const { page, owner, project } = await openVault(bench);
    await owner.client.request('PUT', `/v1/projects/${project}/secrets/shop`, {
      body: { kind: 'login', username: 'ann', password: PASSWORD, origins: [bench.site.url] },
    });
    await page.goto(`${bench.url}/#/new`);
    await page.fill(
      '#flow',
      JSON.stringify({ ...flow(), steps: [{ action: 'fill', selector: '#a', value: '' }] }),
    );
    await page.evaluate(`(() => {
      const field = document.querySelector('#flow');
      const at = field.value.indexOf('"value":"') + '"value":"'.length;
      field.focus();
      field.setSelectionRange(at, at);
    })()`);
    // Its script comes with the first focus.
    await page.waitForSelector('#flow[aria-autocomplete=list]');
    await page.keyboard.type('${sec');
    const options = page.locator('.suggestions [role=option]');
    await options.nth(1).waitFor();
    expect(await options.allInnerTexts()).toEqual([`\${secrets.shop.username}`, `\${secrets.shop.password}`]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(JSON.parse(await page.inputValue('#flow'))).toMatchObject({
      steps: [{ value: `\${secrets.shop.password}` }],
    });
  });
});
