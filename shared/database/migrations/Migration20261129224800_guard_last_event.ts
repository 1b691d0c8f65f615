import { change, type OnlineMigration } from '../online/stage.ts';

/**
 * What the statement that ends a run stores is counted in its `last_seq` already. The run is found by its primary key, so that
 * this locks no partition.
 */
const GUARD = `
create or replace function guard_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then raise exception 'events are never changed' using errcode = 'check_violation'; end if;
  if exists (select from runs where id = new.run_id and status in ('pass', 'fail') and last_seq < new.seq) then
    raise exception 'I6: this run is over, and has no event after its last' using errcode = 'check_violation';
  end if;
  return new;
end $$;`;

export const Migration20261129224800_guard_last_event: OnlineMigration = {
  name: 'Migration20261129224800_guard_last_event',
  stages: [change('let the guard of events refuse one after the last of a run', {}, GUARD)],
};
