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

interface LeadingDeps {
  connections: Pick<Connections, 'session' | 'sweeps' | 'background'>;
  bus: Bus;
  log: Log;
  /** Of this process. */
  id: string;
  timing: Pick<Timing, 'sweep' | 'overdue'>;
  finalise: SweepDeps['finalise'];
  stopping: AbortSignal;
  resources: AsyncDisposableStack;
}

const ROLE = 'supervisor';

export function startLeading(deps: LeadingDeps) {
  const { connections, bus, log, id, timing, finalise, stopping, resources } = deps;
  const { session, sweeps, background } = connections;
  let leading = false;
  const onLead: (() => void)[] = [];
  const warn = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const start = (work: () => Promise<void>, onError: (error: unknown) => void) =>
    resources.use(startLoop(timing.sweep, work, onError));
  const leave = async () => {
    if (leading) await resign(session, ROLE, id).catch(warn('could not resign'));
  };
  resources.defer(leave);

  const relaying = start(
    async () => (leading ? relay({ sql: background, bus, stopping }) : undefined),
    warn('this relay round failed'),
  );
  const onSwept = () => {
    bus.publish(subjects.runQueued, {});
    relaying.wake();
  };
  const sweeping = start(async () => {
    const { overdue: overdueMs } = timing;
    if (leading) await sweep({ sql: sweeps, log, overdueMs, stopping, finalise, onWritten: onSwept });
  }, warn('this sweep failed'));
  onLead.push(sweeping.wake);

  const renew = async () => {
    if (stopping.aborted) return; // or it would take the leadership again right after resigning
    const led = leading;
    leading = await lead(session, ROLE, id, 3 * timing.sweep);
    if (!leading || led) return;
    log.info({ id }, 'leading');
    for (const wake of onLead) wake();
  };
  // Separate from the sweeps: a slow one must not end the leadership, or another supervisor would sweep as well.
  start(renew, (error) => {
    leading = false;
    log.warn({ err: error }, 'could not renew the leadership');
  });
  return {
    isLeading: () => leading,
    /** Whenever this process has become the leader. */
    onLead: (wake: () => void) => void onLead.push(wake),
    resign: leave,
  };
}
