import type { Sql } from '#shared/adapters/database/sql.ts';
import {
  findDelivery,
  listDeliveries,
  readOn,
  sendAgain,
  tell,
} from '#shared/adapters/database/webhooks/deliveries.ts';
import { findWebhook } from '#shared/adapters/database/webhooks/webhooks.ts';
import { DELIVERY_LIMIT } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
import { actingOf } from '../access/policy.ts';
import type { AnswerLinks } from '../answers/answer-links.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { linkToNext } from '../http/next-link.ts';
import { presentDelivery } from './present.ts';

/** One page. A request for what comes after something counts as reading on: of a webhook that is read, it takes the place of what is sent. */
export const createListDeliveries =
  (sql: Sql, linksFor: AnswerLinks['linksFor']): Handler<'listDeliveries'> =>
  async ({ project, params: { webhookId }, query, ctx }) => {
    const webhook = await findWebhook(sql, project.id, webhookId);
    if (!webhook) throw new RequestError('not_found');
    const { state, limit = DELIVERY_LIMIT, before, after } = query;
    const filter = { webhookId, state, limit: limit + 1 };
    const rows = await (after === undefined
      ? listDeliveries(sql, { ...filter, before })
      : readOn(sql, { ...filter, after }));
    const page = rows.slice(0, limit);
    const path = `/v1/projects/${project.id}/webhooks/${webhookId}/deliveries`;
    const next = { [after === undefined ? 'before' : 'after']: page.at(-1)?.id };
    const linkTo = webhook.url === null && after !== undefined ? await linksFor(ctx) : undefined;
    return {
      status: 200,
      body: page.map((row) => presentDelivery(row, webhook.url, linkTo)),
      ...(rows.length > limit && { headers: { Link: linkToNext(path, { ...query, ...next }) } }),
    };
  };

export const createReadDelivery =
  (sql: Sql): Handler<'readDelivery'> =>
  async ({ project, params: { webhookId, deliveryId } }) => {
    const webhook = await findWebhook(sql, project.id, webhookId);
    const found = webhook && (await findDelivery(sql, webhookId, deliveryId));
    if (!found) throw new RequestError('not_found');
    return { status: 200, body: presentDelivery(found, webhook.url) };
  };

export const createTestWebhook =
  (sql: Sql): Handler<'testWebhook'> =>
  async ({ actor, project, params: { webhookId } }) => {
    const change = { projectId: project.id, webhookId, by: actingOf(actor) };
    const delivery = await tell(sql, { ...change, type: 'ping', facts: { webhook: { id: webhookId } } });
    if (typeof delivery === 'string') throw new RequestError(delivery);
    return { status: 202, body: { ok: true, deliveryId: delivery.deliveryId } };
  };

export const createResendDelivery =
  (sql: Sql): Handler<'resendDelivery'> =>
  async ({ actor, project, params: { webhookId, deliveryId } }) => {
    const change = { projectId: project.id, webhookId, deliveryId, by: actingOf(actor) };
    const outcome = await sendAgain(sql, change);
    if (outcome !== 'sent') throw new RequestError(outcome);
    return { status: 202, body: { ok: true, deliveryId } };
  };
