/* A login that does not last: the run fails, or logs in, which a person may help with. */
import { expect, it } from 'vitest';
import { isEvent } from '../../support/http/sse.ts';
import { ROTATING } from '../../support/sites/rotating-site.ts';
import {
  endOf,
  eventsOf,
  giveLogin,
  IS_LOGGED_IN,
  LOG_IN,
  post,
  profileOf,
  put,
  run,
  useProfiles,
} from './bench.ts';

const bench = useProfiles();
const CHECK = { check: { url: '/home', visible: '#who' } };

it('a run fails that finds it so, before its first step, and the profile says it', async () => {
  await giveLogin(bench, 'stale-login');
  await put(bench, 'stale', { ...CHECK, login: { flow: 'stale-login' } });
  const none = await run(bench, bench.rotating.url, IS_LOGGED_IN, { name: 'stale' });
  expect(none).toMatchObject({ status: 'fail', stopReason: 'profile_stale', steps: [] });
  expect(eventsOf(none.events, /profile/)).toMatchObject([
    { type: 'profile_stale', payload: { name: 'stale', why: 'empty' } },
  ]);
  await endOf(bench, (await post(bench, '/profiles/stale/login')).body.id);
  bench.rotating.logOut();
  const found = await run(bench, bench.rotating.url, IS_LOGGED_IN, { name: 'stale' });
  expect(found).toMatchObject({ status: 'fail', stopReason: 'profile_stale', steps: [] });
  expect(eventsOf(found.events, /profile|last_look/)).toMatchObject([
    { type: 'profile_stale', payload: { name: 'stale', version: 1, why: 'not_visible' } },
    { type: 'last_look', payload: { url: expect.stringContaining('/home') } },
  ]);
  expect(await profileOf(bench, 'stale')).toMatchObject({ status: 'stale', staleWhy: 'not_visible' });
  await put(bench, 'stale', { ...CHECK, login: { flow: 'stale-login' }, maxAgeMs: 1 });
  expect(await profileOf(bench, 'stale')).toMatchObject({ status: 'stale', staleWhy: 'too_old' });
});

it('a run logs in before its own steps, saves that, and the next one leaves those steps out', async () => {
  await giveLogin(bench, 'again-login');
  await put(bench, 'again', { ...CHECK, login: { flow: 'again-login' } });
  const use = { name: 'again', save: 'on_pass', ifStale: 'login' };
  const first = await run(bench, bench.rotating.url, IS_LOGGED_IN, use);
  const all = LOG_IN.length + 2 + IS_LOGGED_IN.length;
  expect(first).toMatchObject({ status: 'pass', stepCount: all });
  expect(eventsOf(first.events, /profile/)).toMatchObject([
    { type: 'profile_stale', payload: { why: 'empty' } },
    { type: 'profile_saved', payload: { version: 1 } },
  ]);
  const { logins } = bench.rotating;
  const second = await run(bench, bench.rotating.url, IS_LOGGED_IN, use);
  expect(second).toMatchObject({ status: 'pass', stepCount: all });
  expect(bench.rotating.logins).toBe(logins);
  const skipped = eventsOf(second.events, /step_success/).map(
    (event) => Reflect.get(Object(event), 'payload').skipped,
  );
  expect(skipped).toEqual([...LOG_IN.map(() => true), true, true, undefined, undefined]);
  expect(eventsOf(second.events, /profile/)).toMatchObject([
    { type: 'profile_applied', payload: { version: 1 } },
    { type: 'profile_saved', payload: { version: 2 } },
  ]);
  const rerun = await bench.client.request<{ id: string }>('POST', `/v1/runs/${second.id}/rerun`, {
    body: {},
  });
  expect(await endOf(bench, rerun.body.id)).toMatchObject({ status: 'pass', stepCount: all });
  const { body } = await bench.client.request<{ flow: { steps: object[] }; login: object[] }>(
    'GET',
    `/v1/runs/${second.id}/flow`,
  );
  expect([body.flow.steps.length, body.login.length]).toEqual([IS_LOGGED_IN.length, LOG_IN.length + 2]);
});

it('a person gives the code that it asks for, while the run is parked, and the login is saved', async () => {
  const ask = { action: 'ask', text: 'Which code?', fields: [{ name: 'code', type: 'code' }] };
  // Before its form is filled in, which would be empty again after that.
  const steps = [
    ask,
    ...LOG_IN.map((step) => (step.selector === '#code' ? { ...step, value: '${answers.code}' } : step)),
  ];
  await giveLogin(bench, 'asking-login', steps);
  await put(bench, 'asking', { ...CHECK, login: { flow: 'asking-login' } });
  const id = await bench.client.start({
    baseUrl: bench.rotating.url,
    steps: IS_LOGGED_IN,
    parkAfterMs: 0,
    profile: { name: 'asking', save: 'on_pass', ifStale: 'login' },
  });
  const watch = await bench.client.watch(id);
  await watch.until(isEvent('run_parked'));
  const answer = await bench.client.request('POST', `/v1/runs/${id}/answer`, {
    body: { values: { code: ROTATING.code } },
  });
  expect(answer.status).toBe(200);
  await watch.ended();
  expect(await bench.client.read(id)).toMatchObject({ status: 'pass' });
  expect(await profileOf(bench, 'asking')).toMatchObject({ status: 'fresh', current: 1 });
});

it('a start is refused that cannot be logged in so', async () => {
  await giveLogin(bench, 'refused-login');
  await put(bench, 'refused', CHECK);
  const start = async (profile: object, more: object = {}) => {
    const project = await bench.client.project();
    const body = { project, baseUrl: bench.rotating.url, steps: IS_LOGGED_IN, profile, ...more };
    const answer = await bench.client.request<{ details?: { issues: { path: string; message: string }[] } }>(
      'POST',
      '/v1/run',
      { body },
    );
    return { status: answer.status, issues: answer.body.details?.issues.map(({ path }) => path) };
  };
  const refused = (path: string) => ({ status: 400, issues: [path] });
  expect(await start({ name: 'nobody' })).toEqual(refused('profile.name'));
  expect(await start({ name: 'refused', ifStale: 'login' })).toEqual(refused('profile.name'));
  expect(await start({ name: 'refused', save: 'on_pass', lock: 'shared' })).toEqual(refused('profile.lock'));
  expect(await start({ name: 'refused', lock: 'exclusive' }, { concurrencyKey: 'mine' })).toEqual(
    refused('concurrencyKey'),
  );
  await put(bench, 'elsewhere', { check: { url: `${bench.account.url}/home`, visible: '#who' } });
  expect(await start({ name: 'elsewhere' })).toEqual(refused('profile.name'));
});
