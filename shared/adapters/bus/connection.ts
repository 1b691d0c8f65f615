/*
 * The connection of a bus: opened in the background, and retried without limit. Owns it, and reports when it opens and closes.
 */
import { connect, type NatsConnection } from 'nats';
import type { BusLog } from './bus.ts';
import { natsOptions } from './options.ts';
import { createReconnectDelay } from './reconnect-delay.ts';

const SLOW_MS = 1_000;

interface Link {
  /** The connection, while it is up. */
  readonly live: NatsConnection | undefined;
  opening: Promise<NatsConnection>;
  onReconnect(listener: () => void): () => void;
  close(): Promise<void>;
}

export function openConnection(options: { url: string; name: string; log: BusLog }): Link {
  const { log } = options;
  const reconnectListeners = new Set<() => void>();
  let connection: NatsConnection | undefined;
  let live: NatsConnection | undefined;
  const delay = createReconnectDelay();
  const onChange = (up: boolean) => {
    if (up) delay.reset();
    live = up ? connection : undefined;
  };

  const opening = connect(natsOptions(options, delay.next)).then((opened) => {
    connection = opened;
    onChange(true);
    void watch(opened, { log, reconnectListeners, onChange });
    return opened;
  });
  const slow = setTimeout(() => log.warn({}, 'NATS is unreachable, still trying to connect'), SLOW_MS);
  // Each use reports the failure; there is nothing else to do here.
  opening.finally(() => clearTimeout(slow)).catch(() => undefined);

  return {
    get live() {
      return live;
    },
    opening,
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
    async close() {
      clearTimeout(slow);
      reconnectListeners.clear();
      live = undefined;
      await connection?.close();
    },
  };
}

interface Watched {
  log: BusLog;
  reconnectListeners: Set<() => void>;
  onChange(up: boolean): void;
}

async function watch(opened: NatsConnection, { log, reconnectListeners, onChange }: Watched): Promise<void> {
  for await (const { type, data } of opened.status()) {
    if (type === 'disconnect') {
      onChange(false);
      log.warn({ server: String(data) }, 'disconnected from NATS');
    } else if (type === 'reconnect') {
      onChange(true);
      log.info({ server: String(data) }, 'reconnected to NATS');
      for (const listener of reconnectListeners) listener();
    } else if (type === 'error') log.warn({ reason: String(data) }, 'NATS reported an error');
  }
  onChange(false);
}
