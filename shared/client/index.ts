export { secretsAskedFor } from '#shared/contract/asked-secrets.ts';
export type { CancelJob, Receipt } from '#shared/contract/cancel.ts';
export type { ErrorBody } from '#shared/contract/error-body.ts';
export type { ErrorCode } from '#shared/contract/errors.ts';
export type { RunDetail, RunSummary } from '#shared/contract/runs.ts';
export type { StartInput } from '#shared/contract/start.ts';
export type { Delivery } from '#shared/contract/webhook-deliveries.ts';
export type { Webhook, WebhookMessage, WebhookType } from '#shared/contract/webhooks.ts';
export type { AssistEntry, EndEntry, StatusEntry, StreamEntry } from '#shared/events/entries.ts';
export type { CancelMode, Status } from '#shared/run/status.ts';
export { isFinal } from '#shared/run/status.ts';
export type { CallId, CallReply, CallRequest } from './calls.ts';
export {
  type CancelAnswer,
  type CancelManyInput,
  type CancelOptions,
  type Client,
  createClient,
  type DryRun,
  type GetOptions,
  type ShownFlow,
  type Started,
  type StartOptions,
} from './client.ts';
export { ApiError, GatewayError, isTooSoon, retryAfterMs } from './errors.ts';
export { type CancelFound, findCancel, isAnswerLost, type LookOptions } from './lost-answer.ts';
export type { ClientOptions } from './options.ts';
export type { RunFilter, RunList, RunPage } from './run-list.ts';
export type { CallOptions, SignalOption } from './transport.ts';
export {
  type VerifyOptions,
  verifyWebhook,
  WebhookError,
  type WebhookHeaders,
} from './verify-webhook.ts';
export type { WatchOptions } from './watch-run.ts';
