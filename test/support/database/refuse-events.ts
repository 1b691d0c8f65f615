import { rows } from './rows.ts';

const REFUSE = `
create table test_refused (run_id uuid, type text);
create function test_refuse() returns trigger language plpgsql as $$
begin
  if exists (select from test_refused where run_id = new.run_id and type = new.type)
    and new.payload ->> 'interrupted' is null then
    raise exception 'this event cannot be stored' using errcode = 'invalid_text_representation';
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
    of: (runId: string, type: string) =>
      rows(databaseUrl, 'insert into test_refused values ($1, $2)', [runId, type]),
  };
}
