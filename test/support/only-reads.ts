import { rows } from './rows.ts';

/** Makes a database refuse to write, as a standby does, or take writes again; its sessions are ended, as in a failover. */
export async function onlyReads(databaseUrl: string, on: boolean): Promise<void> {
  const writable = new URL(databaseUrl);
  writable.searchParams.set('options', '-c default_transaction_read_only=off');
  const [database] = await rows<{ name: string }>(
    databaseUrl,
    'select quote_ident(current_database()) as name',
  );
  await rows(writable.href, `alter database ${database!.name} set default_transaction_read_only = ${on}`);
  await rows(writable.href, END_SESSIONS);
}

const END_SESSIONS = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`;
