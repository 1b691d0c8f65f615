/*
 * One process's connection to NATS. Owns the connection and its subscriptions; connects in the background and
 * reconnects without limit. Holds no state of record: whatever must survive is in the database before it is published
 * here.
 */
import { JSONCodec, type Msg, type NatsConnection } from 'nats';
import { openConnection } from './connection.ts';
import { BusError, busError } from './errors.ts';
import { headersOf, type Place, placeOfMessage } from './place.ts';
import { type BusSubscription, openSubscription } from './subscription.ts';

export interface Bus extends AsyncDisposable {
  readonly connected: boolean;
  /** True once the server has answered; rejects if the connection breaks, or there is none. Without a limit of time. */
  answers(): Promise<boolean>;
  /** Publishes a message. It is lost while there is no connection. */
  publish(subject: string, body: unknown, place?: Place): void;
  /** Rejects with {@link BusError}. */
  request(subject: string, body: unknown, timeoutMs: number, place?: Place): Promise<unknown>;
  /**
   * Calls `listener` for each message until `stop` is called. `ready` resolves when the server knows the
   * subscription. Of the subscribers of a `queue` group one gets each message.
   */
  subscribe(
    subject: string,
    listener: (body: unknown) => void,
    options?: { queue?: string },
  ): BusSubscription;
  /** Answers requests; no reply is sent if the handler returns undefined. Requests are handled concurrently. */
  respond(
    subject: string,
    handler: (body: unknown, place: Place) => unknown,
    options?: { queue?: string },
  ): BusSubscription;
  /** Like `respond`, for requests of the NATS server itself, which are plain text. */
  respondText(
    subject: string,
    handler: (text: string) => Promise<string | undefined>,
    options?: { queue?: string },
  ): BusSubscription;
  onReconnect(listener: () => void): () => void;
  /** The connection, once there is one. */
  connection(): Promise<NatsConnection>;
}

export type { Place } from './place.ts';
export type { BusSubscription } from './subscription.ts';

export interface BusLog {
  info(object: object, text: string): void;
  warn(object: object, text: string): void;
}

const codec = JSONCodec<unknown>();
const texts = new TextEncoder();

export function openBus(options: { url: string; name: string; log: BusLog }): Bus {
  const { log } = options;
  const link = openConnection(options);
  const respondTo = <Request>(subject: string, responder: Responder<Request>, queue: string | undefined) =>
    openSubscription(link.opening, subject, (message) => void answer(message, responder, log), queue);

  return {
    get connected() {
      return link.live !== undefined;
    },
    async answers() {
      if (!link.live) throw new BusError('unavailable');
      await link.live.flush();
      return true;
    },
    publish(subject, body, place) {
      try {
        link.live?.publish(subject, codec.encode(body), headersOf(place));
      } catch (error) {
        log.warn({ err: error, subject }, 'could not publish a message'); // too large, or closing
      }
    },
    async request(subject, body, timeoutMs, place) {
      if (!link.live) throw new BusError('unavailable');
      try {
        const options = { timeout: timeoutMs, ...headersOf(place) };
        const reply = await link.live.request(subject, codec.encode(body), options);
        return codec.decode(reply.data);
      } catch (error) {
        throw busError(error);
      }
    },
    subscribe: (subject, listener, { queue } = {}) =>
      openSubscription(link.opening, subject, (message) => callListener(listener, message, log), queue),
    respond: (subject, handle, { queue } = {}) => respondTo(subject, { ...JSON_BODY, handle }, queue),
    respondText: (subject, handle, { queue } = {}) => respondTo(subject, { ...TEXT_BODY, handle }, queue),
    onReconnect: link.onReconnect,
    connection: () => link.opening,
    [Symbol.asyncDispose]: () => link.close(),
  };
}

function callListener(listener: (body: unknown) => void, { data }: Msg, log: BusLog): void {
  const body = decode(data);
  if (body === undefined) return;
  try {
    listener(body);
  } catch (error) {
    log.warn({ err: error }, 'could not handle a message');
  }
}

interface Responder<Request> {
  read(message: Msg): Request;
  /** Undefined: no reply. */
  handle(request: Request, place: Place): unknown;
  write(reply: unknown): Uint8Array;
}

async function answer<Request>(message: Msg, { read, handle, write }: Responder<Request>, log: BusLog) {
  try {
    const reply = await handle(read(message), placeOfMessage(message));
    if (reply !== undefined) message.respond(write(reply));
  } catch (error) {
    log.warn({ err: error }, 'could not answer a request');
  }
}

const JSON_BODY = { read: ({ data }: Msg) => decode(data), write: codec.encode };
const TEXT_BODY = {
  read: (message: Msg) => message.string(),
  write: (text: unknown) => texts.encode(String(text)),
};

/** Undefined for what is not JSON: the sender is not trusted. */
function decode(data: Uint8Array): unknown {
  try {
    return codec.decode(data);
  } catch {
    return undefined;
  }
}
