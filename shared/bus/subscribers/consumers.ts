import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type ConsumerUpdateConfig,
  DeliverPolicy,
  type JetStreamManager,
  NatsError,
  nanos,
} from 'nats';
import { READERS } from '../accounts.ts';
import type { Bus } from '../bus.ts';
import { busError } from '../errors.ts';
import { ensureEventStream } from '../event-stream.ts';
import { subjects as busSubjects, EVENT_STREAM } from '../subjects.ts';
import type { ConsumerPlan } from './access.ts';

/** As long as the stream keeps events: a client that stays away longer has lost them anyway. */
export const KEPT_MS = 7 * 86_400_000;
const ACK_WITHIN_MS = 10_000;
/** Delivered and not yet acknowledged. What a killed process had is redelivered only after `ACK_WITHIN_MS`. */
const UNACKNOWLEDGED = 64;
const TIMEOUT_MS = 1_000;

/**
 * Creates a subscriber's consumers or updates their subjects, keeping their positions. Done before the sign-in is
 * granted, so that no consumer delivers more than its subscriber may read (I11). Rejects with `BusError`.
 */
export const prepareConsumers = (bus: Bus, plans: readonly ConsumerPlan[]): Promise<void> =>
  managed(bus, async (manager, connection) => {
    const prepareAll = () => Promise.all(plans.map((plan) => prepare(manager, plan)));
    await prepareAll().catch(async (error: unknown) => {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
      await ensureEventStream(connection);
      await prepareAll();
    });
  });

/** Deletes consumers. A missing consumer or stream is no error. */
export const removeConsumers = (bus: Bus, names: readonly string[]): Promise<void> =>
  managed(bus, async (manager) => {
    await Promise.all(names.map((name) => remove(manager, name)));
  });

async function managed(
  bus: Bus,
  work: (manager: JetStreamManager, connection: Awaited<ReturnType<Bus['connection']>>) => Promise<void>,
): Promise<void> {
  try {
    const connection = await bus.connection();
    await work(await connection.jetstreamManager({ timeout: TIMEOUT_MS, checkAPI: false }), connection);
  } catch (error) {
    throw busError(error);
  }
}

async function prepare(manager: JetStreamManager, { name, subjects }: ConsumerPlan): Promise<void> {
  // Without a filter it would deliver everything.
  if (subjects.length === 0) return remove(manager, name);
  const wanted: Partial<ConsumerUpdateConfig> = { ...CHANGEABLE, filter_subjects: [...subjects] };
  const found = await infoOf(manager, name);
  if (found === undefined) return make(manager, name, wanted);
  const now = new Set(found.config.filter_subjects ?? [found.config.filter_subject]);
  if (now.size === subjects.length && subjects.every((subject) => now.has(subject))) return;
  await manager.consumers.update(EVENT_STREAM, name, wanted);
}

/**
 * Two concurrent sign-ins may both create it: they ask for the same, or the one that read the rights later updates
 * it.
 */
async function make(
  manager: JetStreamManager,
  name: string,
  wanted: Partial<ConsumerUpdateConfig>,
): Promise<void> {
  const before = await infoOf(manager, pulledName(name));
  const config = {
    ...FIXED,
    ...(before && { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: placeOf(before) }),
    durable_name: name,
    deliver_subject: busSubjects.handedOut(name),
    ...wanted,
  };
  await manager.consumers.add(EVENT_STREAM, config).catch(async (error) => {
    if (codeOf(error) !== CONSUMER_EXISTS) throw error;
    await manager.consumers.update(EVENT_STREAM, name, wanted);
  });
  if (before) await remove(manager, before.name);
}

/** The name that a consumer had when subscribers pulled from it; replaced by the new one. */
const pulledName = (name: string): string => name.replace(/^feed_/, '');
const placeOf = ({ ack_floor: acknowledged }: ConsumerInfo): number => acknowledged.stream_seq + 1;

async function infoOf(manager: JetStreamManager, name: string): Promise<ConsumerInfo | undefined> {
  return manager.consumers.info(EVENT_STREAM, name).catch((error) => {
    if (codeOf(error) !== CONSUMER_NOT_FOUND) throw error;
    return undefined;
  });
}

async function remove(manager: JetStreamManager, name: string): Promise<void> {
  await manager.consumers.delete(EVENT_STREAM, name).catch((error) => {
    const code = codeOf(error);
    if (code !== CONSUMER_NOT_FOUND && code !== STREAM_NOT_FOUND) throw error;
  });
}

const FIXED: Partial<ConsumerConfig> = {
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
  deliver_group: READERS,
};
const CHANGEABLE: Partial<ConsumerUpdateConfig> = {
  ack_wait: nanos(ACK_WITHIN_MS),
  max_ack_pending: UNACKNOWLEDGED,
  inactive_threshold: nanos(KEPT_MS),
};

/** JetStream API error codes. */
const STREAM_NOT_FOUND = 10_059;
const CONSUMER_NOT_FOUND = 10_014;
const CONSUMER_EXISTS = 10_148;

const codeOf = (error: unknown): number | undefined =>
  error instanceof NatsError ? error.api_error?.err_code : undefined;
