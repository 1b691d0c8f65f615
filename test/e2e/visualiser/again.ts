import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { rows } from '../../support/database/rows.ts';
import { finished, text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();
const SECRET = 'hunter2-and-more';

it("I10: running somebody else's flow again asks for its secrets, and takes one's own", async () => {
  const admin = await adminByToken(bench.client);
  const { client: ann } = await addMember(admin);
  const account = { email: 'operator@test.local', password: randomUUID() };
  const made = await admin.request<{ user: { id: string } }>('POST', '/v1/auth/register', { body: account });
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
  await page.context().close();
});
