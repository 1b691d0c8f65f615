import { rows } from '../database/rows.ts';

/**
 * Makes a database refuse to write, as a standby does, or take writes again; its sessions are ended, as in a failover.
 * Between the two nobody gets in: a session that already has the new setting is never ended. Asks as a superuser.
 */
export async function onlyReads(databaseUrl: string, on: boolean): Promise<void> {
  const writable = new URL(databaseUrl);
  writable.searchParams.set('options', '-c default_transaction_read_only=off');
  const [database] = await rows<{ name: string }>(
    databaseUrl,
    'select quote_ident(current_database()) as name',
  );
  await rows(
    writable.href,
    `begin;
     lock table pg_db_role_setting in access exclusive mode;
     alter database ${database!.name} set default_transaction_read_only = ${on};
     select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid();
     commit`,
  );
}
