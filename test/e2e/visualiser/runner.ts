import { expect, it } from 'vitest';
import { addMember, adminByToken } from '../../support/database/members.ts';
import { PATIENCE_MS } from '../../support/eventually.ts';
import { makeBreakableChromium } from '../../support/servers/breakable-chromium.ts';
import { seriousFindings } from '../../support/visualiser/axe.ts';
import { text, useVisualiser } from '../../support/visualiser/bench.ts';
import { signIn } from '../../support/visualiser/desk.ts';

const bench = useVisualiser();
const BROKEN = '.runner:has(.why-idle)';
const TROUBLE = `${BROKEN} .why-idle code`;

it('I13: a runner that takes no runs says so, why to admins alone, and when it takes some again', async () => {
  await using chromium = await makeBreakableChromium();
  await chromium.break();
  // Not the admin's: the same view, without what the machine says of itself.
  const { account } = await addMember(await adminByToken(bench.client));
  const member = await bench.desk.open({ locale: 'es-ES', viewport: { width: 360, height: 740 } });
  const page = await bench.desk.openSignedIn('#/system');
  await member.goto(`${bench.url}/#/system`);
  await signIn(member, account);
  await member.waitForSelector('.runner');
  // Last, since it tries less and less often to start its browser.
  const broken = await bench.stack.start('runner', { CHROMIUM_PATH: chromium.path });
  await page.waitForSelector(`${TROUBLE}:has-text("Chromium")`);
  expect(await text(page, BROKEN)).toContain('takes no runs');
  expect(await text(page, `${BROKEN} .note`)).toContain('It tries again by itself');
  expect(await page.locator('.runner').count()).toBe(2);
  expect(await page.locator(BROKEN).count()).toBe(1);
  expect(await seriousFindings(page)).toEqual([]);
  await member.waitForSelector(`${BROKEN} .note`);
  expect(await text(member, BROKEN)).toContain('no toma ejecuciones');
  expect(await text(member, `${BROKEN} .note`)).toContain('Lo reintenta por sí mismo');
  expect(await member.locator(TROUBLE).count()).toBe(0);
  const wider = await member.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  expect(wider).toBeLessThanOrEqual(0);

  await chromium.mend();
  await page.waitForSelector('.why-idle', { state: 'detached', timeout: 2 * PATIENCE_MS });
  await member.waitForSelector('.why-idle', { state: 'detached' });
  expect(await page.locator('.runner[data-condition=alive]').count()).toBe(2);
  await broken.stop();
});
