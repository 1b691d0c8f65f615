import { rows } from './rows.ts';

const REFUSE = `
create table test_refused (run_id uuid, type text, code text);
create function test_refuse() returns trigger language plpgsql as $$
declare refused text;
begin
  select code into refused from test_refused where run_id = new.run_id and type = new.type;
  if refused is not null and new.payload ->> 'interrupted' is null then
    raise exception 'this event cannot be stored' using errcode = refused;
  end if;
  return new;
end $$;
create trigger test_refuse before insert on events for each row execute function test_refuse();`;

/**
 * Lets the database refuse, for good, events of a type that their runner has to say of a run; not the outcome that its end
 * gives a step. Once for a database.
 */
export async function refuseEvents(databaseUrl: string) {
  await rows(databaseUrl, REFUSE);
  return {
    /** `code`: the SQLSTATE; that of an invalid value unless given. */
    of: (runId: string, type: string, code = '22P02') =>
      rows(databaseUrl, 'insert into test_refused values ($1, $2, $3)', [runId, type, code]),
  };
}

/** Lets the database refuse, for good, every further row of a run in a table. */
export async function refuseRows(databaseUrl: string, table: string, runId: string): Promise<void> {
  await rows(
    databaseUrl,
    `create or replace function test_refuse_rows() returns trigger language plpgsql as $$
     begin raise exception 'this row cannot be stored'; end $$;
     create trigger "test_refuse_${runId}" before insert or update on ${table} for each row
       when (new.run_id = '${runId}') execute function test_refuse_rows();`,
  );
}
