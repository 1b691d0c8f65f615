/* A passkey of a virtual authenticator is part of a login. */
import { expect, it } from 'vitest';
import { startPasskeySite } from '../../support/sites/passkey-site.ts';
import { put, run, useProfiles } from './bench.ts';

const bench = useProfiles();
const says = (equals: string) => ({ action: 'expect', is: 'text', selector: '#said', equals });

it('is used by a run on another browser, and by none without the profile', async () => {
  await using site = await startPasskeySite();
  await put(bench, 'passkey', { passkeys: true });
  const open = { action: 'goto', url: '/' };
  const make = [open, { action: 'click', selector: '#make' }, says('made public-key')];
  const saving = await run(bench, site.url, make, { name: 'passkey', apply: false, save: 'on_pass' });
  expect(saving.status).toBe('pass');
  const use = [open, { action: 'click', selector: '#use' }, says('used by ann')];
  const used = await run(bench, site.url, use, { name: 'passkey' });
  expect(used.steps.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
  await put(bench, 'no-passkey', { passkeys: true });
  const without = [open, { action: 'click', selector: '#use' }, says('refused: NotAllowedError')];
  const refused = await run(bench, site.url, without, { name: 'no-passkey', apply: false });
  expect(refused.steps.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
});
