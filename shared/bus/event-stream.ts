import {
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import { EVENT_STREAM, subjects } from './subjects.ts';

const DAY_MS = 86_400_000;
/** In a cluster this many servers hold each event, so that any one of them may fail. */
const CLUSTER_REPLICAS = 3;

const CONFIG: Partial<StreamConfig> = {
  name: EVENT_STREAM,
  subjects: [subjects.allEvents],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  max_age: nanos(7 * DAY_MS),
  max_bytes: 1024 ** 3,
  duplicate_window: nanos(120_000),
  num_replicas: 1,
};

/**
 * Creates the JetStream stream of all events if it is missing, e.g. after its store was wiped, and replicates it in a
 * cluster. Safe to call at any time. Also rejects if the cluster is too small for that: then the stream is on one
 * server.
 */
export async function ensureEventStream(connection: NatsConnection): Promise<void> {
  const manager = await connection.jetstreamManager({ timeout: 2_000 });
  const replicas = (await replicasOf(manager)) ?? (await manager.streams.add(CONFIG)).config.num_replicas;
  if (connection.info?.cluster !== undefined && replicas < CLUSTER_REPLICAS)
    await manager.streams.update(EVENT_STREAM, { num_replicas: CLUSTER_REPLICAS });
}

/** The number of its replicas; undefined if there is no stream. */
async function replicasOf(manager: JetStreamManager): Promise<number | undefined> {
  try {
    return (await manager.streams.info(EVENT_STREAM)).config.num_replicas;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}
