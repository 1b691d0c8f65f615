/* I12: each time of a schedule starts one run, though leaders and gateways are killed, stopped and woken. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Occurrence } from '#shared/api/contract/schedules/schedules.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { share } from '../../support/share.ts';
import { createStack, type ServiceProcess, type Stack } from '../../support/stack/stack.ts';
import { expectTidied } from '../rows/doomed.ts';

/*
 * Leaders and gateways that are killed, stopped and woken while a schedule has a time each minute. In the bounded part its
 * minutes are past ones, and a few of them a second; `TESTS=extended` takes ten minutes as they come.
 */
let stack: Stack;
let client: Client;
let project: string;
const alive = new Set<ServiceProcess>();

const start = async (service: 'gateway' | 'supervisor') => {
  const started = await stack.start(service);
  alive.add(started);
  return started;
};
const kill = async (process: ServiceProcess) => {
  alive.delete(process);
  process.signal('SIGKILL');
  await process.exited;
};

beforeAll(async () => {
  stack = await createStack();
  client = await stack.clientOf(await stack.start('gateway'));
  project = await client.project();
  const flow = { baseUrl: 'http://127.0.0.1:1', steps: [{ action: 'goto', url: '/' }] };
  await client.request('PUT', `/v1/projects/${project}/flows/each-minute`, { body: { flow } });
});
afterAll(async () => {
  await Promise.all([...alive].map((one) => one.stop()));
  await expectTidied(stack);
});

const ask = <Row>(text: string, values: unknown[] = []) => rows<Row>(stack.databaseUrl, text, values);
async function put(name: string, more: object): Promise<void> {
  const catchUp = { mode: 'all', withinMs: 7 * 86_400_000 };
  const body = { cron: '* * * * *', flow: { name: 'each-minute' }, overlap: 'allow', catchUp, ...more };
  const path = `/v1/projects/${project}/schedules/${name}`;
  expect((await client.request('PUT', path, { body })).status).toBe(200);
}

/** Each time once, and each run that of one of them. */
async function expectEachOnce(name: string, times: number): Promise<void> {
  const occurrences = await eventually(
    async () => {
      const path = `/v1/projects/${project}/schedules/${name}/occurrences`;
      const { body } = await client.request<Occurrence[]>('GET', path);
      expect(body.filter(({ status }) => status === 'started')).toHaveLength(times);
      return body;
    },
    { timeoutMs: 60_000, everyMs: 250 },
  );
  expect(occurrences).toHaveLength(times);
  const runs = await ask<{ id: string; nominalAt: string }>(
    `select id, trigger ->> 'nominalAt' as "nominalAt" from runs where trigger ->> 'schedule' = $1 order by 2 desc`,
    [name],
  );
  expect(runs).toEqual(occurrences.map(({ runId, nominalAt }) => ({ id: runId, nominalAt })));
  const minutes = occurrences.map(({ nominalAt }) => Date.parse(nominalAt) / 60_000).toReversed();
  expect(minutes).toEqual(minutes.map((_, n) => minutes[0]! + n));
}

/** Faults, one after the other, until it is enough. */
async function breakThings(isEnough: AbortSignal, pauseMs: number): Promise<number> {
  let [leader, other] = await Promise.all([start('supervisor'), start('supervisor')]);
  let second = await start('gateway');
  let faults = 0;
  while (!isEnough.aborted) {
    await delay(pauseMs);
    // Whichever leads is stopped, the other leads, and is killed when the first wakes.
    leader.signal('SIGSTOP');
    await delay(4_500);
    leader.signal('SIGCONT');
    await kill(other);
    await kill(second);
    [other, second] = await Promise.all([start('supervisor'), start('gateway')]);
    [leader, other] = [other, leader];
    faults += 3;
  }
  return faults;
}

const MINUTES = 40;

test('row 33: leaders and gateways that are killed, stopped and woken start each time of a schedule once (I12)', async () => {
  const first = Math.floor(Date.now() / 60_000) * 60_000 - 2 * 3_600_000;
  await put('past', { endAt: new Date(first).toISOString() });
  const enough = new AbortController();
  const breaking = breakThings(enough.signal, 500);
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    // The next of its times comes, and nobody has looked since the one before: whichever leads finds it.
    const [before, at] = [minute - 1, minute].map((n) => new Date(first + n * 60_000));
    await ask(
      `update schedules set evaluated_to = $1, ends_at = $2, next_at = $2, wakes_at = clock_timestamp() where name = 'past'`,
      [before, at],
    );
    await eventually(
      async () => {
        const [noted] = await ask('select from schedule_occurrences where nominal_at = $1', [at]);
        expect(noted).toBeDefined();
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
  }
  enough.abort();
  const faults = await breaking;
  await expectEachOnce('past', MINUTES);
  console.log(`${MINUTES} times, ${faults} faults: each was started once`);
}, 180_000);

test.each(share<number[]>([], [10]))(
  'row 33: the same as %i minutes go by',
  async (minutes) => {
    // After the minute has begun, before the first that counts.
    const begins = Math.ceil(Date.now() / 60_000) * 60_000;
    const ends = begins + (minutes - 1) * 60_000;
    await put('present', { startAt: new Date(begins).toISOString(), endAt: new Date(ends).toISOString() });
    const enough = new AbortController();
    const breaking = breakThings(enough.signal, 10_000);
    await delay(ends - Date.now() + 5_000);
    enough.abort();
    const faults = await breaking;
    await expectEachOnce('present', minutes);
    console.log(`${minutes} minutes, ${faults} faults: one run a minute`);
  },
  900_000,
);
