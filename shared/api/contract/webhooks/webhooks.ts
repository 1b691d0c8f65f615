/*
 * Webhooks: how they are set up, and the messages that they are sent. A message has a version, which changes only if
 * something is taken away or means something else; fields and types may be added.
 */
import { z } from 'zod';
import { WEBHOOK_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { askedFieldSchema } from '#shared/domain/events/asked-field.ts';
import type { IssueCode } from '../errors/issues.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';
import { runLabels, runName } from '../runs/label.ts';
import { runCancelSchema } from '../runs/run-cancel.ts';
import { runSummarySchema } from '../runs/runs.ts';
import { pausedData, skippedData } from './schedule-messages.ts';
import { type RunWebhookEvent, WEBHOOK_EVENTS, type WebhookEvent } from './webhook-events.ts';
import { webhookFailureSchema } from './webhook-failures.ts';

const time = z.iso.datetime();

/** A run as it was when it happened. */
const runOfWebhook = runSummarySchema
  .pick({
    id: true,
    status: true,
    startedAt: true,
    durationMs: true,
    baseUrl: true,
    project: true,
    contextId: true,
    error: true,
    stopReason: true,
    videoPath: true,
    rerunOf: true,
    flow: true,
    trigger: true,
    attempt: true,
    concurrencyKey: true,
    runnerLabels: true,
    name: true,
    title: true,
    labels: true,
    outcome: true,
    stepCount: true,
  })
  .extend({
    stepsDone: z
      .int()
      .min(0)
      .optional()
      .describe(
        'How many steps of its flow, of the latest attempt, were done then: those that succeeded, and optional ones that failed.',
      ),
    results: runSummarySchema.shape.results.describe(
      'In `run.finished`: what its steps have found, by name, secrets redacted, 256 KiB at most; as long as the run is stored. Lists of deliveries leave it out.',
    ),
    question: z
      .object({
        why: z.enum(['question', 'pause', 'failure']),
        step: z.int().min(0).describe('Index of the step that asks, has failed, or comes next; from 0.'),
        text: z.string().describe('The question, the reason of the pause, or the error of the step.'),
        fields: z.array(askedFieldSchema),
        until: time,
        answerUrl: z
          .string()
          .optional()
          .describe(
            'A page that answers it without signing in. Absent if the project forbids that (`answerLinks`), or the public URL is not known (`GHOSTLY_PUBLIC_URL`). Lists of deliveries leave it out, except with `after`, and only of a webhook that is read.',
          ),
      })
      .optional()
      .describe(
        'In `run.waiting_for_person`: why. `POST /v1/runs/{id}/answer` answers a question; `POST /v1/runs/{id}/resume` lets a paused run go on.',
      ),
    cancel: runCancelSchema.omit({ verdict: true, lateResults: true }).optional(),
  })
  .describe('The run as it was then, with fields of `GET /v1/runs/{id}`.');
type RunOfWebhook = typeof runOfWebhook;
/** A name for declarations, as `StepSchema` is. */
export interface WebhookRunSchema extends RunOfWebhook {}
export const webhookRunSchema: WebhookRunSchema = runOfWebhook;
export type WebhookRun = z.output<WebhookRunSchema>;

const envelope = {
  version: z.literal(1).describe('Changes only if something is taken away. Ignore unknown fields.'),
  timestamp: time.describe('When it happened. Each attempt has its own time in `webhook-timestamp`.'),
};
const runMessage = <Type extends RunWebhookEvent>(type: Type) =>
  z.object({ type: z.literal(type), ...envelope, data: z.object({ run: webhookRunSchema }) });

/** The message of each type. */
export const WEBHOOK_MESSAGES = {
  'run.queued': runMessage('run.queued'),
  'run.started': runMessage('run.started'),
  'run.cancelling': runMessage('run.cancelling'),
  'run.waiting_for_person': runMessage('run.waiting_for_person'),
  'run.stale': runMessage('run.stale'),
  'run.finished': runMessage('run.finished'),
  'schedule.paused': z.object({ type: z.literal('schedule.paused'), ...envelope, data: pausedData }),
  'schedule.skipped': z.object({ type: z.literal('schedule.skipped'), ...envelope, data: skippedData }),
  ping: z.object({
    type: z.literal('ping'),
    ...envelope,
    data: z.object({ webhook: z.object({ id: idSchema }) }),
  }),
} as const satisfies Record<WebhookEvent | 'ping', z.ZodObject>;

export const webhookMessageSchema = z.discriminatedUnion('type', [
  WEBHOOK_MESSAGES['run.queued'],
  WEBHOOK_MESSAGES['run.started'],
  WEBHOOK_MESSAGES['run.cancelling'],
  WEBHOOK_MESSAGES['run.waiting_for_person'],
  WEBHOOK_MESSAGES['run.stale'],
  WEBHOOK_MESSAGES['run.finished'],
  WEBHOOK_MESSAGES['schedule.paused'],
  WEBHOOK_MESSAGES['schedule.skipped'],
  WEBHOOK_MESSAGES.ping,
]);
export type WebhookMessage = z.output<typeof webhookMessageSchema>;
export type WebhookType = WebhookMessage['type'];

/** Headers of a message, as Standard Webhooks has them. */
export const webhookHeaders = z.object({
  'webhook-id': z
    .string()
    .describe('The same for each attempt, and if it is sent again: drop what you have had.'),
  'webhook-timestamp': z.string().describe('When it was signed, in seconds since 1970.'),
  'webhook-signature': z
    .string()
    .describe(
      '`v1,` and the signature; while a secret takes the place of another, both, separated by a space.',
    ),
});

function isTarget(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

const url = z
  .string()
  .max(LIMIT.url)
  .refine(...ONE_LINE)
  .refine(isTarget, 'not_webhook_url' satisfies IssueCode)
  .describe(
    'http or https, without credentials. The egress policy decides at each attempt whether it may be reached.',
  );
const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .min(1)
  .transform((given) => WEBHOOK_EVENTS.filter((event) => given.includes(event)))
  .describe('The events that it is sent.');
const description = z
  .string()
  .trim()
  .max(LIMIT.description)
  .refine(...ONE_LINE);

const filter = z
  .strictObject({
    name: runName
      .optional()
      .describe('Only of runs with exactly this name. Empty: whatever they are called.'),
    labels: runLabels
      .optional()
      .describe('Only of runs that have all of these labels. Empty: whatever labels they have.'),
  })
  .describe(
    'The runs that it is notified of, and the schedules that start such runs. A field that is left out is not changed; of a new webhook it counts for all.',
  );

/** Unknown fields are refused, as wherever ignoring them would send more, or for longer, than was meant. */
export const webhookBody = z
  .strictObject({
    url: url.optional(),
    listen: z
      .literal(true)
      .optional()
      .describe(
        'Instead of `url`: nothing is sent, and the messages are read with `GET …/deliveries?after=`, which makes them `delivered`. Deleted when nobody has read for an hour.',
      ),
    events: events.default([...WEBHOOK_EVENTS]),
    filter: filter.optional(),
    description: description.default(''),
  })
  .refine((given) => (given.url === undefined) !== (given.listen === undefined), {
    path: ['url'],
    message: 'url_or_listen' satisfies IssueCode,
  });

export const webhookChangeBody = z.strictObject({
  url: url.optional(),
  events: events.optional(),
  filter: filter.optional(),
  description: description.optional(),
  enabled: z
    .boolean()
    .optional()
    .describe(
      '`false`: no events are noted for it, and none are sent. `true`: it is sent what is pending, with all retries; if it was disabled because its maker had left, it gets a new secret, which the answer shows, and the caller is its maker.',
    ),
});

export const webhookParams = z.object({ id: idSchema, webhookId: idSchema });

const webhook = z.object({
  id: idSchema,
  url: z.string().optional().describe('Absent: its messages are read, and not sent.'),
  description: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  filter: z
    .object({
      name: z.string().optional(),
      labels: z.array(z.string()).optional().describe('Sorted.'),
    })
    .optional()
    .describe(
      'It is notified only of runs with this name and all of these labels, and of schedules that start such runs. Absent: of all.',
    ),
  createdAt: time,
  maker: z
    .string()
    .optional()
    .describe(
      'E-mail of who gave it its URL, or enabled it after its maker had left. Absent once that user is deleted.',
    ),
  state: z
    .enum(['enabled', 'failing', 'disabled'])
    .describe('`failing`: its last attempts failed, and it is tried less often until one does not.'),
  disabled: z
    .object({
      at: time,
      why: z
        .enum(['user', 'gone', 'failing', 'maker'])
        .describe(
          '`gone`: it answered 410; `failing`: every attempt of three days failed; `maker`: its maker is no owner of the project any more.',
        ),
    })
    .optional(),
  failingSince: time.optional(),
  retryAt: time
    .optional()
    .describe('When it is tried next, if not at once: it fails, or its receiver asked for a pause.'),
  lastError: z.string().optional().describe('Why its last attempt failed, as a sentence in English.'),
  lastErrorCode: webhookFailureSchema,
  lastStatus: z.int().optional().describe('Of the answer to that; absent without one.'),
  previousSecretUntil: time.optional().describe('Until then the secret before signs too.'),
});
type WebhookFields = typeof webhook;
/** A name for declarations, as `StepSchema` is. */
export interface WebhookSchema extends WebhookFields {}
export const webhookSchema: WebhookSchema = webhook;
export type Webhook = z.output<WebhookSchema>;
const secret = z.string().describe('Shown only now. `whsec_` and the key in base64.');
export const webhookWithSecretSchema = webhookSchema.extend({ secret });
export const changedWebhookSchema = webhookSchema.extend({ secret: secret.optional() });

export const rotateBody = z
  .strictObject({
    keepHours: z
      .number()
      .min(0)
      .max(LIMIT.keepHours)
      .default(24)
      .describe('For how long the secret before signs too. 0: not at all, e.g. because others know it.'),
  })
  .default({ keepHours: 24 });
