import { inTurns } from '#shared/adapters/database/in-turns.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** The connections of a gateway, divided so that nothing that may be slow takes those of what must not be (I13, I14). */
export interface Budgets {
  /** Cancels, and who asks for them. One connection is always for these; they may have all that are free. */
  cancels: Sql;
  /** Who calls; one run. One connection is always for these and for cancels. */
  reads: Sql;
  /** What event streams have missed: whole pages, and can be many. */
  streams: Sql;
  /** Starts and what else changes something: they wait for each other by keys and limits. */
  changes: Sql;
  /** Lists, reports, the system. */
  lists: Sql;
  /** Searches, which may be slow. */
  searches: Sql;
  /** What watched runs wait for: a look at each every second. One at a time of those of the lists. */
  hints: Sql;
}

export interface DividedConnections extends Budgets {
  /** While the database does not answer, a wait for others that get no answer would be too long. */
  refuseWaiting(): void;
}

/** The default; see `docs/decisions/connections.md`. */
export const CONNECTIONS = 7;

const shareOf = (connections: number, of: number) =>
  Math.max(1, Math.floor((connections * of) / CONNECTIONS));

/** Changes of one user that are carried out at a time: at most half of their share, so that its long ones leave room for another's. */
export const changesOfOneUser = (connections: number) => Math.max(1, Math.floor(shareOf(connections, 2) / 2));

/**
 * Seven connections give changes, event streams, lists and searches a share each; five and six join lists and searches;
 * four also join changes and event streams, whose statements are short; three and two join all of these.
 */
export function divide(sql: Sql, connections: number): DividedConnections {
  const share = (of: number) => shareOf(connections, of);
  const reads = inTurns(sql, connections - 1);
  const bounded = inTurns(reads, Math.max(1, connections - 2));
  const [streams, changes] = [inTurns(bounded, share(1)), inTurns(bounded, share(2))];
  const slow = inTurns(bounded, Math.max(1, connections - 2 - share(1) - share(2)));
  const [lists, searches] = [inTurns(slow, share(1)), inTurns(slow, share(1))];
  const hints = inTurns(lists, 1);
  return {
    cancels: sql,
    reads,
    streams,
    changes,
    lists,
    searches,
    hints,
    refuseWaiting() {
      for (const turns of [hints, searches, lists, slow, changes, streams, bounded, reads])
        turns.refuseWaiting();
    },
  };
}
