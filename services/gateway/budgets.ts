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
  const part = (of: number) => inTurns(rest, Math.max(1, Math.floor(connections / of)));
  const [changes, streams, lists] = [part(2), part(4), part(4)];
  const hints = inTurns(streams, 1);
  return {
    ...{ urgent: sql, changes, streams, hints, lists },
    refuseWaiting() {
      for (const turns of [hints, changes, streams, lists, rest]) turns.refuseWaiting();
    },
  };
}
