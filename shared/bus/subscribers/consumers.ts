import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerUpdateConfig,
  DeliverPolicy,
  type JetStreamManager,
  NatsError,
  nanos,
} from 'nats';
import type { Bus } from '../bus.ts';
import { busError } from '../errors.ts';
import { ensureEventStream } from '../event-stream.ts';
import { EVENT_STREAM } from '../subjects.ts';
import type { ConsumerPlan } from './access.ts';

/** As long as the stream keeps events: whoever stays away longer has lost them anyway. */
const KEPT_MS = 7 * 86_400_000;
const ACK_WITHIN_MS = 10_000;
const TIMEOUT_MS = 1_000;

/**
 * Makes a subscriber's consumers, or brings their subjects up to date; a position is kept. Done before the subscriber is
 * let in: nobody ever pulls from a consumer that is wider than its rights (I11). Rejects with `BusError`.
 */
export async function prepareConsumers(bus: Bus, plans: readonly ConsumerPlan[]): Promise<void> {
  try {
    const connection = await bus.connection();
    const manager = await connection.jetstreamManager({ timeout: TIMEOUT_MS, checkAPI: false });
    const prepareAll = () => Promise.all(plans.map((plan) => prepare(manager, plan)));
    await prepareAll().catch(async (error: unknown) => {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
      await ensureEventStream(connection);
      await prepareAll();
    });
  } catch (error) {
    throw busError(error);
  }
}

async function prepare(manager: JetStreamManager, { name, subjects }: ConsumerPlan): Promise<void> {
  // Without a filter it would hand out everything.
  if (subjects.length === 0) return remove(manager, name);
  const wanted = { ...CHANGEABLE, filter_subjects: [...subjects] };
  await manager.consumers.add(EVENT_STREAM, { ...FIXED, durable_name: name, ...wanted }).catch((error) => {
    if (codeOf(error) !== CONSUMER_EXISTS) throw error;
    return manager.consumers.update(EVENT_STREAM, name, wanted);
  });
}

async function remove(manager: JetStreamManager, name: string): Promise<void> {
  await manager.consumers.delete(EVENT_STREAM, name).catch((error) => {
    if (codeOf(error) !== CONSUMER_NOT_FOUND) throw error;
  });
}

const FIXED: Partial<ConsumerConfig> = {
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.All,
};
const CHANGEABLE: Partial<ConsumerUpdateConfig> = {
  ack_wait: nanos(ACK_WITHIN_MS),
  max_ack_pending: 1_000,
  inactive_threshold: nanos(KEPT_MS),
};

/** Of JetStream's API. */
const STREAM_NOT_FOUND = 10_059;
const CONSUMER_NOT_FOUND = 10_014;
const CONSUMER_EXISTS = 10_148;

const codeOf = (error: unknown): number | undefined =>
  error instanceof NatsError ? error.api_error?.err_code : undefined;
