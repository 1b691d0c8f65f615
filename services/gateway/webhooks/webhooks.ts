import { randomBytes, randomUUID } from 'node:crypto';
import type { Sql } from '#shared/adapters/database/sql.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  rotateSecret,
} from '#shared/adapters/database/webhooks/webhooks.ts';
import { targetOf } from '#shared/adapters/egress/target.ts';
import type { EgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { actingOf } from '../access/policy.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { presentWebhook } from './present.ts';

const SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;

/** The format of Standard Webhooks. */
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;

export const createListWebhooks =
  (sql: Sql): Handler<'listWebhooks'> =>
  async ({ project }) => ({ status: 200, body: (await listWebhooks(sql, project.id)).map(presentWebhook) });

export const createReadWebhook =
  (sql: Sql): Handler<'readWebhook'> =>
  async ({ project, params: { webhookId } }) => {
    const found = await findWebhook(sql, project.id, webhookId);
    if (!found) throw new RequestError('not_found');
    return { status: 200, body: presentWebhook(found) };
  };

/** `most`: how many a project may have. */
export const createCreateWebhook =
  (sql: Sql, egress: EgressPolicy, most: number | undefined): Handler<'createWebhook'> =>
  async ({ ctx, actor, project, body: { url = null, description, events, filter } }) => {
    refuseForbidden(url, egress, ctx.state.language);
    const secret = newSecret();
    const given = { id: randomUUID(), url, description, events, filter, secret };
    const made = await createWebhook(sql, { projectId: project.id, by: actingOf(actor), ...given }, most);
    if (typeof made === 'string') throw new RequestError(made);
    return { status: 201, body: { ...presentWebhook(made), secret } };
  };

export const createChangeWebhook =
  (sql: Sql, egress: EgressPolicy): Handler<'changeWebhook'> =>
  async ({ ctx, actor, project, params: { webhookId }, body: fields }) => {
    refuseForbidden(fields.url ?? null, egress, ctx.state.language);
    const secret = newSecret();
    const change = { projectId: project.id, webhookId, by: actingOf(actor), fields, secret };
    const changed = await changeWebhook(sql, change);
    if (typeof changed === 'string') throw new RequestError(changed);
    const shown = presentWebhook(changed);
    return { status: 200, body: changed.hasNewSecret ? { ...shown, secret } : shown };
  };

export const createDeleteWebhook =
  (sql: Sql): Handler<'deleteWebhook'> =>
  async ({ actor, project, params: { webhookId } }) => {
    const outcome = await deleteWebhook(sql, { projectId: project.id, webhookId, by: actingOf(actor) });
    if (outcome !== 'deleted') throw new RequestError(outcome);
    return { status: 200, body: { ok: true } };
  };

export const createRotateWebhookSecret =
  (sql: Sql): Handler<'rotateWebhookSecret'> =>
  async ({ actor, project, params: { webhookId }, body: { keepHours } }) => {
    const secret = newSecret();
    const change = { projectId: project.id, webhookId, by: actingOf(actor) };
    const rotated = await rotateSecret(sql, { ...change, secret, keepMs: keepHours * HOUR_MS });
    if (typeof rotated === 'string') throw new RequestError(rotated);
    return { status: 200, body: { ...presentWebhook(rotated), secret } };
  };

/**
 * Refuses a URL to which no attempt could ever connect. Each address might be the supervisor's own, and so count as
 * this machine. Names are not looked up: the answer would tell which names there are in the service's network.
 */
function refuseForbidden(url: string | null, egress: EgressPolicy, language: AnswerLanguage): void {
  if (url === null) return;
  const { host, port } = targetOf(new URL(url));
  if (port === 0 || !egress.mayAllow(host, port))
    throw invalid([{ path: ['url'], message: 'not_allowed_url' }], language);
}
