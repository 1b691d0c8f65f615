/* What the actions of `ghostly webhooks` do, but for listening. */
import type { Client, Delivery, Webhook } from '#shared/api/client/index.ts';
import type { WebhookEvent } from '#shared/api/contract/webhooks/webhook-events.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../view/local-time.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { showTable } from '../view/show-table.ts';

interface Job {
  client: Client;
  context: CommandContext;
  /** The id of the project. */
  project: string;
  json: boolean;
  events: WebhookEvent[] | undefined;
  filter: Webhook['filter'];
  /** Where a webhook is sent from now on. */
  url: string | undefined;
  description: string | undefined;
  /** How long a rotated secret stays valid, ms. */
  keepMs: number | undefined;
  state: Delivery['state'] | undefined;
  limit: number;
}
type Act = (job: Job, ...args: string[]) => Promise<void>;

const HOUR_MS = 3_600_000;
const timeOf = (text: string) => localTime(Date.parse(text));
const signalOf = ({ context }: Job) => ({ signal: context.outClosed });
const say = ({ context, json }: Job, answer: unknown, text: string) =>
  context.out(json ? plainJson(answer) : text);

/** Prints the secret alone, so that a script can take it; what else there is to say goes to stderr. */
function sayOnce({ context, json }: Job, made: Webhook & { secret: string }, about: string): void {
  context.out(json ? plainJson(made) : made.secret);
  if (!json) context.err(`${about}; the secret is shown only now`);
}

const standing = ({ state, disabled, lastError, retryAt }: Webhook): string =>
  [
    disabled ? `disabled (${disabled.why})` : state,
    lastError && `: ${plainText(lastError)}`,
    retryAt && `; next ${timeOf(retryAt).slice(11)}`,
  ]
    .filter(Boolean)
    .join('');

/** The runs that it is notified of, in one cell. */
const runsOf = ({ filter: { name, labels = [] } = {} }: Webhook): string =>
  [name ?? (labels.length === 0 ? 'all' : ''), ...labels.map((label) => `+${label}`)]
    .filter(Boolean)
    .join(' ');

const askedOf = ({ events, filter, description }: Job) => ({
  ...(events && { events }),
  ...(filter && { filter }),
  ...(description !== undefined && { description }),
});

const lastOf = ({ state, log, nextAttemptAt }: Delivery): string => {
  const last = log.at(-1);
  if (state === 'pending' && nextAttemptAt !== undefined && last)
    return `${plainText(last.error ?? '')}; next ${timeOf(nextAttemptAt).slice(11)}`;
  return last ? plainText(last.error ?? String(last.status)) : '';
};

const enable =
  (enabled: boolean): Act =>
  async (job, webhookId = '') => {
    const params = { id: job.project, webhookId };
    const changed = await job.client.call('changeWebhook', { params, body: { enabled } }, signalOf(job));
    const { secret } = changed;
    const about = `${enabled ? 'enabled' : 'disabled'} ${webhookId}`;
    if (secret === undefined) say(job, changed, about);
    else sayOnce(job, { ...changed, secret }, `${about}, which is yours now and has a new secret`);
  };

/** The keys are the names of the actions. */
export const WEBHOOK_ACTIONS: Readonly<Record<string, Act>> = {
  async list(job) {
    const webhooks = await job.client.call('listWebhooks', { params: { id: job.project } }, signalOf(job));
    if (job.json) return job.context.out(plainJson(webhooks));
    const rows = webhooks.map((webhook) => [
      webhook.id,
      plainText(webhook.url ?? '(read)'),
      webhook.events.join(','),
      plainText(runsOf(webhook)),
      plainText(webhook.maker ?? ''),
      standing(webhook),
    ]);
    showTable(job.context, ['ID', 'URL', 'EVENTS', 'RUNS', 'MAKER', 'STATE'], rows);
  },
  async add(job, url = '') {
    const { project: id } = job;
    const body = { url, ...askedOf(job) };
    const made = await job.client.call('createWebhook', { params: { id }, body }, signalOf(job));
    sayOnce(job, made, `added ${made.id} for ${made.events.join(', ')}`);
  },
  async change(job, webhookId = '') {
    const { project: id, url } = job;
    const body = { ...askedOf(job), ...(url !== undefined && { url }) };
    const changed = await job.client.call(
      'changeWebhook',
      { params: { id, webhookId }, body },
      signalOf(job),
    );
    say(job, changed, `changed ${webhookId}`);
  },
  async remove(job, webhookId = '') {
    const params = { id: job.project, webhookId };
    say(job, await job.client.call('deleteWebhook', { params }, signalOf(job)), `removed ${webhookId}`);
  },
  async rotate(job, webhookId = '') {
    const params = { id: job.project, webhookId };
    const body = job.keepMs === undefined ? {} : { keepHours: job.keepMs / HOUR_MS };
    const made = await job.client.call('rotateWebhookSecret', { params, body }, signalOf(job));
    const until = made.previousSecretUntil;
    const before = until === undefined ? 'no longer signs' : `signs too until ${timeOf(until)}`;
    sayOnce(job, made, `the secret before ${before}`);
  },
  enable: enable(true),
  disable: enable(false),
  async test(job, webhookId = '') {
    const params = { id: job.project, webhookId };
    const sent = await job.client.call('testWebhook', { params }, signalOf(job));
    say(job, sent, `sent a ping: ${sent.deliveryId}`);
  },
  async deliveries(job, webhookId = '') {
    const { state, limit } = job;
    const request = { params: { id: job.project, webhookId }, query: { limit, ...(state && { state }) } };
    const found = await job.client.call('listDeliveries', request, signalOf(job));
    if (job.json) return job.context.out(plainJson(found));
    const rows = found.map((delivery) => [
      delivery.id,
      timeOf(delivery.at),
      delivery.type,
      delivery.runId ?? '',
      delivery.state,
      String(delivery.attempts),
      lastOf(delivery),
    ]);
    showTable(job.context, ['ID', 'TIME', 'EVENT', 'RUN', 'STATE', 'TRIES', 'LAST'], rows);
  },
  async resend(job, webhookId = '', deliveryId = '') {
    const params = { id: job.project, webhookId, deliveryId };
    say(
      job,
      await job.client.call('resendDelivery', { params }, signalOf(job)),
      `sending ${deliveryId} again`,
    );
  },
};
