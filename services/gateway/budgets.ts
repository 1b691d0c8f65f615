import { inTurns } from '#shared/database/in-turns.ts';
import type { Sql } from '#shared/database/sql.ts';

/** The connections of a gateway, divided so that nothing that may be slow takes those of what must not be (I13, I14). */
export interface Budgets {
  /** Who calls, cancels, one run. One connection is always for these; they may have all that are free. */
  urgent: Sql;
  /** Starts and what else changes something: they wait for each other by keys and limits. At most half. */
  changes: Sql;
  /** Event streams: whole pages, and can be many. At most a quarter. */
  streams: Sql;
  /** Searches, which may be slow: at most half of those of the streams, or one, so that no list waits for them. */
  searches: Sql;
  /** What watched runs wait for: a look at each every second. One at a time of those of the streams, which wait for no more. */
  hints: Sql;
  /** Lists, reports, the system. At most a quarter. */
  lists: Sql;
}

export interface DividedConnections extends Budgets {
  /** While the database does not answer, whoever waits for others to get no answer would wait for too long. */
  refuseWaiting(): void;
}

/** By default; see `docs/decisions/connections.md`. */
export const CONNECTIONS = 4;

export function divide(sql: Sql, connections: number): DividedConnections {
  const rest = inTurns(sql, connections - 1);
  const part = (of: number) => Math.max(1, Math.floor(connections / of));
  const [changes, streams, lists] = [inTurns(rest, part(2)), inTurns(rest, part(4)), inTurns(rest, part(4))];
  const [searches, hints] = [inTurns(streams, part(8)), inTurns(streams, 1)];
  return {
    ...{ urgent: sql, changes, streams, searches, hints, lists },
    refuseWaiting() {
      for (const turns of [hints, searches, changes, streams, lists, rest]) turns.refuseWaiting();
    },
  };
}
