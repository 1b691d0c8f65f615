/*
 * One process's connection to NATS. Owns the connection and its subscriptions; connects in the background and
 * reconnects for ever. Holds no state of record: whatever must survive is in the database before it is published
 * here.
 */
import { connect, JSONCodec, type NatsConnection, type Subscription } from 'nats';
import { BusError, busError } from './errors.ts';
import { connectionOptions } from './options.ts';

export interface Bus extends AsyncDisposable {
  readonly connected: boolean;
  /** Publishes a message. It is lost while there is no connection. */
  publish(subject: string, body: unknown): void;
  /** Rejects with {@link BusError}. */
  request(subject: string, body: unknown, timeoutMs: number): Promise<unknown>;
  /**
   * Calls `listener` for each message until `stop` is called. `ready` resolves when the server knows the
   * subscription.
   */
  subscribe(subject: string, listener: (body: unknown) => void): BusSubscription;
  /** Answers requests; no reply is sent if the handler returns undefined. Requests are handled concurrently. */
  respond(
    subject: string,
    handler: (body: unknown) => unknown,
    options?: { queue?: string },
  ): BusSubscription;
  /** As `respond`, for requests of the NATS server itself, which are plain text. */
  respondText(
    subject: string,
    handler: (text: string) => Promise<string | undefined>,
    options?: { queue?: string },
  ): BusSubscription;
  onReconnect(listener: () => void): () => void;
  /** The connection, once there is one. */
  connection(): Promise<NatsConnection>;
}

export interface BusSubscription {
  ready: Promise<void>;
  stop(): void;
}

export interface BusLog {
  info(object: object, text: string): void;
  warn(object: object, text: string): void;
}

const codec = JSONCodec<unknown>();
const texts = new TextEncoder();

export function openBus(options: { url: string; name: string; log: BusLog }): Bus {
  const { log } = options;
  const reconnectListeners = new Set<() => void>();
  let connection: NatsConnection | undefined;
  let connected = false;

  const connecting = connect(connectionOptions(options)).then((opened) => {
    connection = opened;
    connected = true;
    void watch(opened);
    return opened;
  });
  // Each use reports the failure; there is nothing else to do here.
  connecting.catch(() => undefined);
  const slow = setTimeout(() => log.warn({}, 'NATS is unreachable, still trying to connect'), 1_000);
  connecting.finally(() => clearTimeout(slow)).catch(() => undefined);

  const watch = async (opened: NatsConnection) => {
    for await (const { type, data } of opened.status()) {
      if (type === 'disconnect') {
        connected = false;
        log.warn({ server: String(data) }, 'disconnected from NATS');
      } else if (type === 'reconnect') {
        connected = true;
        log.info({ server: String(data) }, 'reconnected to NATS');
        for (const listener of reconnectListeners) listener();
      } else if (type === 'error') log.warn({ reason: String(data) }, 'NATS reported an error');
    }
    connected = false;
  };

  const openSubscription = (
    subject: string,
    take: (subscription: Subscription) => Promise<void>,
    queue?: string,
  ): BusSubscription => {
    let subscription: Subscription | undefined;
    let stopped = false;
    const ready = connecting.then(async (opened) => {
      if (stopped) return;
      subscription = opened.subscribe(subject, queue ? { queue } : {});
      void take(subscription);
      await opened.flush();
    });
    ready.catch(() => undefined); // whoever needs it awaits `ready`
    const stop = () => {
      stopped = true;
      subscription?.unsubscribe();
    };
    return { ready, stop };
  };

  return {
    get connected() {
      return connected;
    },
    publish(subject, body) {
      if (!connection || !connected) return;
      try {
        connection.publish(subject, codec.encode(body));
      } catch (error) {
        log.warn({ err: error, subject }, 'could not publish a message'); // too large, or closing
      }
    },
    async request(subject, body, timeoutMs) {
      if (!connection || !connected) throw new BusError('unavailable');
      try {
        return codec.decode(
          (await connection.request(subject, codec.encode(body), { timeout: timeoutMs })).data,
        );
      } catch (error) {
        throw busError(error);
      }
    },
    subscribe: (subject, listener) =>
      openSubscription(subject, async (messages) => {
        for await (const message of messages) {
          const body = decode(message.data);
          if (body !== undefined) callListener(listener, body);
        }
      }),
    respond: (subject, handler, { queue } = {}) =>
      openSubscription(
        subject,
        async (messages) => {
          for await (const message of messages)
            void answer(message, async () => {
              const reply = await handler(decode(message.data));
              return reply === undefined ? undefined : codec.encode(reply);
            });
        },
        queue,
      ),
    respondText: (subject, handler, { queue } = {}) =>
      openSubscription(
        subject,
        async (messages) => {
          for await (const message of messages)
            void answer(message, async () => {
              const reply = await handler(message.string());
              return reply === undefined ? undefined : texts.encode(reply);
            });
        },
        queue,
      ),
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
    connection: () => connecting,
    async [Symbol.asyncDispose]() {
      clearTimeout(slow);
      reconnectListeners.clear();
      connected = false;
      await connection?.close();
    },
  };

  function callListener(listener: (body: unknown) => void, body: unknown): void {
    try {
      listener(body);
    } catch (error) {
      log.warn({ err: error }, 'could not handle a message');
    }
  }

  async function answer(
    message: { respond(data: Uint8Array): boolean },
    handle: () => Promise<Uint8Array | undefined>,
  ) {
    try {
      const reply = await handle();
      if (reply !== undefined) message.respond(reply);
    } catch (error) {
      log.warn({ err: error }, 'could not answer a request');
    }
  }
}

/** Undefined for what is not JSON: the sender is not trusted. */
function decode(data: Uint8Array): unknown {
  try {
    return codec.decode(data);
  } catch {
    return undefined;
  }
}
