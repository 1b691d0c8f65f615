export type {
  Batch,
  BatchEntry,
  BatchInput,
  BatchSummary,
  BatchTest,
} from '#shared/api/contract/batches/batches.ts';
export type { CancelJob, Receipt } from '#shared/api/contract/cancel/cancel.ts';
export type { ErrorBody } from '#shared/api/contract/errors/error-body.ts';
export type { ErrorCode } from '#shared/api/contract/errors/errors.ts';
export { secretsAskedFor } from '#shared/api/contract/runs/asked-secrets.ts';
export type { RunDetail, RunSummary } from '#shared/api/contract/runs/runs.ts';
export type { NamedStartInput, StartInput } from '#shared/api/contract/runs/start.ts';
export type { Delivery } from '#shared/api/contract/webhooks/webhook-deliveries.ts';
export type { Webhook, WebhookMessage, WebhookType } from '#shared/api/contract/webhooks/webhooks.ts';
export type { AssistEntry, EndEntry, StatusEntry, StreamEntry } from '#shared/domain/events/entries.ts';
export type { CancelMode, Status } from '#shared/domain/run/status.ts';
export { isFinal } from '#shared/domain/run/status.ts';
export type { CallId, CallReply, CallRequest } from './calls.ts';
export {
  type CancelAnswer,
  type CancelManyInput,
  type CancelOptions,
  type Client,
  createClient,
  type DryRun,
  type Forked,
  type ForkInput,
  type GetOptions,
  type ShownFlow,
  type Started,
  type StartOptions,
} from './client.ts';
export { ApiError, GatewayError, isTooSoon, retryAfterMs } from './errors.ts';
export { mayPass, type ReconnectOptions } from './follow-stream.ts';
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
export type { BatchWatchOptions, FollowedBatch } from './watch-batch.ts';
export type { WatchOptions } from './watch-run.ts';
