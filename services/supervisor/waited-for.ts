import { queuedFacts } from '#shared/adapters/database/run-views/queued-facts.ts';
import { readSituation } from '#shared/adapters/database/run-views/situation.ts';
import { readWaiting, type WaitingToRead } from '#shared/adapters/database/run-views/waiting.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { NewEvent, Payload } from '#shared/domain/events/events.ts';

type WaitedFor = NonNullable<Payload<'run_end'>['waitedFor']>;

interface Deps {
  sql: Sql;
  queue: WaitingToRead;
}

/** What a queued run waits for now that its time is over; nothing if that cannot be read, which must not keep its end. */
export async function waitedForBy(runId: string, { sql, queue }: Deps): Promise<WaitedFor | undefined> {
  try {
    const run = await readSituation(sql, runId);
    return run && waitedForOf(queuedFacts(run, await readWaiting(sql, run, queue), queue.limits));
  } catch {
    return undefined;
  }
}

function waitedForOf(facts: ReturnType<typeof queuedFacts>): WaitedFor {
  const { code, labels, unavailable, concurrencyKey, heldBy, limit, running, projectLabel, slots } = facts;
  const all = { code, labels, unavailable, concurrencyKey, heldBy, limit, running, projectLabel, slots };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as WaitedFor;
}

/** The events with this in the last of the run. */
export const endedWith = (known: Pick<Payload<'run_end'>, 'waitedFor'>, events: NewEvent[]): NewEvent[] =>
  events.map((event) =>
    event.type === 'run_end' ? { ...event, payload: { ...event.payload, ...known } } : event,
  );
