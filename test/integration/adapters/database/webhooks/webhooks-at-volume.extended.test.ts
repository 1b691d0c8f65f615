/* I14: to deliver, store and list webhook messages costs the same when twice as many are stored and wait. */
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { readBacklog } from '#shared/adapters/database/webhooks/backlog.ts';
import { listDeliveries } from '#shared/adapters/database/webhooks/deliveries.ts';
import { findDueWebhooks, makeDue, takeDeliveries } from '#shared/adapters/database/webhooks/due.ts';
import { storeDelivered, storeFailure } from '#shared/adapters/database/webhooks/outcome.ts';
import { forgetDeliveries, forgetOrphans } from '#shared/adapters/database/webhooks/retention.ts';
import { createWebhook } from '#shared/adapters/database/webhooks/webhooks.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { type Look, pagesAsItGrows } from '../../../../support/database/pages-as-it-grows.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const MANY = 20_000;
/** Pending messages of one webhook; those of two exceed what the backlog counts. */
const PENDING = 5_500;
const RULES = { firstMs: 1, maxMs: 1, webhookMaxMs: 1, giveUpMs: 1_000_000 };

/** The deliveries of one webhook: most of it has arrived, and much is pending. `$2`: how much, `$3`: what of it is pending. */
const DELIVERED = `
insert into webhook_deliveries (message_id, webhook_id, run_id, type, at, facts, since, due_at, state)
select gen_random_uuid(), $1::uuid, gen_random_uuid(), 'run.finished', at, '{}', at, at,
  case when n > $2::int - $3::int then 'pending' else 'delivered' end
from (select n, clock_timestamp() - ($2::int - n) * interval '1 s' as at from generate_series(1, $2::int) as n) as made`;

/** Some of what is pending has failed, and is due later. */
const FAILED = `
update webhook_deliveries set due_at = clock_timestamp() + interval '1 h' where id in (
  select id from webhook_deliveries where webhook_id = $1 and state = 'pending' order by seq desc offset 500 limit 2000)`;

let webhookId: string;
let deliveryId: string;

async function add(sql: Sql): Promise<string> {
  const { userId, projectId } = await createOwner(sql);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const given = { id: randomUUID(), url: 'http://127.0.0.1:1/', description: '', events: [], secret };
  const made = await createWebhook(sql, { projectId, by: { userId }, ...given }, undefined);
  if (typeof made === 'string') throw new Error(made);
  return made.id;
}

const page = () => ({ webhookId, limit: 50 });
const attempt = () => {
  const at = new Date().toISOString();
  const was = { since: at, webhookSince: at, webhookRetryAt: null, webhookAskedAt: null };
  return { delivery: { id: deliveryId, webhookId, attempts: 1, ...was }, ms: 5, status: 500 };
};
const failure = () => ({
  ...attempt(),
  error: 'the answer was 500',
  errorCode: 'answered',
  response: undefined,
  gone: false,
  pauseMs: undefined,
});
/** It changes a thousand rows, and until these are vacuumed others read more than an index: it is the last. */
const MAKING_DUE = 'making due what has failed';
const LOOKS: Look[] = [
  ['what is due', findDueWebhooks],
  ['taking what is due', (sql) => takeDeliveries(sql, { webhookId, most: 8, withinMs: 1 })],
  ['taking one delivery', (sql) => takeDeliveries(sql, { webhookId, most: 1, withinMs: 1 })],
  ['storing a failure', (sql) => storeFailure(sql, failure(), RULES)],
  ['storing a success', (sql) => storeDelivered(sql, attempt())],
  ['the backlog', readBacklog],
  ['the first page of deliveries', (sql) => listDeliveries(sql, page())],
  ['a page of failed deliveries', (sql) => listDeliveries(sql, { ...page(), state: 'failed' })],
  ['what comes after a delivery', (sql) => listDeliveries(sql, { ...page(), after: deliveryId })],
  ['forgetting deliveries', (sql) => forgetDeliveries(sql, 7)],
  ['forgetting deliveries without a webhook', forgetOrphans],
  [MAKING_DUE, (sql) => makeDue(sql, webhookId)],
];

/** Adds as much again to the webhook, to another one, and to one that is disabled, which is sent nothing. */
async function grow(sql: Sql) {
  for (const id of [webhookId, await add(sql)]) await sql.rows(DELIVERED, [id, MANY, PENDING]);
  await sql.rows(FAILED, [webhookId]);
  const disabled = await add(sql);
  await sql.rows(DELIVERED, [disabled, MANY, MANY]);
  await sql.rows(`update webhooks set disabled = 'user' where id = $1`, [disabled]);
  await sql.rows('update webhooks set make_due_from = since');
  await sql.rows('vacuum analyze webhook_deliveries, webhooks');
  const [found] = await sql.rows<{ id: string }>(
    `select id from webhook_deliveries where webhook_id = $1 and state = 'pending' order by seq limit 1`,
    [webhookId],
  );
  deliveryId = found!.id;
}

let pages: Map<string, number[]>;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  await using database = connectDatabase({
    url,
    applicationName: 'volume',
    statementTimeoutMs: 60_000,
  });
  const { sql } = database;
  webhookId = await add(sql);
  pages = await pagesAsItGrows(url, LOOKS, () => grow(sql));
}, 120_000);

it.each(LOOKS)('I14: %s costs the same when twice as much is stored and waits', (name) => {
  const [before, after] = pages.get(name)!;
  expect(after).toBeLessThan(before! * 1.5 + 30);
  expect(after).toBeLessThan(name === MAKING_DUE ? 4_000 : 1_500);
});

it('taking one delivery, when another has arrived, does not look at many', () => {
  for (const buffers of pages.get('taking one delivery')!) expect(buffers).toBeLessThan(250);
});
