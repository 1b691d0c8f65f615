/* What else there is to do with a run that has a profile: edit its steps, fork it, read it. */
import { expect, it } from 'vitest';
import { ROTATING } from '../../support/sites/rotating-site.ts';
import { LEASE_MS, startLabelled } from '../../support/stack/use-stack.ts';
import { endOf, giveLogin, IS_LOGGED_IN, LOG_IN, post, put, run, useProfiles } from './bench.ts';

const bench = useProfiles();
const CHECK = { check: { url: '/home', visible: '#who' } };

/** A profile that is logged in, and logs in with a flow of the same name. */
async function loggedIn(name: string): Promise<void> {
  await giveLogin(bench, name);
  await put(bench, name, { ...CHECK, login: { flow: name } });
  const { body } = await post(bench, `/profiles/${name}/login`);
  expect((await endOf(bench, body.id)).status).toBe('pass');
}
const resume = (id: string, body: object) => bench.client.request('POST', `/v1/runs/${id}/resume`, { body });

it('steps that a person gives it instead of those that log in are done, and a rerun logs in again', async () => {
  await loggedIn('edited');
  const id = await bench.client.start({
    baseUrl: bench.rotating.url,
    steps: IS_LOGGED_IN,
    runnerLabels: ['edited'],
    profile: { name: 'edited', save: 'on_pass', ifStale: 'login' },
  });
  await bench.client.request('POST', `/v1/runs/${id}/pause`, { body: {} });
  const runner = await startLabelled(bench.stack, 'edited', LEASE_MS);
  const watch = await bench.client.watch(id);
  await watch.until(({ data }) => data.type === 'waiting_for_person');
  const steps = [...IS_LOGGED_IN, { action: 'set', name: 'seen', value: 7 }];
  expect((await resume(id, { from: 0, steps })).status).toBe(202);
  await watch.ended();
  const ended = await bench.client.read(id);
  expect(ended).toMatchObject({ status: 'pass', results: { seen: 7 }, stepCount: steps.length });
  const rerun = await bench.client.request<{ id: string }>('POST', `/v1/runs/${id}/rerun`, { body: {} });
  const again = await endOf(bench, rerun.body.id);
  expect(again).toMatchObject({ status: 'pass', stepCount: LOG_IN.length + 2 + steps.length });
  await runner.stop();
});

it('a fork stays where the runs are that have the profile, and takes the right to use it', async () => {
  await loggedIn('forked');
  const profile = { name: 'forked', lock: 'exclusive' };
  const original = await endOf(
    bench,
    await bench.client.start({
      baseUrl: bench.rotating.url,
      steps: IS_LOGGED_IN,
      checkpoints: true,
      profile,
    }),
  );
  expect(original.forkFrom).toContain(1);
  const fork = { fromStep: 1, steps: [{ action: 'set', name: 'seen', value: 1 }] };
  const forks = `/v1/runs/${original.id}/fork`;
  const forked = await bench.client.request<{ id: string }>('POST', forks, { body: fork });
  expect(await endOf(bench, forked.body.id)).toMatchObject({
    status: 'pass',
    concurrencyKey: 'profile:forked',
  });
  const scopes = ['runs:read', 'runs:write'];
  const key = await bench.client.request<{ key: string }>('POST', '/v1/api-keys', {
    body: { label: 'few', scopes },
  });
  const few = bench.client.as({ apiKey: key.body.key });
  expect((await few.request('POST', forks, { body: fork })).status).toBe(403);
  const project = await bench.client.project();
  const kept = { flow: { baseUrl: bench.rotating.url, steps: IS_LOGGED_IN, profile } };
  expect((await few.request('PUT', `/v1/projects/${project}/flows/logged-in`, { body: kept })).status).toBe(
    403,
  );
});

it('I10: what was typed as it was saved is hidden in later runs, too', async () => {
  await loggedIn('hidden');
  const shows = { action: 'expect', is: 'text', selector: '#remembered', equals: 'else', timeoutMs: 1_000 };
  const ended = await run(bench, bench.rotating.url, [...IS_LOGGED_IN, shows], { name: 'hidden' });
  expect(ended.status).toBe('fail');
  expect(ended.steps.at(-1)?.error).toContain('[REDACTED]');
  expect(JSON.stringify(ended)).not.toContain(ROTATING.password);
});

it('the same key starts one login, and is refused for that of another project', async () => {
  await loggedIn('repeated');
  const headers = { 'idempotency-key': 'log-in-once' };
  const path = `/v1/projects/${await bench.client.project()}/profiles/repeated/login`;
  const first = await bench.client.request<{ id: string }>('POST', path, { body: {}, headers });
  await endOf(bench, first.body.id);
  const second = await bench.client.request<{ id: string }>('POST', path, { body: {}, headers });
  expect(second.body.id).toBe(first.body.id);
  const made = await bench.client.addProject('another');
  const elsewhere = path.replace(await bench.client.project(), made);
  expect((await bench.client.request('POST', elsewhere, { body: {}, headers })).status).toBe(422);
});
