/*
 * Writes every event of your runs, heard over NATS, to a file: once, in order, none missing. Ends at Ctrl-C; may be
 * killed, and started again, at any moment.
 *
 *   GHOSTLY_API_KEY=gly_… npx node examples/subscriber/subscribe.ts [file]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from 'nats';
import { type Api, createApi, Refused, type Subscription } from './api.ts';
import type { Gap } from './gap.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { type Entry, openRecord } from './record.ts';

const { GHOSTLY_URL = 'http://127.0.0.1:4000', GHOSTLY_API_KEY: apiKey, GHOSTLY_NATS } = process.env;
const [, , file = 'events.ndjson'] = process.argv;
const AGAIN_MS = 500;

if (!apiKey) throw new Error('GHOSTLY_API_KEY is not set');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const record = openRecord(file);
const api = createApi(GHOSTLY_URL, apiKey);
const inbox = createInbox({ api, record, show: (line) => console.log(line) });

// The server ends each connection now and then, to look again at what the key may; so there is no other way to go on
// than to begin anew, and it serves for every kind of loss.
while (!stop.signal.aborted) {
  try {
    await subscribe(api, inbox, apiKey);
  } catch (error) {
    if (error instanceof Refused) throw error;
    console.error(`not connected: ${String(error)}`);
  }
  await delay(AGAIN_MS, undefined, { signal: stop.signal }).catch(() => undefined);
}

/** Hears until the connection is lost. */
async function subscribe(ghostly: Api, to: Inbox, key: string): Promise<void> {
  const { servers, durable } = await ghostly.subscription();
  const connection = await connect({
    servers: GHOSTLY_NATS ?? servers,
    user: durable.user,
    pass: key,
    reconnect: false,
  });
  const close = () => void connection.close();
  stop.signal.addEventListener('abort', close, { once: true });
  try {
    console.error(`connected to ${connection.getServer()}`);
    await to.catchUp();
    await hear(connection, durable, to);
  } finally {
    stop.signal.removeEventListener('abort', close);
    await connection.close();
  }
}

async function hear(connection: NatsConnection, durable: Subscription['durable'], to: Inbox): Promise<void> {
  const reading = durable.consumers.map(async ({ handsOut }) => {
    for await (const message of connection.subscribe(handsOut, { queue: durable.queue })) {
      const content = message.json<Entry | Gap>();
      await (content.kind === 'gap' ? to.fillGap(content) : to.take(content));
      message.respond(); // acknowledges it, and only now: what is not acknowledged comes again
    }
  });
  // A message that cannot be taken ends the connection, and is tried again by the next one.
  await Promise.race([connection.closed(), ...reading]);
}
