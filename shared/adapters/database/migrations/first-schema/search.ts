/**
 * The index of searches, which no claim, commit or list reads (docs/decisions/search.md). `terms` are numbers
 * (`search/terms.ts`). No pending list: every search would read it, and a statement that waits would empty it.
 */
const TABLES = `
create table run_search (
  run_id uuid primary key,
  ordinal bigint not null,
  noted bigint not null,
  text text not null,
  terms int[] not null
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
create index run_search_ordinal on run_search (ordinal);
create index run_search_terms on run_search using gin (terms) with (fastupdate = off);
create table search_due (
  note bigint primary key generated always as identity,
  run_id uuid not null,
  ordinal bigint not null,
  due_at timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index search_due_due_at on search_due (due_at);
create index search_due_ordinal on search_due (ordinal);`;

/** A run that ends soon is written to the index once, at its end: until then it is found among those that are due. */
const NEW_IS_DUE_AFTER = '10 s';

const NOTES = `
create function note_search() returns trigger language plpgsql as $$
begin
  insert into search_due (run_id, ordinal, due_at) values (new.id, new.ordinal,
    clock_timestamp() + case when new.status in ('pass', 'fail') then interval '0' else interval '${NEW_IS_DUE_AFTER}' end);
  return null;
end $$;
create trigger note_search_of_new after insert on runs for each row execute function note_search();
create trigger note_search after update of status on runs for each row
  when (new.status in ('pass', 'fail') and old.status not in ('pass', 'fail')) execute function note_search();
create function forget_search() returns trigger language plpgsql as $$
begin
  delete from run_search using gone where run_search.run_id = gone.id;
  return null;
end $$;
create trigger forget_search after delete on runs
  referencing old table as gone for each statement execute function forget_search();`;

export const SEARCH = TABLES + NOTES;
