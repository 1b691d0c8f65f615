import type { AttemptRow, LoggedDelivery } from '#shared/adapters/database/webhooks/deliveries.ts';
import type { WebhookRow } from '#shared/adapters/database/webhooks/webhooks.ts';
import type { Delivery } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
import type { WebhookFailure } from '#shared/api/contract/webhooks/webhook-failures.ts';
import type { Webhook } from '#shared/api/contract/webhooks/webhooks.ts';
import { type LinkTo, webhookMessage } from '#shared/api/webhooks/message.ts';

export function presentWebhook(row: WebhookRow): Webhook {
  const { id, url, description, disabled, disabledAt, failing, failingSince, retryAt, previousUntil } = row;
  const { filterName, filterLabels, lastError, lastErrorCode, lastStatus } = row;
  const isEnabled = disabled === null;
  return {
    id,
    ...(url !== null && { url }),
    description,
    events: row.events as Webhook['events'],
    ...((filterName !== null || filterLabels.length > 0) && {
      filter: {
        ...(filterName !== null && { name: filterName }),
        ...(filterLabels.length > 0 && { labels: filterLabels }),
      },
    }),
    createdAt: row.createdAt.toISOString(),
    ...(row.maker !== null && { maker: row.maker }),
    state: isEnabled ? (failing ? 'failing' : 'enabled') : 'disabled',
    ...(!isEnabled && disabledAt && { disabled: { at: disabledAt.toISOString(), why: disabled } }),
    ...(failingSince && { failingSince: failingSince.toISOString() }),
    ...(isEnabled && retryAt && { retryAt: retryAt.toISOString() }),
    ...(lastError !== null && {
      lastError,
      ...(lastErrorCode !== null && { lastErrorCode: lastErrorCode as WebhookFailure }),
      ...(lastStatus !== null && { lastStatus }),
    }),
    ...(previousUntil && previousUntil > new Date() && { previousSecretUntil: previousUntil.toISOString() }),
  };
}

/** `url`: of its webhook; one without is sent nothing. */
export function presentDelivery(row: LoggedDelivery, url: string | null, linkTo?: LinkTo): Delivery {
  const { id, state, at, attempts, dueAt, finishedAt, runId, log } = row;
  return {
    id,
    messageId: row.messageId,
    type: row.type as Delivery['type'],
    ...(runId !== null && { runId }),
    state,
    at: at.toISOString(),
    attempts,
    ...(state === 'pending' && url !== null && { nextAttemptAt: dueAt.toISOString() }),
    ...(finishedAt && { finishedAt: finishedAt.toISOString() }),
    message: webhookMessage(row, linkTo),
    log: log.map(presentAttempt),
  };
}

const presentAttempt = (attempt: AttemptRow): Delivery['log'][number] => {
  const { at, ms, status, error, errorCode, response } = attempt;
  return {
    at: new Date(at).toISOString(),
    ms,
    ...(status !== null && { status }),
    ...(error !== null && { error }),
    ...(errorCode !== null && { errorCode: errorCode as WebhookFailure }),
    ...(response !== null && { response }),
  };
};
