import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type ConsumerUpdateConfig,
  DeliverPolicy,
  type JetStreamManager,
  nanos,
} from 'nats';
import { READERS } from '../accounts.ts';
import type { Bus } from '../bus.ts';
import { ensureAtTimes } from '../missing-stream.ts';
import { subjects as busSubjects, EVENT_STREAM, gapConsumerOf } from '../subjects.ts';
import type { ConsumerPlan } from './access.ts';
import { type Extent, extentOf, SKEW_MS } from './extent.ts';
import {
  CONSUMER_EXISTS,
  codeOf,
  infoOf,
  managed,
  mayHaveLost,
  remove,
  STREAM_NOT_FOUND,
} from './jetstream.ts';

/** Much longer than the stream keeps events by default, so that a client that was away for long gets notice of its gap. */
export const KEPT_MS = 30 * 86_400_000;
const ACK_WITHIN_MS = 10_000;
/** Delivered and not yet acknowledged. What a killed process had is redelivered only after `ACK_WITHIN_MS`. */
const UNACKNOWLEDGED = 64;

/** Where a consumer is in the stream. */
export interface Position {
  name: string;
  isNew: boolean;
  /** Everything up to this place has been acknowledged, or does not concern it, or is gone. */
  floor: number;
  /** Nothing that is stored for it is still to be acknowledged. */
  isCurrent: boolean;
}

/** A consumer's place in the stream, and what the stream had right after. */
export interface PreparedConsumers {
  positions: Position[];
  extent: Extent;
}

/**
 * Creates or updates a subscriber's consumers, keeping their positions, before the sign-in is granted, so that none
 * delivers more than its subscriber may read (I11). `hadUntil`: the time up to which they have had all. Rejects with
 * `BusError`.
 */
export const prepareConsumers = (
  bus: Bus,
  plans: readonly ConsumerPlan[],
  hadUntil: ReadonlyMap<string, Date>,
): Promise<PreparedConsumers> =>
  managed(bus, async (manager) => {
    const prepareAll = () =>
      Promise.all(plans.map((plan) => prepare(manager, plan, hadUntil.get(plan.name))));
    const positions = await prepareAll().catch(async (error: unknown) => {
      if (codeOf(error) !== STREAM_NOT_FOUND) throw error;
      await ensureAtTimes(bus);
      return prepareAll();
    });
    const extent = extentOf(await manager.streams.info(EVENT_STREAM));
    return { positions: positions.filter((position) => position !== undefined), extent };
  });

/** Deletes consumers, with what tells them of gaps. A missing consumer or stream is no error. */
export const removeConsumers = (bus: Bus, names: readonly string[]): Promise<void> =>
  managed(bus, async (manager) => {
    await Promise.all(names.flatMap((name) => [remove(manager, name), remove(manager, gapConsumerOf(name))]));
  });

async function prepare(
  manager: JetStreamManager,
  { name, subjects }: ConsumerPlan,
  hadUntil: Date | undefined,
): Promise<Position | undefined> {
  // Without a filter it would deliver everything.
  if (subjects.length === 0) {
    await remove(manager, name);
    return undefined;
  }
  const wanted: Partial<ConsumerUpdateConfig> = { ...CHANGEABLE, filter_subjects: [...subjects] };
  const found = await infoOf(manager, name);
  if (found === undefined) return make(manager, name, wanted);
  if (mayHaveLost(found)) {
    await remove(manager, name);
    return { ...(await make(manager, name, wanted, startingAt(hadUntil))), isNew: false };
  }
  const now = new Set(found.config.filter_subjects ?? [found.config.filter_subject]);
  if (now.size === subjects.length && subjects.every((subject) => now.has(subject))) return positionOf(found);
  return positionOf(await manager.consumers.update(EVENT_STREAM, name, wanted));
}

/** Everything that was stored from then on once more: what a subscriber has had it recognises. */
const startingAt = (hadUntil: Date | undefined): Partial<ConsumerConfig> =>
  hadUntil === undefined
    ? {}
    : {
        deliver_policy: DeliverPolicy.StartTime,
        opt_start_time: new Date(hadUntil.getTime() - SKEW_MS).toISOString(),
      };

const positionOf = (info: ConsumerInfo, isNew = false): Position => ({
  name: info.name,
  isNew,
  floor: info.ack_floor.stream_seq,
  isCurrent: info.num_pending === 0 && info.num_ack_pending === 0,
});

/**
 * Two concurrent sign-ins may both create it: they ask for the same, or the one that read the rights later updates
 * it.
 */
async function make(
  manager: JetStreamManager,
  name: string,
  wanted: Partial<ConsumerUpdateConfig>,
  start: Partial<ConsumerConfig> = {},
): Promise<Position> {
  const config = {
    ...FIXED,
    ...start,
    durable_name: name,
    deliver_subject: busSubjects.handedOut(name),
    ...wanted,
  };
  const made = await manager.consumers.add(EVENT_STREAM, config).catch((error) => {
    if (codeOf(error) !== CONSUMER_EXISTS) throw error;
    return manager.consumers.update(EVENT_STREAM, name, wanted);
  });
  return positionOf(made, true);
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
