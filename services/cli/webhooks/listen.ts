/*
 * `ghostly webhooks listen`: shows what a webhook would be sent. It makes a webhook without a URL and reads its messages
 * from the gateway, so nothing has to reach this machine. Owns that webhook, and signal handling meanwhile.
 */
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Delivery, GatewayError, type Webhook } from '#shared/api/client/index.ts';
import type { WebhookEvent } from '#shared/api/contract/webhooks/webhook-events.ts';
import { listenForStop, type SignalSource } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import { deliveryLine } from './delivery-line.ts';
import { forward } from './forward.ts';

export interface ListenOptions {
  context: CommandContext;
  signals: SignalSource;
  project: string;
  /** All of them if left out. */
  events: WebhookEvent[] | undefined;
  filter: Webhook['filter'];
  /** Where each message is passed on to. */
  forwardTo: string | undefined;
  /** Each message as one line of JSON. */
  json: boolean;
}

const LOOK_EVERY_MS = 500;
const DELETE_WITHIN_MS = 5_000;

/** Resolves to the exit code: 128 + n for the signal that ended it. */
export async function listen(client: Client, options: ListenOptions): Promise<number> {
  const { context, signals, project, events, filter } = options;
  const stop = listenForStop(signals, () => performance.now());
  const interrupted = new AbortController();
  void stop.first.then((signal) => interrupted.abort(signal));
  const signal = AbortSignal.any([interrupted.signal, context.outClosed]);
  try {
    const asked = { ...(events && { events }), ...(filter && { filter }) };
    const body = { listen: true as const, description: 'ghostly webhooks listen', ...asked };
    const made = await client.call('createWebhook', { params: { id: project }, body }, { signal });
    const params = { id: project, webhookId: made.id };
    try {
      context.err(`listening for ${made.events.join(', ')}; Ctrl-C stops`);
      if (options.forwardTo !== undefined) context.err(`signed with ${plainText(made.secret)}`);
      await readOn(client, params, made.secret, { ...options, signal });
    } finally {
      await remove(client, params, context);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.dispose();
  }
  const name = interrupted.signal.reason as NodeJS.Signals | undefined;
  return name === undefined ? EXIT.refused : 128 + constants.signals[name];
}

interface Params {
  id: string;
  webhookId: string;
}

/** Reads messages until the signal; a gateway that is away is asked again. */
async function readOn(
  client: Client,
  params: Params,
  secret: string,
  options: ListenOptions & { signal: AbortSignal },
): Promise<never> {
  const { context, signal } = options;
  // There is no delivery with this id: the first reading begins with the first one.
  let after = params.webhookId;
  let away = false;
  for (;;) {
    signal.throwIfAborted();
    try {
      const query = { after, limit: 100 };
      const page = await client.call('listDeliveries', { params, query }, { signal });
      away = false;
      for (const delivery of page) {
        await show(delivery, secret, options);
        after = delivery.id;
      }
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      if (!away) context.err(`${error.message}; retrying`);
      away = true;
    }
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

async function show(
  delivery: Delivery,
  secret: string,
  { context, forwardTo: url, json, signal }: ListenOptions & { signal: AbortSignal },
): Promise<void> {
  const { messageId, message } = delivery;
  const answer =
    url === undefined ? undefined : await forward({ messageId, message }, { url, secret, signal });
  if (json) context.out(plainJson(message));
  else context.out(`${deliveryLine(message)}${answer === undefined ? '' : `  → ${plainText(answer)}`}`);
}

/** If this fails, the service deletes the webhook once nobody has read its messages for an hour. */
async function remove(client: Client, params: Params, { err }: CommandContext): Promise<void> {
  const signal = AbortSignal.timeout(DELETE_WITHIN_MS);
  await client
    .call('deleteWebhook', { params }, { signal })
    .catch(() => err('could not delete the webhook; the service deletes it within two hours'));
}
