import type { Bus } from '#shared/bus/bus.ts';
import { ensureEventStream } from '#shared/bus/event-stream.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';

/** The stream may have been deleted, or have fewer replicas than there are servers by now. */
const EVERY_MS = 10_000;

/** Sets up the stream of all events whenever there is a connection, and now and then. */
export function keepEventStream(bus: Bus, log: Log, resources: AsyncDisposableStack): void {
  const ensuring = resources.use(
    startLoop(
      EVERY_MS,
      async () => (bus.connected ? ensureEventStream(await bus.connection()) : undefined),
      (error) => log.warn({ err: error }, 'could not set up the event stream yet'),
    ),
  );
  void bus.connection().then(ensuring.wake, () => undefined); // without a connection the loop retries
  resources.defer(bus.onReconnect(ensuring.wake));
}
