import type { Page } from 'playwright';
import { describe, expect, it } from 'vitest';
import { addViewer, adminByToken } from '../../support/database/members.ts';
import { eventually } from '../../support/eventually.ts';
import { findings } from '../../support/visualiser/axe.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { lookAgain, signIn } from '../../support/visualiser/desk.ts';
import { holdNext } from '../../support/visualiser/hold.ts';

const bench = useVisualiser();
const SECRET = 'hunter2-and-more';

/** A flow that types a secret input, and reads what was sent. */
const orderFlow = (changes: object = {}) => ({
  baseUrl: bench.site.url,
  inputsSchema: {
    type: 'object',
    properties: {
      who: { type: 'string', title: 'Who orders' },
      delivery: { type: 'string', enum: ['owl', 'bat'], default: 'owl' },
      pin: { type: 'string', writeOnly: true, minLength: 6 },
    },
    required: ['who', 'pin'],
  },
  steps: [
    { action: 'goto', url: '/form?${inputs.who}' },
    { action: 'fill', selector: '[name=name]', value: '${inputs.pin}' },
    { action: 'click', selector: '#send' },
  ],
  ...changes,
});

async function put(name: string, flow: object): Promise<void> {
  const project = await bench.client.project();
  const { status } = await bench.client.request('PUT', `/v1/projects/${project}/flows/${name}`, {
    body: { flow },
  });
  expect([200, 201]).toContain(status);
}

async function giveDescription(name: string, description: string): Promise<void> {
  const project = await bench.client.project();
  const body = { flow: orderFlow(), description };
  expect((await bench.client.request('PUT', `/v1/projects/${project}/flows/${name}`, { body })).status).toBe(
    200,
  );
}

async function openFlow(name: string, options = {}): Promise<Page> {
  const page = await bench.desk.openSignedIn(`#/flows/${await bench.client.project()}/${name}`, options);
  await page.waitForSelector('.flow-edit .fine');
  return page;
}

/** Whether the page still asks its user to stay as what the other user did is taken, before the next frame. */
const ASKS_TO_STAY = `new Promise((resolve) => new MutationObserver(() => {
  if (document.querySelector('.meanwhile')) return;
  const leaving = new Event('beforeunload', { cancelable: true });
  dispatchEvent(leaving);
  resolve(leaving.defaultPrevented);
}).observe(document.body, { childList: true, subtree: true }))`;
const save = (page: Page) => page.click('.flow-save button[type=submit]');

describe('a named flow', () => {
  it('is written with suggestions, saved, run with its inputs, changed, compared, restored and deleted', async () => {
    const page = await bench.desk.openSignedIn('#/flows');
    await page.click('button:has-text("New flow")');
    await page.fill('[name=flow-name]', 'order-a-mug');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#flow');
    await page.fill('#flow', JSON.stringify(orderFlow(), null, 2).replace('"goto"', '"dance"'));
    await page.waitForSelector('.has-issue:has-text("must be one of goto")');

    await page.fill('#flow', JSON.stringify(orderFlow()).replace('{"action":"goto",', '{'));
    await page.evaluate(`(() => {
      const field = document.getElementById('flow');
      const at = field.value.indexOf('"url"');
      field.setSelectionRange(at, at);
      field.focus();
    })()`);
    await page.waitForSelector('#flow[aria-autocomplete=list]');
    await page.keyboard.type('act');
    await page.waitForSelector('.suggestions [aria-selected=true]:has-text("action")');
    await page.keyboard.press('Enter');
    await page.keyboard.type('go');
    await page.waitForSelector('.suggestions [aria-selected=true]:has-text("goto")');
    expect(await findings(page)).toEqual([]);
    const chosen = await page.getAttribute('#flow', 'aria-activedescendant');
    expect(await text(page, `#${chosen}`)).toBe('goto');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.flow-edit .fine');
    expect(JSON.parse(await page.inputValue('#flow'))).toEqual(orderFlow());
    await save(page);
    await page.waitForSelector('.flow-foot:has-text("Saved as version 1.")');

    await page.click('button:has-text("Run…")');
    expect(await page.getAttribute('[name="inputs.pin"]', 'type')).toBe('password');
    await page.fill('[name="inputs.pin"]', 'short');
    await page.click('button:has-text("Start the run")');
    await page.waitForSelector('#input-who-about .is-error:has-text("required")');
    await page.waitForSelector('#input-pin-about .is-error:has-text("6 characters")');
    await page.fill('[name="inputs.who"]', 'Ada');
    await page.fill('[name="inputs.pin"]', SECRET);
    await page.click('button:has-text("Start the run")');
    await page.click('.run-facts a:has-text("order-a-mug, version 1")');
    await page.waitForSelector('.last-runs .badge-pass');
    expect(bench.site.requests.some((path) => path.includes(SECRET))).toBe(true);

    const stored = await page.inputValue('#flow');
    await page.fill('#flow', stored.replace('"#send"', '"#elsewhere"'));
    await page.waitForSelector('.flow-edit .fine');
    await save(page);
    await page.waitForSelector('.versions tbody tr:nth-child(2)');
    expect(await text(page, '.changes li')).toMatch(
      /changed\s+Step 3\s+selector\s+Before\s+#send\s+After\s+#elsewhere/,
    );
    await eventually(async () =>
      expect(await text(page, '.version-table tbody tr:nth-child(2)')).toMatch(/1\s+1\s+100%\s+[\d.]+ m?s/),
    );
    await page.click('[aria-label="Open version 1"]');
    expect(await page.inputValue('#version-flow')).toContain('"#send"');
    await page.click('button:has-text("Make it the newest")');
    await page.waitForSelector('.flow-title .tag:text-is("version 3")');
    expect(await page.inputValue('#flow')).toContain('"#send"');
    await page.check('[aria-label="Compare from version 1"]');
    await page.waitForSelector('.versions-difference:has-text("Both have the same content.")');

    await page.click('.last-runs header a');
    await page.waitForSelector('.row-link');
    expect(await text(page, '.tag-filter')).toContain('order-a-mug');
    await page.goBack();
    await page.click('button:has-text("Delete…")');
    await page.click('dialog .danger');
    await page.click('.deleted-flows summary');
    await page.click('.deleted-flows button:has-text("Restore")');
    await page.waitForSelector('.flows > .flow-table a:text-is("order-a-mug")');
  });

  it('that another user saves meanwhile is said, with what changed, and nothing typed is lost', async () => {
    await put('meanwhile', orderFlow());
    const page = await openFlow('meanwhile');
    const mine = (await page.inputValue('#flow')).replace('"#send"', '"#mine"');
    await page.fill('#flow', mine);
    await put('meanwhile', orderFlow({ defaultTimeoutMs: 7_000 }));
    await save(page);
    await page.waitForSelector('.meanwhile .changes li:has-text("defaultTimeoutMs")');
    expect(await text(page, '.meanwhile')).toContain('has saved version 2 while you were editing');
    expect(await page.inputValue('#flow')).toBe(mine);
    expect(await page.isDisabled('.flow-save button[type=submit]')).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.click('button:has-text("Go on with mine")');
    await save(page);
    await page.waitForSelector('.flow-foot:has-text("Saved as version 3.")');

    await page.fill('#flow', mine.replace('#mine', '#other'));
    await put('meanwhile', orderFlow());
    await lookAgain(page);
    await page.waitForSelector('.meanwhile');
    const asksToStay = page.evaluate<boolean>(ASKS_TO_STAY);
    await page.click('button:has-text("Take theirs, drop mine")');
    expect(await asksToStay).toBe(false);
    await eventually(async () => expect(await page.inputValue('#flow')).toContain('"#send"'));
  });

  it('keeps the description that another user gives it, unless both give one: then that is said', async () => {
    await put('described', orderFlow());
    const page = await openFlow('described');
    await page.fill('#flow', (await page.inputValue('#flow')).replace('"#send"', '"#mine"'));
    await giveDescription('described', 'theirs');
    await eventually(async () => expect(await page.inputValue('[name=description]')).toBe('theirs'));
    await save(page);
    await page.waitForSelector('.flow-foot:has-text("Saved as version 2.")');
    expect(await page.inputValue('[name=description]')).toBe('theirs');

    await put('described', orderFlow());
    await lookAgain(page);
    await page.waitForSelector('.flow-title .tag:text-is("version 3")');
    await page.fill('[name=description]', 'mine');
    await giveDescription('described', 'theirs again');
    await lookAgain(page);
    await page.waitForSelector('.meanwhile:has-text("Its description is now: theirs again")');
    expect(await page.isDisabled('.flow-save button[type=submit]')).toBe(true);
    expect(await findings(page)).toEqual([]);
    await page.click('button:has-text("Go on with mine")');
    await save(page);
    await page.waitForSelector('.flow-description:text-is("mine")');
  });

  it('is deleted although something of it is not saved', async () => {
    await put('unsaved-and-deleted', orderFlow());
    const page = await openFlow('unsaved-and-deleted');
    await page.fill('#flow', (await page.inputValue('#flow')).replace('"#send"', '"#typed"'));
    await page.click('button:has-text("Delete…")');
    await page.click('dialog .danger');
    await page.waitForSelector('.deleted-flows');
    expect(new URL(page.url()).hash).toBe(`#/flows/${await bench.client.project()}`);
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it('says why it does not run where that belongs to no field, and takes another number than its default', async () => {
    const properties = { count: { type: 'integer', default: 2 } };
    await put(
      'refused',
      orderFlow({
        inputsSchema: { properties, required: ['ghost'] },
        steps: [{ action: 'goto', url: '/form?${inputs.count}' }],
      }),
    );
    const page = await openFlow('refused');
    await page.click('button:has-text("Run…")');
    await page.fill('[name="inputs.count"]', '');
    expect(await page.inputValue('[name="inputs.count"]')).toBe('');
    expect(await page.getAttribute('[name="inputs.count"]', 'placeholder')).toBe('2');
    await page.locator('[name="inputs.count"]').pressSequentially('35');
    await page.click('button:has-text("Start the run")');
    await page.waitForSelector('dialog .problem:has-text("inputs.ghost: ")');
    expect(await page.inputValue('[name="inputs.count"]')).toBe('35');
  });

  it('that is not saved is not left unasked', async () => {
    await put('unsaved', orderFlow());
    const page = await openFlow('unsaved');
    const typed = (await page.inputValue('#flow')).replace('"#send"', '"#typed"');
    await page.fill('#flow', typed);
    const here = new URL(page.url()).hash;
    await page.click('.top nav a[href="#/runs"]');
    await page.click('dialog button:has-text("Stay here")');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(new URL(page.url()).hash).toBe(here);
    expect(await page.inputValue('#flow')).toBe(typed);
    await page.goBack();
    await page.waitForSelector('dialog');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    expect(await page.inputValue('#flow')).toBe(typed);
    await page.click('.top nav a[href="#/system"]');
    await page.click('dialog .danger');
    await page.waitForSelector('.runner');
    expect(new URL(page.url()).hash).toBe('#/system');
    await page.goto(`${bench.url}/${here}`);
    await page.waitForSelector('.flow-edit .fine');
    expect(await page.inputValue('#flow')).toContain('"#send"');
  });

  it('is read, and not changed, by a viewer; it fits a narrow window, in Spanish', async () => {
    await put('to-be-read', orderFlow());
    await put('to-be-read', orderFlow({ defaultTimeoutMs: 900 }));
    const narrow = { locale: 'es-ES', viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const;
    const page = await openFlow('to-be-read', narrow);
    await page.waitForSelector('.changes li:has-text("añadido")');
    const isTooWide = () => page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(await isTooWide()).toBe(false);
    expect(await findings(page)).toEqual([]);
    await page.goto(`${bench.url}/#/flows`);
    await page.waitForSelector('.flow-table');
    expect(await isTooWide()).toBe(false);
    expect(await findings(page)).toEqual([]);

    const admin = await adminByToken(bench.client);
    const viewer = { email: 'reader@test.local', password: SECRET };
    const made = await admin.request<{ user: { id: string } }>('POST', '/v1/auth/register', { body: viewer });
    const project = await bench.client.project();
    await addViewer(bench.stack.databaseUrl, project, made.body.user.id);
    const other = await bench.desk.open();
    const projects = await holdNext(other, '**/v1/projects');
    await other.goto(`${bench.url}/#/flows/${project}/to-be-read`);
    await signIn(other, viewer);
    await other.waitForSelector('.flow-edit');
    const ways = other.locator('.flow-ways button, .flow-save button, .flow-edit > .hint');
    expect(await ways.count()).toBe(0);
    await projects.release();
    await other.waitForSelector('.flow-edit:has-text("You may read this flow, but not change it.")');
    expect(await other.isEditable('#flow')).toBe(false);
    expect(await other.locator('button:has-text("Run…"), button:has-text("Delete…")').count()).toBe(0);
  });
});

it('I10: the flow of a run is saved under a name, and its hidden values become inputs', async () => {
  const id = await bench.client.start({
    baseUrl: bench.site.url,
    name: 'Order of a mug',
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: SECRET },
      { action: 'click', selector: '#send' },
    ],
  });
  await finished(bench, id, 'pass');
  await put('taken', orderFlow());
  const page = await bench.desk.openSignedIn(`#/runs/${id}`);
  await page.click('button:has-text("Save as flow…")');
  expect(await page.inputValue('[name=flow-name]')).toBe('order-of-a-mug');
  expect(await page.inputValue('[name="steps.1.value"]')).toBe('name');
  await page.fill('[name="steps.1.value"]', 'code');
  expect(await findings(page, { within: 'dialog' })).toEqual([]);
  await page.fill('[name=flow-name]', 'taken');
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog .note:has-text("this becomes version 2 of it")');
  await page.fill('[name=flow-name]', 'saved-of-a-run');
  await page.click('dialog button[type=submit]');
  await page.click('dialog a:has-text("Open the flow")');
  await page.waitForSelector('.flow-edit .fine');
  expect(JSON.parse(await page.inputValue('#flow'))).toMatchObject({
    inputsSchema: { properties: { code: { type: 'string', writeOnly: true } }, required: ['code'] },
    steps: [{ action: 'goto' }, { action: 'fill', value: '${inputs.code}' }, { action: 'click' }],
  });
  expect(await page.content()).not.toContain(SECRET);
  await page.click('button:has-text("Run…")');
  await page.fill('[name="inputs.code"]', 'another-code');
  await page.click('button:has-text("Start the run")');
  await page.waitForSelector('.badge-large.badge-pass');
  expect(bench.site.requests.some((path) => path.includes('another-code'))).toBe(true);
});
