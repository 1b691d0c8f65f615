import { type ConsumerInfo, type JetStreamManager, type NatsConnection, NatsError } from 'nats';
import { type Bus, CONNECTION } from '../bus.ts';
import { busError } from '../errors.ts';
import { EVENT_STREAM } from '../subjects.ts';

const TIMEOUT_MS = 1_000;

/** Does this with JetStream. Rejects with `BusError`. */
export async function managed<Result>(
  bus: Bus,
  work: (manager: JetStreamManager, connection: NatsConnection) => Promise<Result>,
): Promise<Result> {
  try {
    const connection = await bus[CONNECTION]();
    return await work(
      await connection.jetstreamManager({ timeout: TIMEOUT_MS, checkAPI: false }),
      connection,
    );
  } catch (error) {
    throw busError(error);
  }
}

/** A consumer of the stream of events; undefined if there is none of this name. */
export async function infoOf(manager: JetStreamManager, name: string): Promise<ConsumerInfo | undefined> {
  return manager.consumers.info(EVENT_STREAM, name).catch((error) => {
    if (codeOf(error) !== CONSUMER_NOT_FOUND) throw error;
    return undefined;
  });
}

/**
 * nats-server before 2.12 counts a delivery that met no subscriber as minus one, takes that for the most there may be, and
 * drops the message for this consumer, as if it had been acknowledged. Such a count stays, and shows as a redelivery.
 */
export const mayHaveLost = ({ num_redelivered }: ConsumerInfo): boolean => num_redelivered > 0;

export async function remove(manager: JetStreamManager, name: string): Promise<void> {
  await manager.consumers.delete(EVENT_STREAM, name).catch((error) => {
    const code = codeOf(error);
    if (code !== CONSUMER_NOT_FOUND && code !== STREAM_NOT_FOUND) throw error;
  });
}

/** JetStream API error codes. */
export const STREAM_NOT_FOUND = 10_059;
export const CONSUMER_EXISTS = 10_148;
const CONSUMER_NOT_FOUND = 10_014;

export const codeOf = (error: unknown): number | undefined =>
  error instanceof NatsError ? error.api_error?.err_code : undefined;
