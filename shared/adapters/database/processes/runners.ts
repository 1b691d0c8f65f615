import type { Sql } from '../sql.ts';

export interface RunnerIncarnation {
  /** A fresh id at each process start: the `owner` of the runs it claims. */
  id: string;
  host: string;
  pid: number;
  slots: number;
  labels: readonly string[];
  /** Thumbprints of the keys with which it opens secrets. */
  sealKeys?: readonly string[];
}

/** Registers a runner; returns the number of the session lock it has to hold while it lives. */
export async function registerRunner(sql: Sql, runner: RunnerIncarnation): Promise<number> {
  const row = await sql.row<{ lock_key: number }>(
    `insert into runners (id, host, pid, slots, labels, seal_keys, unavailable)
     values (:id, :host, :pid, :slots, :labels::text[], :sealKeys::text[], 'starting')
     on conflict (id) do update set seen_at = clock_timestamp()
     returning lock_key`,
    { sealKeys: [], ...runner },
  );
  return row!.lock_key;
}

/** Notes that a runner shuts down, and when it stops the runs that it still has then. */
export const noteLeaving = async (sql: Sql, id: string, withinMs: number): Promise<void> => {
  await sql.rows(
    `update runners set unavailable = 'draining',
       leaving_until = clock_timestamp() + :withinMs::float8 * interval '1 ms' where id = :id`,
    { id, withinMs },
  );
};

/** Forgets a runner that leaves. One that may still have a run stays, so that who ends the run can see whose it was. */
export async function removeRunner(sql: Sql, id: string): Promise<void> {
  await sql.rows('delete from runners where id = :id and not exists (select from leases where owner = :id)', {
    id,
  });
}

const FORGET_AT_ONCE = 1_000;

/**
 * Forgets runners not seen for a day that own no live run, the longest gone first, a thousand at a time. Returns whether
 * there may be more.
 */
export async function forgetRunners(sql: Sql): Promise<boolean> {
  const gone = await sql.rows(
    `delete from runners where id = any (array(
       select id from runners where seen_at < (select clock_timestamp() - interval '1 day')
         and not exists (select from leases where owner = runners.id)
       order by seen_at limit ${FORGET_AT_ONCE}))
     and seen_at < clock_timestamp() - interval '1 day' returning 1`,
  );
  return gone.length === FORGET_AT_ONCE;
}
