import { AckPolicy, connect, DeliverPolicy, type NatsConnection } from 'nats';
import type { StreamData } from '../http/sse.ts';

export interface NatsMessage {
  subject: string;
  /** The header `Nats-Msg-Id`. */
  id: string;
  data: StreamData;
  raw: string;
}

interface NatsListener {
  readonly messages: readonly NatsMessage[];
  /** Resolves to the first message that matches, past or future. */
  until(matches: (message: NatsMessage) => boolean): Promise<NatsMessage>;
}

/** A client that may see all events and nothing else. */
export interface NatsReader extends AsyncDisposable {
  /** Collects every event that is said from now on. */
  listen(): Promise<NatsListener>;
  /** What the JetStream stream of all events holds of a run now. */
  stored(runId: string): Promise<NatsMessage[]>;
}

const STREAM = 'GHOSTLY_EVENTS';

export async function connectReader(readerUrl: string): Promise<NatsReader> {
  const { host, username, password } = new URL(readerUrl);
  const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  return {
    async listen() {
      const messages: NatsMessage[] = [];
      const listeners = new Set<() => void>();
      connection.subscribe('ghostly.v1.events.>', {
        callback: (error, message) => {
          if (error) return; // the connection is closing
          messages.push(toMessage(message));
          for (const listener of listeners) listener();
        },
      });
      await connection.flush();
      return {
        messages,
        until: (matches) =>
          new Promise((resolve) => {
            const look = () => {
              const found = messages.find(matches);
              if (found === undefined) return;
              listeners.delete(look);
              resolve(found);
            };
            listeners.add(look);
            look();
          }),
      };
    },
    stored: (runId) => readStored(connection, `ghostly.v1.events.*.*.${runId}.*`),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

interface Received {
  subject: string;
  headers?: { get(name: string): string } | undefined;
  string(): string;
}

function toMessage(message: Received): NatsMessage {
  const raw = message.string();
  return {
    subject: message.subject,
    id: message.headers?.get('Nats-Msg-Id') ?? '',
    data: JSON.parse(raw) as StreamData,
    raw,
  };
}

async function readStored(connection: NatsConnection, subject: string): Promise<NatsMessage[]> {
  const manager = await connection.jetstreamManager();
  const { name, num_pending: count } = await manager.consumers.add(STREAM, {
    filter_subject: subject,
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
  });
  const found: NatsMessage[] = [];
  if (count > 0) {
    const consumer = await connection.jetstream().consumers.get(STREAM, name);
    for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 }))
      found.push(toMessage(message));
  }
  await manager.consumers.delete(STREAM, name);
  return found;
}
