import { type NatsConnection, NatsError, nanos, RetentionPolicy, StorageType } from 'nats';
import { EVENT_STREAM, subjects } from './subjects.ts';

const DAY_MS = 86_400_000;

/** Makes the JetStream stream of all events if it is not there, e.g. after its store was wiped. Safe to call at any time. */
export async function ensureEventStream(connection: NatsConnection): Promise<void> {
  const manager = await connection.jetstreamManager({ timeout: 2_000 });
  try {
    await manager.streams.info(EVENT_STREAM);
  } catch (error) {
    if (!(error instanceof NatsError && error.api_error?.code === 404)) throw error;
    await manager.streams.add({
      name: EVENT_STREAM,
      subjects: [subjects.allEvents],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      max_age: nanos(7 * DAY_MS),
      max_bytes: 1024 ** 3,
      duplicate_window: nanos(120_000),
    });
  }
}
