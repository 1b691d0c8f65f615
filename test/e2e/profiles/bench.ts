/* A stack, sites to log in at, and what their profiles have. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Profile } from '#shared/api/contract/profiles/profiles.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually, PATIENCE_MS } from '../../support/eventually.ts';
import type { FlowStep } from '../../support/http/client.ts';
import { type AccountSite, startAccountSite } from '../../support/sites/account-site.ts';
import { ROTATING, type RotatingSite, startRotatingSite } from '../../support/sites/rotating-site.ts';
import { type StackBench, useStack } from '../../support/stack/use-stack.ts';

export interface ProfileBench extends StackBench {
  account: AccountSite;
  rotating: RotatingSite;
}

export function useProfiles(): ProfileBench {
  const stack = useStack();
  const own = {} as ProfileBench;
  beforeAll(async () => {
    [own.account, own.rotating] = await Promise.all([startAccountSite(), startRotatingSite()]);
  });
  afterAll(async () => {
    await own.account?.[Symbol.asyncDispose]();
    await own.rotating?.[Symbol.asyncDispose]();
  });
  return new Proxy(own, { get: (target, name) => Reflect.get(name in target ? target : stack, name) });
}

/** Logs in at the rotating site. */
export const LOG_IN: FlowStep[] = [
  { action: 'goto', url: '/' },
  { action: 'fill', selector: '#user', value: ROTATING.user, secret: false },
  { action: 'fill', selector: '#password', value: '${secrets.rotating}' },
  { action: 'fill', selector: '#code', value: ROTATING.code, secret: false },
  { action: 'click', selector: '#in' },
  { action: 'waitForSelector', selector: '#who' },
];
export const IS_LOGGED_IN: FlowStep[] = [
  { action: 'goto', url: '/home' },
  { action: 'waitForSelector', selector: '#who', timeoutMs: 5_000 },
];

const path = async ({ client }: ProfileBench, rest: string) =>
  `/v1/projects/${await client.project()}${rest}`;

export async function put(bench: ProfileBench, name: string, body: object = {}): Promise<void> {
  const answer = await bench.client.request('PUT', await path(bench, `/profiles/${name}`), { body });
  expect(answer, answer.text).toMatchObject({ status: 200 });
}

export async function profileOf(bench: ProfileBench, name: string): Promise<Profile> {
  const all = await bench.client.request<Profile[]>('GET', await path(bench, '/profiles'));
  return all.body.find((one) => one.name === name)!;
}

export async function remove(bench: ProfileBench, name: string): Promise<void> {
  const answer = await bench.client.request('DELETE', await path(bench, `/profiles/${name}`));
  expect(answer, answer.text).toMatchObject({ status: 200 });
}

/** Holds the row of a profile, so that a save waits for it until it is let go. */
export async function holdProfile(databaseUrl: string, name: string) {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query('select from profiles where name = $1 for update', [name]);
  const letGo = async () => {
    await client.query('rollback');
  };
  return {
    letGo,
    untilWaitedFor: () =>
      eventually(
        async () =>
          expect(
            await rows(
              databaseUrl,
              `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
               and query like '%update profiles set version%'`,
            ),
          ).toHaveLength(1),
        { everyMs: 25 }, // it does not wait for long
      ),
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}

/** The secret that {@link LOG_IN} types, and a flow of that. */
export async function giveLogin(bench: ProfileBench, flow: string, steps: readonly object[] = LOG_IN) {
  const origins = [bench.rotating.url];
  const secret = { kind: 'text', value: ROTATING.password, origins };
  const kept = { flow: { baseUrl: bench.rotating.url, steps } };
  for (const [end, body] of [
    ['/secrets/rotating', secret],
    [`/flows/${flow}`, kept],
  ] as const) {
    const answer = await bench.client.request('PUT', await path(bench, end), { body });
    expect([200, 201], answer.text).toContain(answer.status);
  }
}

export const post = async (bench: ProfileBench, rest: string, body: object = {}) =>
  bench.client.request<{ id: string }>('POST', await path(bench, rest), { body });

/** `turns`: so many runs come one after the other until then. */
export async function endOf(bench: ProfileBench, id: string, turns = 1) {
  await (await bench.client.watch(id)).ended(turns * PATIENCE_MS);
  return bench.client.read(id);
}

/** Starts a run with a profile at the site, and reads its end. */
export async function run(bench: ProfileBench, baseUrl: string, steps: FlowStep[], profile: object) {
  return endOf(bench, await bench.client.start({ baseUrl, steps, profile }));
}

export const eventsOf = (events: readonly object[], pattern: RegExp) =>
  events.filter((event) => pattern.test(String(Reflect.get(event, 'type'))));
