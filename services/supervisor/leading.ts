/*
 * What the supervisor that leads does: sweeps, and relays what no owner publishes. Owns the leadership as far as this
 * process knows, which may be wrong: two leaders are safe.
 */
import type { Bus } from '#shared/bus/bus.ts';
import { subjects } from '#shared/bus/subjects.ts';
import type { Timing } from '#shared/config/timing.ts';
import { lead, resign } from '#shared/database/processes/leadership.ts';
import type { Log } from '#shared/process/log.ts';
import { startLoop } from '#shared/process/loop.ts';
import type { Connections } from './connections.ts';
import { relay } from './relay.ts';
import { type SweepDeps, sweep } from './sweep.ts';

interface LeadershipDeps {
  connections: Pick<Connections, 'session'>;
  log: Log;
  /** Id of this process. */
  id: string;
  timing: Pick<Timing, 'sweep'>;
  stopping: AbortSignal;
  resources: AsyncDisposableStack;
}

interface LeadingDeps extends LeadershipDeps {
  connections: Pick<Connections, 'session' | 'sweeps' | 'relay'>;
  timing: Pick<Timing, 'sweep' | 'overdue'>;
  upkeep: { log: Log };
  bus: Bus;
  finalise: SweepDeps['finalise'];
}

export interface Leadership {
  /** False as soon as this process is told to stop: what works for the leader begins nothing new. */
  isLeading(): boolean;
  /** Whenever this process has become the leader. */
  onLead(wake: () => void): void;
  resign(): Promise<void>;
}

const ROLE = 'supervisor';

export function startLeading(deps: LeadingDeps): Leadership {
  const { connections, upkeep, bus, log, timing, finalise, stopping, resources } = deps;
  const leadership = holdLeadership(deps);
  const { isLeading, onLead } = leadership;
  const start = (work: () => Promise<void>, onError: (error: unknown) => void) =>
    resources.use(startLoop(timing.sweep, async () => (isLeading() ? work() : undefined), onError));

  const relaying = start(
    () => relay({ sql: connections.relay, log: upkeep.log, bus, stopping }),
    (error) => upkeep.log.warn({ err: error }, 'this relay round failed'),
  );
  const onWritten = () => {
    bus.publish(subjects.runQueued, {});
    relaying.wake();
  };
  const sweeping = start(
    async () => {
      const { sweeps: sql } = connections;
      await sweep({ sql, log, overdueMs: timing.overdue, stopping, finalise, onWritten });
    },
    (error) => log.warn({ err: error }, 'this sweep failed'),
  );
  onLead(sweeping.wake);
  return leadership;
}

/** A loop of its own: a slow sweep must not end the leadership, or another supervisor would sweep as well. */
function holdLeadership({ connections, log, id, timing, stopping, resources }: LeadershipDeps): Leadership {
  const { session } = connections;
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
    leading = await lead(session, ROLE, id, 3 * timing.sweep);
    if (!leading || led) return;
    log.info({ id }, 'leading');
    for (const wake of onLead) wake();
  };
  resources.use(
    startLoop(timing.sweep, renew, (error) => {
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
