import {
  type JetStreamManager,
  type NatsConnection,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import { type Bus, CONNECTION } from './bus.ts';
import { EVENT_STREAM, subjects } from './subjects.ts';

const DAY_MS = 86_400_000;
/** Servers of a cluster that hold each event, unless configured otherwise: any one of them may fail. */
const CLUSTER_REPLICAS = 3;

/** How much the stream of all events keeps. The first limit that is reached drops the oldest events. */
export interface StreamSize {
  bytes: number;
  ageMs: number;
  /** Servers that hold each event; undefined: one, or three in a cluster. */
  replicas: number | undefined;
}

export const DEFAULT_SIZE: StreamSize = { bytes: 1024 ** 3, ageMs: 7 * DAY_MS, replicas: undefined };

/** What the server refuses to change. Its message is one line for the operator. */
export class StreamSizeError extends Error {}

const SUBJECTS = [subjects.allEvents, subjects.allGaps];

/**
 * Creates the JetStream stream of all events if it is missing, e.g. after its store was wiped; an existing one keeps
 * its size. Safe to call at any time, from any process.
 */
export async function ensureEventStream(bus: Bus): Promise<void> {
  await existing(await managerOf(await bus[CONNECTION]()));
}

/**
 * The same, and gives it this size. Rejects with {@link StreamSizeError} for what the server refuses, e.g. more
 * replicas than it has servers; everything else is applied nevertheless.
 */
export async function sizeEventStream(bus: Bus, size: StreamSize): Promise<void> {
  const connection = await bus[CONNECTION]();
  const manager = await managerOf(connection);
  const config = await existing(manager);
  const alone = connection.info?.cluster === undefined;
  const replicas = size.replicas ?? (alone ? 1 : CLUSTER_REPLICAS);
  const kept = { max_bytes: size.bytes, max_age: nanos(size.ageMs) };
  const changes: [is: boolean, change: Partial<StreamConfig>, name: string][] = [
    [config.max_bytes === kept.max_bytes && config.max_age === kept.max_age, kept, describeKept(size)],
    // Automatically only raised: an operator may have chosen five.
    [
      size.replicas === undefined ? config.num_replicas >= replicas : config.num_replicas === replicas,
      { num_replicas: replicas },
      `${replicas} replica${replicas === 1 ? '' : 's'}`,
    ],
  ];
  const refusals: string[] = [];
  for (const [is, change, name] of changes) {
    if (is) continue;
    // A single server accepts this, and ignores it.
    if (alone && (change.num_replicas ?? 1) > 1) {
      refusals.push(`${name}: this NATS server is not part of a cluster`);
      continue;
    }
    await manager.streams.update(EVENT_STREAM, change).catch((error: unknown) => {
      if (!(error instanceof NatsError && error.api_error)) throw error;
      refusals.push(`${name}: ${error.api_error.description}`);
    });
  }
  if (refusals.length > 0) throw new StreamSizeError(`the event stream cannot have ${refusals.join('; ')}`);
}

const describeKept = ({ bytes, ageMs }: StreamSize): string => `${bytes} bytes and ${ageMs / DAY_MS} days`;

const managerOf = (connection: NatsConnection): Promise<JetStreamManager> =>
  connection.jetstreamManager({ timeout: 2_000, checkAPI: false });

/** The stream's configuration. Creates it, and adds subjects that it lacks. */
async function existing(manager: JetStreamManager): Promise<StreamConfig> {
  const found = await configOf(manager);
  if (found === undefined) return (await manager.streams.add(newStream(DEFAULT_SIZE))).config;
  if (SUBJECTS.every((subject) => found.subjects.includes(subject))) return found;
  return (await manager.streams.update(EVENT_STREAM, { subjects: SUBJECTS })).config;
}

const newStream = ({ bytes, ageMs }: StreamSize): Partial<StreamConfig> => ({
  name: EVENT_STREAM,
  subjects: SUBJECTS,
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  max_age: nanos(ageMs),
  max_bytes: bytes,
  duplicate_window: nanos(120_000),
  num_replicas: 1,
});

/** Undefined if there is no stream. */
async function configOf(manager: JetStreamManager): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(EVENT_STREAM)).config;
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}
