/*
 * The way from no pods to all runs claimed, with a scaler that asks like KEDA and gives the ReplicaSet its number at once.
 * Left out: the autoscaler that looks every 15 s, nodes and images. A process has several runners.
 */
// Runners share a few cores here, so their start is measured apart: they claim together, when the last one is there.

import { setTimeout as delay } from 'node:timers/promises';
import { type Cpu, cpuBetween, readCpu } from '../../bench/scale/cpu.ts';
import type { Fleet } from '../../bench/scale/fleet.ts';
import { count, startRuns, WAITING } from '../../bench/scale/load.ts';
import { render, scalingOf } from '../support/cluster/manifests.ts';
import type { Cluster } from './cluster.ts';

export interface FromZeroOptions {
  queued: number;
  /** Slots of a process. */
  slots: number;
}

export interface FromZero {
  processes: number;
  /** Time until the scaler has seen all that are queued, ms. */
  untilSeenMs: number;
  /** from then until the last process is ready to claim; */
  startMs: number;
  /** and from then until the last run is claimed. */
  claimingMs: number;
  /** CPU time of the latter, s by kind of process. */
  cpu: Cpu;
  /** The statements that took the server longest in that time, the most first. */
  statements: Statement[];
}

interface Statement {
  text: string;
  calls: number;
  /** On the server, all of them together, ms. */
  ms: number;
}

/** Measures it for runs that stay on their runners; ends with the runs on them. */
export async function scaleFromZero(
  { fleet, runners }: Cluster,
  { queued, slots }: FromZeroOptions,
): Promise<FromZero> {
  const scaling = scalingOf(await render('base'));
  await startRuns(fleet, WAITING, queued);
  const from = performance.now();
  let seen: number | undefined;
  const scaler = async () => {
    while (seen === undefined) {
      // The longest that it may take: they came just after it had looked.
      await delay(1_000 * scaling.pollingSeconds);
      const { rows } = await fleet.database.query<Record<string, string>>(scaling.query);
      const wanted = Number(Object.values(rows[0]!)[0]);
      if (wanted === 0) continue;
      seen = performance.now();
      runners.scale(Math.ceil(wanted / slots));
    }
    return seen;
  };
  const seenAt = await scaler();
  await runners.ready();
  const pids = { ...fleet.pids, runner: runners.pods.map(({ process }) => process.pid!) };
  await fleet.database.query('select bench.pg_stat_statements_reset()');
  const before = await readCpu({ ...fleet, pids });
  const readyAt = performance.now();
  for (const { process } of runners.pods) process.send('claim');
  while ((await count(fleet, 'claimed_at is not null')) < queued) await delay(50);
  const cpu = cpuBetween(before, await readCpu({ ...fleet, pids }));
  const statements = await slowest(fleet);
  const { rows } = await fleet.database.query<{ last: Date }>('select max(claimed_at) as last from runs');
  return {
    cpu,
    statements,
    processes: runners.pods.length,
    untilSeenMs: seenAt - from,
    startMs: readyAt - seenAt,
    claimingMs: rows[0]!.last.getTime() - performance.timeOrigin - readyAt,
  };
}

async function slowest({ database }: Fleet): Promise<Statement[]> {
  const { rows } = await database.query<Statement>(
    `select left(regexp_replace(query, '\\s+', ' ', 'g'), 160) as text, calls::int, total_exec_time::float8 as ms
     from bench.pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
     order by total_exec_time desc limit 10`,
  );
  return rows;
}
