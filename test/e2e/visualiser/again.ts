import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { finished, passingFlow, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';
import { holdNext } from '../../support/visualiser/hold.ts';

const bench = useVisualiser();
const SECRET = 'hunter2-and-more';

it("I10: running another user's flow again asks for its secrets, and takes one's own", async () => {
  const admin = await adminByToken(bench.client);
  const { client: ann } = await addMember(admin);
  const account = { email: 'operator@test.local', password: randomUUID() };
  const made = await admin.request<{ user: { id: string } }>('POST', '/v1/auth/register', {
    body: account,
  });
  await rows(
    bench.stack.databaseUrl,
    `insert into project_members (project_id, user_id, role) values ($1, $2, 'operator')`,
    [await ann.project(), made.body.user.id],
  );
  const first = await ann.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: SECRET },
      { action: 'click', selector: '#send' },
    ],
  });
  await finished(bench, first, 'pass');
  const page = await bench.desk.open();
  await page.goto(`${bench.url}/#/runs/${first}`);
  await signIn(page, account);
  await page.click('text=Run again');
  const field = page.locator('dialog input[name="steps.1.value"]');
  await field.waitFor();
  expect(await text(page, 'dialog')).toContain('Step 2');
  expect(await field.getAttribute('type')).toBe('password');
  await field.fill('my-own-value');
  await page.click('dialog button[type=submit]');
  await page.waitForURL((url) => !url.hash.includes(first));
  const id = new URL(page.url()).hash.replace('#/runs/', '');
  await finished(bench, id, 'pass');
  expect(bench.site.requests.some((path) => path.includes('my-own-value'))).toBe(true);
  expect(await bench.client.read(id)).toMatchObject({ rerunOf: first });
});

it("one's own flow is read, edited and run again; what is wrong is said beside its line, and nothing typed is lost", async () => {
  const flow = {
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: '/form' },
      { action: 'fill', selector: '[name=name]', value: SECRET },
      { action: 'click', selector: '#not-there', timeoutMs: 300 },
    ],
  };
  const first = await finished(bench, await bench.client.start(flow), 'fail');
  const page = await bench.desk.openSignedIn(`#/runs/${first}`);
  await page.click('.run-actions button:text-is("Flow")');
  await page.waitForSelector('dialog #flow');
  const shown = await page.inputValue('#flow');
  expect(shown).toContain('"value": "[REDACTED]"');
  expect(shown).not.toContain(SECRET);
  expect(await text(page, '.flow-steps .has-failed')).toMatch(/3\s*click\s*failed\s*#not-there/);
  expect(await seriousFindings(page)).toEqual([]);

  await page.fill('#flow', shown.replace('"click"', '"dance"'));
  await page.waitForSelector('dialog .has-issue:has-text("must be one of goto")');
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.click('.run-actions button:has-text("Flow, edited")');
  await page.waitForSelector('dialog .has-issue:has-text("must be one of goto")');

  // What only the gateway can know is said beside its line, too: whose secret is to be filled into another field.
  await page.fill('#flow', shown.replace('[name=name]', '#other'));
  await page.click('dialog button[type=submit]');
  await page.waitForSelector('dialog .has-issue:has-text("placeholder of a secret")');

  await page.fill(
    '#flow',
    shown.replace('#not-there', '#send').replace('"timeoutMs": 300', '"timeoutMs": 10000'),
  );
  await page.click('dialog button:has-text("Run the edited flow")');
  await page.waitForURL((url) => !url.hash.includes(first));
  const id = new URL(page.url()).hash.replace('#/runs/', '');
  await finished(bench, id, 'pass');
  expect(bench.site.requests.some((path) => path.includes(SECRET))).toBe(true);
  await page.goto(`${bench.url}/#/runs/${first}`);
  await page.waitForSelector('.run-actions button:text-is("Flow")');
});

it('what is typed while a rerun is being sent stays, and a user who goes elsewhere meanwhile stays there', async () => {
  const first = await finished(bench, await bench.client.start(passingFlow(bench, 1)), 'pass');
  // Opened by its short id, the form that people write.
  const page = await bench.desk.openSignedIn(`#/runs/${first.slice(-8)}`);
  await page.click('.run-actions button:text-is("Flow")');
  const flow = await page.inputValue('#flow');
  const edited = flow.replace('"goto"', '"goto", "timeoutMs": 9000');
  await page.fill('#flow', edited);
  const sent = await holdNext(page, '**/rerun');
  await page.click('dialog button:has-text("Run the edited flow")');
  await sent.answered;
  const later = edited.replace('9000', '8000');
  await page.fill('#flow', later);
  await sent.release();
  await page.waitForURL((url) => !url.hash.includes(first.slice(-8)));
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.goBack();
  await page.click('.run-actions button:has-text("Flow, edited")');
  expect(await page.inputValue('#flow')).toBe(later);

  const again = await holdNext(page, '**/rerun');
  await page.click('dialog button:has-text("Run the edited flow")');
  await again.answered;
  await page.evaluate(`location.hash = '#/system'`);
  await page.waitForSelector('.runner');
  await again.release();
  expect(await page.evaluate('location.hash')).toBe('#/system');
  // What it has started is over before the next suite looks at what runs do.
  const { body } = await bench.client.request<{ id: string }[]>('GET', '/v1/runs?status=running');
  await Promise.all(body.map(({ id }) => bench.client.ended(id)));
});
