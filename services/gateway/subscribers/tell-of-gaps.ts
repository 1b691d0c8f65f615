import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { Position, PreparedConsumers } from '#shared/adapters/bus/subscribers/consumers.ts';
import { noticesAcknowledged, tellOfGap } from '#shared/adapters/bus/subscribers/gap-notice.ts';
import {
  type ClaimedConsumer,
  type ConsumerPlace,
  storePlaces,
} from '#shared/adapters/database/accounts/subscriber-consumers.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { judgeGap, type StreamPlace } from './judge-gap.ts';

interface TellingDeps {
  sql: Sql;
  bus: Bus;
}

/**
 * At a sign-in: tells each consumer that may have missed events of its gap, and keeps up to where the others have had
 * theirs. `claimed` was read before the consumers were prepared.
 */
export async function tellOfGaps(
  { sql, bus }: TellingDeps,
  claimed: readonly ClaimedConsumer[],
  { positions, extent }: PreparedConsumers,
): Promise<void> {
  const judge = async (before: ClaimedConsumer, position: Position): Promise<ConsumerPlace> => {
    const { name } = before;
    const publishedUntil = before.publishedUntil.getTime();
    const noticesFloor = before.isNotice ? await noticesAcknowledged(bus, name) : undefined;
    const judgement = judgeGap(placeOf(before), { position, extent, noticesFloor, publishedUntil });
    if ('place' in judgement) return storable(name, judgement.place);
    const { since } = judgement.tell;
    const seq = await tellOfGap(bus, name, {
      kind: 'gap',
      ...(since !== undefined && { since: new Date(since).toISOString() }),
      before: new Date(extent.since).toISOString(),
      at: new Date().toISOString(),
    });
    return storable(name, { hadUntil: since, mark: { seq, at: publishedUntil, isNotice: true } });
  };
  const changes = positions.map(async (position) => {
    const before = claimed.find(({ name }) => name === position.name);
    return before && { before, now: await judge(before, position) };
  });
  const judged = await Promise.all(changes);
  await storePlaces(sql, judged.filter((change) => change !== undefined).filter(isChange));
}

function placeOf({ hadUntil, markSeq, markAt, isNotice }: ConsumerPlace): StreamPlace {
  return {
    hadUntil: hadUntil?.getTime(),
    mark: markSeq === null || markAt === null ? undefined : { seq: markSeq, at: markAt.getTime(), isNotice },
  };
}

const storable = (name: string, { hadUntil, mark }: StreamPlace): ConsumerPlace => ({
  name,
  hadUntil: hadUntil === undefined ? null : new Date(hadUntil),
  markSeq: mark?.seq ?? null,
  markAt: mark ? new Date(mark.at) : null,
  isNotice: mark?.isNotice ?? false,
});

const isChange = ({ before, now }: { before: ConsumerPlace; now: ConsumerPlace }): boolean =>
  before.hadUntil?.getTime() !== now.hadUntil?.getTime() ||
  before.markSeq !== now.markSeq ||
  before.isNotice !== now.isNotice;
