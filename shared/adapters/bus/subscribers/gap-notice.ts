/*
 * Notices that a durable consumer has missed events. A notice is stored in the stream of events, and delivered like an
 * event until it is acknowledged, by a consumer that exists only for it: a second subject would slow the first one down.
 */
import { AckPolicy, DeliverPolicy, type JetStreamManager, JSONCodec, nanos } from 'nats';
import { z } from 'zod';
import { READERS } from '../accounts.ts';
import type { Bus } from '../bus.ts';
import { ensureAtTimes, mayLackStream } from '../missing-stream.ts';
import { EVENT_STREAM, gapConsumerOf, subjects } from '../subjects.ts';
import { infoOf, managed, mayHaveLost, remove } from './jetstream.ts';

const at = z.iso.datetime();

export const gapNoticeSchema = z.object({
  kind: z.literal('gap'),
  since: at
    .optional()
    .describe('Events from this time on may be missing; absent for a new consumer, which has had none.'),
  before: at.describe('Events since this time are delivered.'),
  at,
});
export type GapNotice = z.output<typeof gapNoticeSchema>;

/** How long a client may take to fill a gap, before it gets another notice. */
const ACK_WITHIN_MS = 60_000;
/** What has been idle for so long is deleted by the server. */
const IDLE_MS = 30 * 86_400_000;

const codec = JSONCodec<GapNotice>();

/** Tells a consumer of a gap; resolves to the place of the notice in the stream. Rejects with `BusError`. */
export const tellOfGap = (bus: Bus, name: string, notice: GapNotice): Promise<number> =>
  managed(bus, async (manager, connection) => {
    // If two concurrent sign-ins find the same gap, the second one only learns the place.
    const options = { msgID: `${name}:gap:${notice.since ?? ''}:${notice.before}` };
    const publish = () =>
      connection.jetstream({ timeout: 1_000 }).publish(subjects.gapOf(name), codec.encode(notice), options);
    const { seq } = await publish().catch(async (error: unknown) => {
      if (!mayLackStream(error)) throw error;
      await ensureAtTimes(bus); // it is of a version without notices
      return publish();
    });
    await deliverNotices(manager, name);
    return seq;
  });

const deliverNotices = (manager: JetStreamManager, name: string) =>
  manager.consumers.add(EVENT_STREAM, {
    durable_name: gapConsumerOf(name),
    filter_subject: subjects.gapOf(name),
    deliver_subject: subjects.handedOut(name),
    deliver_group: READERS,
    deliver_policy: DeliverPolicy.LastPerSubject,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WITHIN_MS),
    max_ack_pending: 1,
    inactive_threshold: nanos(IDLE_MS),
  });

/**
 * Up to where a consumer's notices have been acknowledged; undefined if nothing delivers them any more. The last one is
 * delivered again if it may have been lost.
 */
export const noticesAcknowledged = (bus: Bus, name: string): Promise<number | undefined> =>
  managed(bus, async (manager) => {
    const found = await infoOf(manager, gapConsumerOf(name));
    if (found === undefined || !mayHaveLost(found)) return found?.ack_floor.stream_seq;
    await remove(manager, found.name);
    return (await deliverNotices(manager, name)).ack_floor.stream_seq;
  });
