/* The leadership as far as this process knows, which may be wrong: two leaders are safe. Its duties: `duties.ts`. */
import { lead, resign } from '#shared/adapters/database/processes/leadership.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';

interface LeadershipDeps {
  session: Sql;
  log: Log;
  /** Id of this process. */
  id: string;
  everyMs: number;
  stopping: AbortSignal;
  resources: AsyncDisposableStack;
}

export interface Leadership {
  /** False as soon as this process is asked to stop: the leader's duties begin nothing new. */
  isLeading(): boolean;
  /** Whenever this process has become the leader. */
  onLead(wake: () => void): void;
  resign(): Promise<void>;
}

const ROLE = 'supervisor';

/** A loop of its own: a slow sweep must not end the leadership, or another supervisor would sweep as well. */
export function holdLeadership(deps: LeadershipDeps): Leadership {
  const { session, log, id, everyMs, stopping, resources } = deps;
  let leading = false;
  const onLead: (() => void)[] = [];
  const leave = async () => {
    if (!leading) return;
    try {
      await resign(session, ROLE, id);
      leading = false;
    } catch (error) {
      log.warn({ err: error }, 'could not resign');
    }
  };
  // Once more if it could not, or has become the leader again by a renewal that was under way.
  resources.defer(leave);

  const renew = async () => {
    if (stopping.aborted) return; // or it would take the leadership again right after resigning
    const led = leading;
    leading = await lead(session, ROLE, id, 3 * everyMs);
    if (!leading || led) return;
    log.info({ id }, 'leading');
    for (const wake of onLead) wake();
  };
  resources.use(
    startLoop(everyMs, renew, (error) => {
      leading = false;
      log.warn({ err: error }, 'could not renew the leadership');
    }),
  );
  return {
    isLeading: () => leading && !stopping.aborted,
    onLead: (wake) => void onLead.push(wake),
    resign: leave,
  };
}
