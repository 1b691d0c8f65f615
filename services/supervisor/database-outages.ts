/*
 * When PostgreSQL gave no answer, to judge afterwards why a run was lost; whether it answers now, `gateway/service/reach.ts`
 * asks. Owns such times. Silence counts in ticks of this process: one without processor time blames no server.
 */
import type { SupervisedRun } from '#shared/adapters/database/runs/finalise.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import type { Timing } from '#shared/platform/config/timing.ts';

export interface DatabaseOutages extends Disposable {
  /** It has answered. */
  heard(): void;
  /** The outage for which the owner of a run could not renew its lease, if there was one. `stored`: what gateways noticed. */
  explaining(run: Lost, stored: ReadStored): Promise<StaleReason['outage']>;
}

/** Outages around a time, the last first. */
type ReadStored = (at: Date) => Promise<readonly { since: Date; until: Date }[]>;
type Lost = Pick<SupervisedRun, 'heartbeatAt' | 'now'>;

interface Outage {
  from: number;
  to: number;
}

const TICK_MS = 200;
/** So much of a silence this process has to have been awake for. */
const AWAKE = 0.5;
const MOST_KEPT = 20;
/** So much of the time until an owner has to stop leaves none for a heartbeat. */
const NEARLY = 0.9;
/** How far the time of the last answer here may be before a heartbeat that was still stored, ms. */
const SLACK_MS = 1_500;

export function createDatabaseOutages(
  { heartbeat, fence }: Pick<Timing, 'heartbeat' | 'fence'>,
  now: () => number = () => performance.now(),
): DatabaseOutages {
  const outages: Outage[] = [];
  let last = now();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, TICK_MS);
  timer.unref();

  /** It began before the owner's next heartbeat was due, and lasted until the owner had to stop. */
  const isAfter = ({ from, to }: Outage, beatAt: number): boolean =>
    from > beatAt - SLACK_MS && from < beatAt + 1.5 * heartbeat && to > beatAt + NEARLY * fence;
  /** The last heartbeat is one that waited for its end, and came too late for the owner, which had stopped. */
  const isBefore = ({ from, to }: Outage, beatAt: number): boolean =>
    from < beatAt && beatAt < to + heartbeat && to - from > fence - heartbeat;

  const explains = (one: Outage, beatAt: number): boolean => isAfter(one, beatAt) || isBefore(one, beatAt);
  const own = (run: Lost, beat: Date): StaleReason['outage'] => {
    const at = now();
    const beatAt = at - (run.now.getTime() - beat.getTime());
    const outage = outages.findLast((one) => explains(one, beatAt));
    const iso = (time: number) => new Date(run.now.getTime() - (at - time)).toISOString();
    return outage && { from: iso(outage.from), to: iso(outage.to) };
  };
  const ofGateways = async (beat: Date, read: ReadStored): Promise<StaleReason['outage']> => {
    const outage = (await read(beat)).find(({ since, until }) =>
      explains({ from: since.getTime(), to: until.getTime() }, beat.getTime()),
    );
    return outage && { from: outage.since.toISOString(), to: outage.until.toISOString() };
  };

  return {
    heard() {
      const at = now();
      const isAwake = ticks * TICK_MS >= AWAKE * (at - last);
      if (isAwake && at - last > heartbeat) outages.push({ from: last, to: at });
      if (outages.length > MOST_KEPT) outages.shift();
      [last, ticks] = [at, 0];
    },
    async explaining(run, stored) {
      const { heartbeatAt: beat } = run;
      return beat === null ? undefined : (own(run, beat) ?? (await ofGateways(beat, stored)));
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
