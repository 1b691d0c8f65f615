/* Schedules on real processes: the leader looks, a gateway starts, a runner runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { rows } from '../../support/database/rows.ts';
import { eventually, PATIENCE_MS, promisedMs } from '../../support/eventually.ts';
import type { FlowStep } from '../../support/http/client.ts';
import { isEvent } from '../../support/http/sse.ts';
import { inMinute } from '../../support/in-minute.ts';
import { type AccountSite, startAccountSite } from '../../support/sites/account-site.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
let account: AccountSite;
let path: string;
beforeAll(async () => {
  account = await startAccountSite();
  path = `/v1/projects/${await bench.client.project()}`;
});
afterAll(() => account?.[Symbol.asyncDispose]());

const NEVER: FlowStep = { action: 'waitForSelector', selector: '#never', timeoutMs: 120_000 };
const OPEN: FlowStep = { action: 'goto', url: '/plain' };
/** How long after the end of the one run the next one may begin, ms. */
const CANCEL_PREVIOUS_MS = 2_500;

const ask = <Row>(text: string, values: unknown[] = []) => rows<Row>(bench.stack.databaseUrl, text, values);
async function put(what: string, body: object): Promise<void> {
  const answer = await bench.client.request('PUT', `${path}/${what}`, { body });
  expect([200, 201], answer.text).toContain(answer.status);
}

/** A schedule of a flow of these steps, which is never due by itself while the test runs. */
async function schedule(name: string, steps: FlowStep[], more: object = {}, baseUrl = bench.site.url) {
  await put(`flows/${name}`, { flow: { baseUrl, steps } });
  await put(`schedules/${name}`, { cron: '0 0 1 1 *', flow: { name }, ...more });
}

/** Lets a time of it come: the given second of a year that is over, or goes on. */
async function comes(name: string, second: number): Promise<Occurrence> {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  await ask(
    `with come as (
       insert into schedule_occurrences (schedule_id, nominal_at, kind, status)
       select id, $2, 'cron', 'due' from schedules where name = $1 returning schedule_id
     )
     update schedules set due_at = clock_timestamp() from come where id = come.schedule_id`,
    [name, at],
  );
  return eventually(async () => {
    const { body } = await bench.client.request<Occurrence[]>('GET', `${path}/schedules/${name}/occurrences`);
    const found = body.find(({ nominalAt }) => nominalAt === at);
    expect(found?.status).not.toBe('due');
    return found!;
  });
}
const read = async (name: string) =>
  (await bench.client.request<Schedule>('GET', `${path}/schedules/${name}`)).body;

describe('a schedule', () => {
  test('that is due in every minute has its run within seconds of it, and says how that ended', async () => {
    await schedule('each-minute', [OPEN], { cron: '* * * * *', overlap: 'allow' });
    await inMinute();
    // The minute that goes on is due to come: as if it had been made before it.
    await ask(
      `update schedules set evaluated_to = date_trunc('minute', clock_timestamp()) - interval '1 s', wakes_at = next_at - interval '1 minute'
       where name = 'each-minute'`,
    );
    const last = await eventually(
      async () => {
        const [occurrence] = (await read('each-minute')).last.toReversed();
        expect(occurrence?.outcome).toBeDefined();
        return occurrence!;
      },
      { timeoutMs: 2 * PATIENCE_MS },
    );
    expect(last).toMatchObject({ status: 'started', outcome: 'pass' });
    const run = await bench.client.read(last.runId!);
    expect(run).toMatchObject({
      status: 'pass',
      trigger: { schedule: 'each-minute', nominalAt: last.nominalAt },
    });
  });

  test('cancel_previous: the new run begins when the old one is final, within 2.5 s of that', async () => {
    await schedule('replacing', [OPEN, NEVER], { overlap: 'cancel_previous' });
    const old = await comes('replacing', 1);
    const watch = await bench.client.watch(old.runId!);
    await watch.until(isEvent('step_start', 1));
    const next = await comes('replacing', 2);
    await watch.ended(PATIENCE_MS);
    expect(await bench.client.read(old.runId!)).toMatchObject({ status: 'fail', outcome: 'cancelled' });
    const after = await bench.client.watch(next.runId!);
    await after.until(isEvent('step_start', 0));
    const [times] = await ask<{ ms: number }>(
      `select (extract(epoch from new.claimed_at - old.finished_at) * 1000)::float8 as ms
       from runs as old, runs as new where old.id = $1 and new.id = $2`,
      [old.runId, next.runId],
    );
    console.log(
      `cancel_previous: the new run begins ${times?.ms.toFixed(0)} ms after the end of the old one`,
    );
    expect(times?.ms).toBeGreaterThanOrEqual(0);
    expect(times?.ms).toBeLessThanOrEqual(promisedMs(CANCEL_PREVIOUS_MS));
    await bench.client.cancel(next.runId!);
    await after.ended(PATIENCE_MS);
    expect((await read('replacing')).failures).toBe(0);
  });

  test('begins logged in with its profile', async () => {
    await put('profiles/scheduled', {});
    const save: FlowStep[] = [
      { action: 'goto', url: '/' },
      { action: 'fill', selector: '#user', value: 'ann', secret: false },
      { action: 'click', selector: '#in' },
      { action: 'waitForSelector', selector: 'body[data-ready]' },
    ];
    const profile = { name: 'scheduled', apply: false, save: 'on_pass' };
    const saving = await bench.client.start({ baseUrl: account.url, steps: save, profile });
    await (await bench.client.watch(saving)).ended(PATIENCE_MS);
    const isIn: FlowStep[] = [
      { action: 'goto', url: '/home' },
      { action: 'expect', is: 'text', selector: '#who', equals: 'Signed in' },
    ];
    await schedule('signed-in', isIn, { start: { profile: { name: 'scheduled' } } }, account.url);
    const { runId } = await comes('signed-in', 1);
    await (await bench.client.watch(runId!)).ended(PATIENCE_MS);
    const { events, status } = await bench.client.read(runId!);
    expect(events.map(({ type }) => type)).toContain('profile_applied');
    expect(status).toBe('pass');
  });
});
