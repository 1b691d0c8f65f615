/*
 * Scaling in under load: pods are deleted, others come, and runs go on all the time. No run may notice. What a run is like
 * at its end is read from the database.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from '../../bench/scale/fleet.ts';
import { count, FINAL, startRuns, until } from '../../bench/scale/load.ts';
import type { Cluster } from './cluster.ts';
import type { Pod } from './replica-set.ts';

export interface ScaleInOptions {
  /** How many pods are deleted in all. */
  scaleIns: number;
  pods: number;
  slots: number;
  /** Usual time of a run; some take three times as long. */
  runMs: number;
}

export interface ScaledIn {
  runs: number;
  /** Deleted pods, and those of them that had runs when they got SIGTERM. */
  deleted: number;
  busy: number;
  /** Runs on pods that were deleted. */
  runsOnDeleted: number;
  /** Longest time between SIGTERM and the end of the process, ms. */
  longestDrainMs: number;
  /** What went wrong; none is the point of it. */
  violations: string[];
}

/** So many pods go at once, and as many come. */
const AT_ONCE = 3;
/** How much of all slots is in use; the rest is room for what drains. */
const LOAD = 0.6;

/** A run that only waits; the stub takes the time from the selector (`bench/scale/stub-pool.ts`). */
const lasting = (ms: number) => ({
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'waitForSelector', selector: `#after-${ms}`, timeoutMs: 120_000 },
  ],
});

export async function scaleIn({ fleet, runners }: Cluster, options: ScaleInOptions): Promise<ScaledIn> {
  const { scaleIns, pods, slots, runMs } = options;
  const stop = new AbortController();
  runners.scale(pods);
  await runners.ready();
  const loading = keepLoaded(fleet, { wanted: Math.ceil(LOAD * pods * slots), runMs, stop: stop.signal });
  loading.catch(() => stop.abort()); // the await below says why
  const deleted: { pod: Pod; runs: number }[] = [];
  while (deleted.length < scaleIns && !stop.signal.aborted) {
    const busy = await somewhereBusy(fleet, stop.signal);
    const gone = runners.scale(pods - Math.min(AT_ONCE, scaleIns - deleted.length));
    deleted.push(...gone.map((pod) => ({ pod, runs: busy.get(pod.name) ?? 0 })));
    runners.scale(pods);
    await runners.ready();
    if (scaleIns > 50 && deleted.length % 50 < AT_ONCE)
      console.log(`${deleted.length} of ${scaleIns} pods deleted`);
  }
  stop.abort();
  const runs = await loading;
  await until(fleet, FINAL, runs);
  await runners.gone();
  const drains = deleted.map(({ pod }) => pod.goneAt! - pod.deletedAt!);
  return {
    runs,
    deleted: deleted.length,
    busy: deleted.filter(({ runs }) => runs > 0).length,
    runsOnDeleted: deleted.reduce((sum, { runs }) => sum + runs, 0),
    longestDrainMs: Math.max(0, ...drains),
    violations: [...violationsOf(runners.all), ...(await disturbed(fleet, runners.all))],
  };
}

interface Load {
  wanted: number;
  runMs: number;
  stop: AbortSignal;
}

/** Starts runs so that about `wanted` are not over, until it is stopped; resolves to how many there were. */
async function keepLoaded(fleet: Fleet, { wanted, runMs, stop }: Load): Promise<number> {
  let started = 0;
  while (!stop.aborted) {
    const missing = wanted - (started - (await count(fleet, FINAL)));
    if (missing > 0) {
      const long = Math.ceil(missing / 10);
      if (missing > long) await startRuns(fleet, lasting(runMs), missing - long);
      await startRuns(fleet, lasting(3 * runMs), long);
      started += missing;
    }
    await delay(100, undefined, { signal: stop }).catch(() => undefined);
  }
  return started;
}

/** `runsOfPods` once there is one: pods that are ready need not have claimed a run yet. */
async function somewhereBusy(fleet: Fleet, stop: AbortSignal): Promise<Map<string, number>> {
  for (;;) {
    const runs = await runsOfPods(fleet);
    if (runs.size > 0 || stop.aborted) return runs;
    await delay(50, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** How many runs each pod has now, as the database knows it. */
async function runsOfPods({ database }: Fleet): Promise<Map<string, number>> {
  const { rows } = await database.query<{ host: string; runs: number }>(
    `select host, count(*)::int as runs from leases join runners on runners.id = leases.owner group by host`,
  );
  return new Map(rows.map(({ host, runs }) => [host, runs]));
}

/** Pods that were killed, or ended in another way than one that has drained. */
function violationsOf(pods: readonly Pod[]): string[] {
  return pods.flatMap(({ name, killed, goneAt, process: { exitCode, signalCode } }) => {
    if (killed) return [`${name} had to be killed`];
    return goneAt !== undefined && exitCode !== 0 ? [`${name} ended with ${exitCode ?? signalCode}`] : [];
  });
}

/** Runs that are anything but passed at the first attempt of their first owner, and what was known of their pods. */
async function disturbed({ database }: Fleet, pods: readonly Pod[]): Promise<string[]> {
  const { rows } = await database.query<{
    what: string;
    host: string | null;
    ended: Date;
    heard: string | null;
  }>(
    `select concat_ws(', ', status, state, case when cancelled then 'cancelled' end, case when stale then 'stale' end,
       'attempt ' || attempt, 'epoch ' || epoch, stop_reason, left(error, 100)) as what, host, finished_at as ended,
       verdict->>'lastHeartbeat' as heard
     from runs left join runners on runners.id = coalesce((verdict->>'owner')::uuid, owner)
     where status <> 'pass' or cancelled or stale or attempt <> 1 or epoch <> 1 order by finished_at`,
  );
  return rows.map(({ what, host, ended, heard }) => {
    const deletedAt = pods.find(({ name }) => name === host)?.deletedAt;
    const sinceMs =
      deletedAt === undefined ? undefined : ended.getTime() - performance.timeOrigin - deletedAt;
    const deleted = sinceMs === undefined ? '' : `, ${Math.round(sinceMs)} ms after its deletion`;
    return `${ended.toISOString()} on ${host}${deleted}: ${what}${heard ? `, last heartbeat ${heard}` : ''}`;
  });
}
