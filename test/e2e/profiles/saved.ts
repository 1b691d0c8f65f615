/* A login that a run has saved: a run that begins with it is logged in, and nothing but a pass changes it. */
import { expect, it } from 'vitest';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import { isEvent } from '../../support/http/sse.ts';
import { IS_SIGNED_IN, SIGN_IN } from '../../support/sites/account-steps.ts';
import { LEASE_MS, startLabelled } from '../../support/stack/use-stack.ts';
import {
  endOf,
  eventsOf,
  giveLogin,
  holdProfile,
  IS_LOGGED_IN,
  post,
  profileOf,
  put,
  remove,
  run,
  useProfiles,
} from './bench.ts';

const bench = useProfiles();
const SAVES = { apply: false, save: 'on_pass' };

it('is there for the next run, with all of its storage, after a restart of everything, on another runner', async () => {
  await put(bench, 'account', { check: { url: '/home', visible: '#who >> text=Signed in' } });
  expect(await profileOf(bench, 'account')).toMatchObject({ status: 'empty', versions: [] });
  const saving = await run(bench, bench.account.url, SIGN_IN, { name: 'account', ...SAVES });
  expect(saving).toMatchObject({ status: 'pass', concurrencyKey: 'profile:account' });
  expect(saving.events.at(-2)).toMatchObject({
    type: 'profile_saved',
    payload: { name: 'account', version: 1 },
  });
  expect(await profileOf(bench, 'account')).toMatchObject({
    status: 'fresh',
    current: 1,
    versions: [
      { version: 1, runId: saving.id, cookies: 1, origins: expect.arrayContaining([bench.account.url]) },
    ],
  });
  for (const { kind, stop } of bench.stack.processes) if (kind !== 'gateway') await stop();
  await Promise.all([bench.stack.start('runner'), bench.stack.start('supervisor')]);
  const before = bench.account.signIns;
  const next = await run(bench, bench.account.url, IS_SIGNED_IN, { name: 'account' });
  expect(next).toMatchObject({ status: 'pass' });
  expect(next).not.toHaveProperty('concurrencyKey');
  expect(eventsOf(next.events, /profile/)).toMatchObject([
    { type: 'profile_applied', payload: { name: 'account', version: 1, ageMs: expect.any(Number) } },
  ]);
  expect(bench.account.signIns).toBe(before);
  const stored = await rows(bench.stack.databaseUrl, 'select sealed from profile_versions', []);
  for (const secret of Object.values(bench.account.secrets))
    expect(JSON.stringify([stored, saving, next])).not.toContain(secret);
});

it('of a site that rotates its token at each use lasts for ten runs that come at once, one after the other', async () => {
  await giveLogin(bench, 'rotating-login');
  await put(bench, 'rotating', {
    check: { url: '/home', visible: '#who' },
    login: { flow: 'rotating-login' },
  });
  const started = await post(bench, '/profiles/rotating/login');
  expect(await endOf(bench, started.body.id)).toMatchObject({
    status: 'pass',
    flow: { name: 'rotating-login', version: 1 },
  });
  const { logins } = bench.rotating;
  const ids = await Promise.all(
    Array.from({ length: 10 }, () =>
      bench.client.start({
        baseUrl: bench.rotating.url,
        steps: IS_LOGGED_IN,
        profile: { name: 'rotating', save: 'on_pass' },
      }),
    ),
  );
  const ends = await Promise.all(ids.map((id) => endOf(bench, id, ids.length)));
  expect(ends.map(({ status }) => status)).toEqual(ids.map(() => 'pass'));
  expect(bench.rotating).toMatchObject({ logins, reused: 0 });
  const { current, versions } = await profileOf(bench, 'rotating');
  expect(current).toBe(11);
  expect(versions.map(({ version }) => version)).toEqual([11, 10, 9, 8, 7]);
});

it.each(['cancel', 'kill -9'] as const)('is the version before after a %s in the save', async (how) => {
  const name = how === 'cancel' ? 'cancelled' : 'killed';
  const label = `save-${name}`;
  // It waits for a row for a tenth of its lease.
  const runner = await startLabelled(bench.stack, label, LEASE_MS);
  await put(bench, name);
  const body = {
    baseUrl: bench.account.url,
    steps: SIGN_IN,
    profile: { name, ...SAVES },
    runnerLabels: [label],
  };
  expect((await endOf(bench, await bench.client.start(body))).status).toBe('pass');
  const before = await profileOf(bench, name);
  await using held = await holdProfile(bench.stack.databaseUrl, name);
  const id = await bench.client.start(body);
  const watch = await bench.client.watch(id);
  await held.untilWaitedFor();
  if (how === 'cancel') await bench.client.cancel(id, { body: {} });
  else {
    runner.signal('SIGKILL');
    await runner.exited;
  }
  await held.letGo();
  await watch.ended();
  const ended = await bench.client.read(id);
  expect(ended).toMatchObject({ outcome: how === 'cancel' ? 'cancelled' : 'lost' });
  expect(await profileOf(bench, name)).toEqual(before);
  const other = how === 'cancel' ? runner : await startLabelled(bench.stack, label, LEASE_MS);
  const applied = { ...body, steps: IS_SIGNED_IN, profile: { name } };
  expect((await endOf(bench, await bench.client.start(applied))).status).toBe('pass');
  await other.stop();
});

it('a run that passes and has nothing to save it in says so', async () => {
  await put(bench, 'unsaved');
  const ask = { action: 'ask', text: 'Go on?', fields: [{ name: 'yes', type: 'yesno' }] };
  const profile = { name: 'unsaved', ...SAVES };
  const id = await bench.client.start({ baseUrl: bench.account.url, steps: [...SIGN_IN, ask], profile });
  await (await bench.client.watch(id)).until(isEvent('waiting_for_person'));
  await remove(bench, 'unsaved');
  await bench.client.request('POST', `/v1/runs/${id}/answer`, { body: { values: { yes: true } } });
  const ended = await endOf(bench, id);
  expect(ended.status).toBe('pass');
  expect(eventsOf(ended.events, /profile|notice/)).toMatchObject([
    {
      type: 'notice',
      payload: { code: 'login_not_saved', text: expect.stringContaining('no such profile') },
    },
  ]);
});

it('opens in no row but its own', async () => {
  for (const name of ['original', 'copy']) await put(bench, name);
  const saving = await run(bench, bench.account.url, SIGN_IN, { name: 'original', ...SAVES });
  expect(saving.status).toBe('pass');
  await rows(
    bench.stack.databaseUrl,
    `insert into profile_versions (profile_id, version, sealed, kid, origins, cookies, run_id, saved_at)
     select copy.id, kept.version, kept.sealed, kept.kid, kept.origins, kept.cookies, kept.run_id, kept.saved_at
     from profile_versions as kept join profiles as of on of.id = kept.profile_id and of.name = 'original', profiles as copy
     where copy.name = 'copy'`,
    [],
  );
  await rows(bench.stack.databaseUrl, `update profiles set version = 1, current = 1 where name = 'copy'`, []);
  const ended = await run(bench, bench.account.url, IS_SIGNED_IN, { name: 'copy' });
  expect(ended).toMatchObject({
    status: 'fail',
    stopReason: 'secrets_unopened',
    error: expect.stringContaining('belongs to another project'),
  });
});

it('is that of an older version again, if its owner says so', async () => {
  await put(bench, 'older');
  for (const version of [1, 2]) {
    expect((await run(bench, bench.account.url, SIGN_IN, { name: 'older', ...SAVES })).status).toBe('pass');
    await eventually(async () => expect((await profileOf(bench, 'older')).current).toBe(version));
  }
  const restored = await post(bench, '/profiles/older/restore', { version: 1 });
  expect(restored).toMatchObject({
    status: 200,
    body: { current: 1, versions: [{ version: 2 }, { version: 1 }] },
  });
  expect(await post(bench, '/profiles/older/restore', { version: 3 })).toMatchObject({ status: 400 });
});
