import type { Bus } from '#shared/adapters/bus/bus.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { entriesOfCommit, type StreamEntry } from '#shared/domain/events/stream.ts';
import { statusOf } from '#shared/domain/run/snapshot.ts';
import { createEntryPublisher } from '../../../services/runner/run/entry-publisher.ts';
import { PATIENCE_MS } from '../eventually.ts';
import { claimByHand, queueRun, type TestEvent } from './runs.ts';

/** Longer than a test takes on any machine. */
const LEASE_MS = 3_600_000;

/** A claimed run played by hand: each event is committed, and its entries are handed out to be published or not. */
export async function startLiveRun(
  sql: Sql,
  account: { userId: string; projectId: string },
  owner: string,
  prepare?: (runId: string) => Promise<unknown>,
) {
  const { id } = await queueRun(sql, account);
  await prepare?.(id);
  const owned = await claimByHand(sql, owner, LEASE_MS);
  if (owned.run.id !== id) throw new Error('another run was waiting');

  const commit = async (event: TestEvent): Promise<StreamEntry[]> => {
    const firstSeq = owned.lastSeq + 1;
    const { events, snapshot } = owned.next(event);
    const stored = await owned.commit(event);
    if (!stored) throw new Error(`the commit of ${event.type} was refused`);
    return entriesOfCommit(events, firstSeq, statusOf(snapshot), stored.at);
  };
  return {
    id,
    epoch: owned.run.epoch,
    get lastSeq() {
      return owned.lastSeq;
    },
    commit,
    /** Commits each, and publishes as an owner would. */
    async live(bus: Bus, events: TestEvent[]): Promise<void> {
      const publisher = createEntryPublisher({
        bus,
        run: { ...account, runId: id },
        onPublished: () => undefined,
      });
      for (const event of events) publisher.push(await commit(event));
      if (!(await publisher.settled(PATIENCE_MS))) throw new Error('its entries were not published');
      publisher.stop();
    },
    async commitAll(events: TestEvent[]): Promise<StreamEntry[]> {
      const entries = [];
      for (const event of events) entries.push(...(await commit(event)));
      return entries;
    },
  };
}
