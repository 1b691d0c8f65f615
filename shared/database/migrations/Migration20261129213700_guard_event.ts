import { change, type OnlineMigration } from '../online/stage.ts';

/** A second `run_end` is refused by `events_one_run_end`. To look for the first one here locked the partitions of all days. */
const GUARD = `
create or replace function guard_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then raise exception 'events are never changed' using errcode = 'check_violation'; end if;
  return new;
end $$;`;

/** Storing an event locks the partition of its own day alone. */
export const Migration20261129213700_guard_event: OnlineMigration = {
  name: 'Migration20261129213700_guard_event',
  stages: [change('let the guard of events look at no other event', {}, GUARD)],
};
