import type { Sql } from '../sql.ts';

export interface RunsOfHost {
  /** The runner's name of it. */
  host: string;
  /** The number of runs on its runners now; 0 if they have none. */
  runs: number;
}

/** How many runs each machine has on its runners, of those that were seen within the last minute. */
export const countRunsOfHosts = (sql: Sql): Promise<RunsOfHost[]> =>
  sql.rows<RunsOfHost>(
    `select runners.host, count(leases.run_id)::int as runs
     from runners left join leases on leases.owner = runners.id
     where runners.seen_at > (select clock_timestamp() - interval '1 minute')
     group by runners.host`,
  );
