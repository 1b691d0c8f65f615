import type { Bus } from '#shared/adapters/bus/bus.ts';
import {
  ensureEventStream,
  type StreamSize,
  StreamSizeError,
  sizeEventStream,
} from '#shared/adapters/bus/event-stream.ts';
import { startLoop } from '#shared/platform/async/loop.ts';
import type { Config } from '#shared/platform/config/config.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Leadership } from './leading.ts';

/** The stream may have been deleted, or have fewer replicas than there are servers by now. */
const EVERY_MS = 10_000;
const DAY_MS = 86_400_000;

interface KeepingDeps {
  bus: Bus;
  log: Log;
  size: StreamSize;
  /** Only the leader gives it its size, so that supervisors with different ones do not undo each other's. */
  leadership: Pick<Leadership, 'isLeading' | 'onLead'>;
  resources: AsyncDisposableStack;
}

/** Sets up the stream of all events whenever there is a connection, and now and then. */
export function keepEventStream({ bus, log, size, leadership, resources }: KeepingDeps): void {
  const work = async () => {
    if (!bus.connected) return;
    if (leadership.isLeading()) await sizeEventStream(bus, size);
    else await ensureEventStream(bus);
  };
  const ensuring = resources.use(
    startLoop(EVERY_MS, work, (error) => {
      if (error instanceof StreamSizeError) log.warn(error.message);
      else log.warn({ err: error }, 'could not set up the event stream yet');
    }),
  );
  void bus.opened().then(ensuring.wake, () => undefined); // without a connection the loop retries
  resources.defer(bus.onReconnect(ensuring.wake));
  leadership.onLead(ensuring.wake);
}

type Variables = Config<'GHOSTLY_EVENTS_MIB' | 'GHOSTLY_EVENTS_DAYS' | 'GHOSTLY_EVENTS_REPLICAS'>;

export const streamSizeOf = (config: Variables): StreamSize => ({
  bytes: config.GHOSTLY_EVENTS_MIB * 1024 ** 2,
  ageMs: config.GHOSTLY_EVENTS_DAYS * DAY_MS,
  replicas: config.GHOSTLY_EVENTS_REPLICAS,
});
