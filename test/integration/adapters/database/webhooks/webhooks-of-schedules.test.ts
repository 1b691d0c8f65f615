/* What webhooks are sent of schedules: noted in the transaction that pauses one, or leaves one of its times out. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { createWebhook, type WebhookFilter } from '#shared/adapters/database/webhooks/webhooks.ts';
import { WEBHOOK_EVENTS, type WebhookEvent } from '#shared/api/contract/webhooks/webhook-events.ts';
import { type WebhookMessage, webhookMessageSchema } from '#shared/api/contract/webhooks/webhooks.ts';
import { type StoredMessage, webhookMessage } from '#shared/api/webhooks/message.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { addSchedule } from '../../../gateway/schedules/schedules.ts';

const SCHEDULE = 'nightly';
const START = { name: 'Nightly check', labels: ['team:checkout', 'nightly'] };
const NOMINAL_AT = '2026-12-01T02:30:00.000Z';

let database: Database;
let owner: { userId: string; projectId: string };
const sql = () => database.sql;
const data = () => ({ name: SCHEDULE, project: owner.projectId });

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'schedules' });
});
beforeEach(async () => {
  owner = await createOwner(sql());
  await addSchedule(database, owner, { flow: 'check', name: SCHEDULE, start: START });
});
afterAll(() => database[Symbol.asyncDispose]());

async function addWebhook(
  events: readonly WebhookEvent[] = WEBHOOK_EVENTS,
  filter?: WebhookFilter,
  { userId, projectId } = owner,
): Promise<string> {
  const given = { id: randomUUID(), url: 'http://127.0.0.1:1/', description: '', secret: 'whsec_AAAA' };
  const made = await createWebhook(sql(), { ...given, projectId, by: { userId }, events, filter }, undefined);
  if (typeof made === 'string') throw new Error(made);
  return made.id;
}

/** Each of them is of the contract. */
async function messagesTo(webhookId: string): Promise<WebhookMessage[]> {
  const stored = await sql().rows<StoredMessage & Record<string, unknown>>(
    'select type, at, facts from webhook_deliveries where webhook_id = $1 order by seq',
    [webhookId],
  );
  const messages = stored.map((one) => webhookMessage(one));
  expect(messages.map((message) => webhookMessageSchema.parse(message))).toEqual(messages);
  return messages;
}

interface Pausing {
  why: 'user' | 'failures' | 'rights';
  reason?: string;
}

/** Two of its runs in a row have failed. */
const pause = ({ why, reason }: Pausing) =>
  sql().rows(
    `update schedules set paused_at = clock_timestamp(), paused_why = :why, paused_reason = :reason, failures = 2
     where project_id = :projectId`,
    { projectId: owner.projectId, why, reason: reason ?? null },
  );
const resume = () =>
  sql().rows(
    `update schedules set paused_at = null, paused_why = null, paused_reason = null where project_id = $1`,
    [owner.projectId],
  );

const occur = (status: string, nominalAt = NOMINAL_AT) =>
  sql().rows(
    `insert into schedule_occurrences (schedule_id, nominal_at, kind, status)
     select id, :nominalAt, 'cron', :status from schedules where project_id = :projectId`,
    { projectId: owner.projectId, nominalAt, status },
  );
const settle = (status: string, reason?: string) =>
  sql().rows(
    `update schedule_occurrences set status = :status, reason = :reason
     from schedules where schedules.id = schedule_id and project_id = :projectId`,
    { projectId: owner.projectId, status, reason: reason ?? null },
  );

describe('a schedule that is paused', () => {
  it.each<[Pausing, object]>([
    [{ why: 'user', reason: 'the shop is rebuilt' }, {}],
    [{ why: 'user' }, {}],
    [{ why: 'failures' }, { failures: 2 }],
    [{ why: 'rights', reason: 'its maker was deleted' }, {}],
  ])('with %o is noted once for each webhook that has the event', async (pausing, more) => {
    const notified = [await addWebhook(), await addWebhook(['schedule.paused'])];
    const another = await addWebhook(['schedule.skipped', 'run.finished']);
    await pause(pausing);
    await pause({ why: 'user', reason: 'it is paused already' });
    const schedule = { ...data(), ...pausing, ...more };
    for (const webhook of notified)
      expect(await messagesTo(webhook)).toEqual([
        { type: 'schedule.paused', version: 1, timestamp: expect.any(String), data: { schedule } },
      ]);
    expect(await messagesTo(another)).toEqual([]);
  });

  it('is noted again when it has gone on meanwhile, and its end is not', async () => {
    const webhook = await addWebhook();
    for (const why of ['failures', 'user'] as const) {
      await pause({ why });
      await resume();
    }
    expect(await messagesTo(webhook)).toMatchObject([
      { data: { schedule: { why: 'failures' } } },
      { data: { schedule: { why: 'user' } } },
    ]);
  });
});

describe('a time of a schedule that is left out', () => {
  it.each(['skipped_overlap', 'dst_gap', 'failed_to_start'])(
    'as %s is noted once for each webhook that has the event',
    async (status) => {
      const notified = [await addWebhook(), await addWebhook(['schedule.skipped'])];
      const another = await addWebhook(['schedule.paused', 'run.finished']);
      await occur(status);
      const occurrence = { nominalAt: NOMINAL_AT, status };
      for (const webhook of notified)
        expect(await messagesTo(webhook)).toMatchObject([
          { type: 'schedule.skipped', data: { schedule: data(), occurrence } },
        ]);
      expect(await messagesTo(another)).toEqual([]);
    },
  );

  it('as missed is noted once for all that one look has found: the last one says how many', async () => {
    const webhook = await addWebhook();
    await occur('skipped_catch_up');
    expect(await messagesTo(webhook)).toEqual([]);
    await sql().rows(
      `insert into schedule_occurrences (schedule_id, nominal_at, kind, status, reason)
       select id, clock_timestamp(), 'catch_up', 'skipped_catch_up', 'missed, the last of 2' from schedules where project_id = $1`,
      [owner.projectId],
    );
    expect(await messagesTo(webhook)).toMatchObject([
      { data: { occurrence: { status: 'skipped_catch_up', reason: 'missed, the last of 2' } } },
    ]);
  });

  it('is noted with its reason, if it was due and could not be started', async () => {
    const webhook = await addWebhook();
    await occur('due');
    expect(await messagesTo(webhook)).toEqual([]);
    await settle('failed_to_start', 'there is no such flow');
    const occurrence = { nominalAt: NOMINAL_AT, status: 'failed_to_start', reason: 'there is no such flow' };
    expect(await messagesTo(webhook)).toMatchObject([{ data: { schedule: data(), occurrence } }]);
  });

  it('since the schedule is paused is not noted, and neither is one that has a run', async () => {
    const webhook = await addWebhook();
    await occur('skipped_paused');
    await sql().rows(
      `insert into schedule_occurrences (schedule_id, nominal_at, kind, status, run_id)
       select id, clock_timestamp(), 'cron', 'started', gen_random_uuid() from schedules where project_id = $1`,
      [owner.projectId],
    );
    expect(await messagesTo(webhook)).toEqual([]);
  });

  it('is noted in the transaction that leaves it out, or not at all', async () => {
    const webhook = await addWebhook();
    const broken = sql().transaction(async (inner) => {
      await inner.rows(
        `insert into schedule_occurrences (schedule_id, nominal_at, kind, status)
         select id, :nominalAt, 'cron', 'dst_gap' from schedules where project_id = :projectId`,
        { projectId: owner.projectId, nominalAt: NOMINAL_AT },
      );
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect(await messagesTo(webhook)).toEqual([]);
  });
});

it.each<[WebhookFilter, boolean]>([
  [{ name: 'Nightly check' }, true],
  [{ name: 'nightly' }, false],
  [{ labels: ['nightly'] }, true],
  [{ labels: ['nightly', 'team:checkout'] }, true],
  [{ labels: ['nightly', 'eu'] }, false],
  [{ name: 'Nightly check', labels: ['weekly'] }, false],
])('a webhook with the filter %o is one of runs that the schedule starts: %s', async (filter, fits) => {
  const webhook = await addWebhook(undefined, filter);
  await occur('dst_gap');
  await pause({ why: 'user' });
  expect((await messagesTo(webhook)).map(({ type }) => type)).toEqual(
    fits ? ['schedule.skipped', 'schedule.paused'] : [],
  );
});

it('a webhook that is disabled, and one of another project, are sent nothing of a schedule', async () => {
  const disabled = await addWebhook();
  await sql().rows(`update webhooks set disabled = 'user' where id = $1`, [disabled]);
  const another = await addWebhook(undefined, undefined, await createOwner(sql()));
  await occur('dst_gap');
  await pause({ why: 'user' });
  for (const webhook of [disabled, another]) expect(await messagesTo(webhook)).toEqual([]);
});
