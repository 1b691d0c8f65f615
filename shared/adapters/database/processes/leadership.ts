import type { Sql } from '../sql.ts';

/** Takes or renews the leadership of `role` for `ms`, by the database's clock. Two leaders are safe, only wasteful. */
export async function lead(sql: Sql, role: string, holder: string, ms: number): Promise<boolean> {
  const row = await sql.row(
    `insert into leaders (role, holder, until) values (:role, :holder, clock_timestamp() + :ms::float8 * interval '1 ms')
     on conflict (role) do update set holder = excluded.holder, until = excluded.until
       where leaders.holder = excluded.holder or leaders.until < clock_timestamp()
     returning role`,
    { role, holder, ms },
  );
  return row !== undefined;
}

/** Gives the leadership up at once, so that the next one need not wait for it to expire. */
export async function resign(sql: Sql, role: string, holder: string): Promise<void> {
  await sql.rows('delete from leaders where role = :role and holder = :holder', { role, holder });
}
