import { randomBytes, randomUUID } from 'node:crypto';
import type { RetryRules } from '#shared/adapters/database/webhooks/outcome.ts';
import { createWebhook, type WebhookFilter } from '#shared/adapters/database/webhooks/webhooks.ts';
import { createNames } from '#shared/adapters/egress/names.ts';
import { WEBHOOK_EVENTS } from '#shared/api/contract/webhooks/webhook-events.ts';
import { readEgressPolicy } from '#shared/platform/config/egress/policy.ts';
import { createDispatch, type Dispatch } from '../../../../services/supervisor/webhooks/dispatch.ts';
import { linksOf } from '../../../../services/supervisor/webhooks/links.ts';
import { PATIENCE_MS } from '../../../support/eventually.ts';
import { quietLog } from '../../../support/log-lines.ts';
import type { useSupervisor } from '../fixture.ts';

/** Hours in milliseconds. */
export const RULES: RetryRules = { firstMs: 20, maxMs: 200, webhookMaxMs: 60, giveUpMs: 60_000 };

export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

interface Delivering {
  policy?: string;
  rules?: RetryRules;
  timeoutMs?: number;
  publicUrls?: string[];
}

/** The webhooks of a supervisor without its process. */
export function useWebhooks(supervisor: ReturnType<typeof useSupervisor>) {
  const add = async (
    url: string | null,
    events: readonly string[] = WEBHOOK_EVENTS,
    filter?: WebhookFilter,
  ) => {
    const { userId, projectId } = supervisor.account;
    const secret = newSecret();
    const given = { id: randomUUID(), url, description: '', events, filter, secret };
    const made = await createWebhook(supervisor.sql, { projectId, by: { userId }, ...given }, undefined);
    if (typeof made === 'string') throw new Error(made);
    return { ...made, secret };
  };
  return {
    add,
    change: (webhookId: string) => {
      const { userId, projectId } = supervisor.account;
      return { projectId, webhookId, by: { userId }, secret: newSecret() };
    },
    stored: (webhookId: string) =>
      supervisor.sql.rows<{ type: string; state: string; attempts: number }>(
        'select type, state, attempts from webhook_deliveries where webhook_id = $1 order by seq',
        [webhookId],
      ),
    /** Delivers until it is disposed of, as a supervisor that leads. */
    deliver({
      policy = 'any',
      rules = RULES,
      timeoutMs = Math.ceil(PATIENCE_MS),
      publicUrls = [],
    }: Delivering = {}) {
      const leaving = new AbortController();
      const names = createNames();
      let looking: Promise<void> | undefined;
      const look = () => {
        if (leaving.signal.aborted) return;
        looking ??= dispatch.look().finally(() => {
          looking = undefined;
        });
      };
      const dispatch: Dispatch = createDispatch({
        sql: supervisor.sql,
        log: quietLog(),
        rules,
        timeoutMs,
        linkTo: linksOf(publicUrls, supervisor.sql),
        leaving: leaving.signal,
        out: {
          policy: readEgressPolicy(policy),
          outer: { http: undefined, https: undefined, not: undefined },
          lookupFor: () => names(),
        },
        onRoom: look,
      });
      const timer = setInterval(look, 10);
      return {
        async [Symbol.asyncDispose]() {
          clearInterval(timer);
          leaving.abort(new Error('over'));
          await looking;
          await dispatch.idle();
        },
      };
    },
  };
}
