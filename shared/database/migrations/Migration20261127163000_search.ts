import { change, type OnlineMigration } from '../online/stage.ts';

/** Numbers runs in the order they are accepted; those of before have none. */
const ORDINAL = `
create sequence if not exists run_ordinals as bigint;
alter table runs add column if not exists ordinal bigint;
alter table runs alter column ordinal set default nextval('run_ordinals');`;

/**
 * What is searched of a run, in a table of its own that no claim, commit or list reads. `terms` are the numbers of what is
 * in it (`shared/database/search/terms.ts`); no pending list: it would be read by every search, and emptied by somebody who waits.
 */
const TABLES = `
create table if not exists run_search (
  run_id uuid primary key,
  ordinal bigint not null,
  noted bigint not null,
  text text not null,
  terms int[] not null
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
create index if not exists run_search_ordinal on run_search (ordinal);
create index if not exists run_search_terms on run_search using gin (terms) with (fastupdate = off);
create table if not exists search_due (
  note bigint primary key generated always as identity,
  run_id uuid not null,
  ordinal bigint,
  due_at timestamptz not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index if not exists search_due_due_at on search_due (due_at);
create index if not exists search_due_ordinal on search_due (ordinal);
create table if not exists search_past (
  one boolean primary key default true check (one),
  before_id uuid not null,
  ordinal bigint not null
);`;

/** A run that ends soon is written to the index once, at its end: until then it is found among those that are due. */
const NEW_IS_DUE_AFTER = '10 s';

const NOTES = `
create or replace function note_search() returns trigger language plpgsql as $$
begin
  insert into search_due (run_id, ordinal, due_at) values (new.id, new.ordinal,
    clock_timestamp() + case when new.status in ('pass', 'fail') then interval '0' else interval '${NEW_IS_DUE_AFTER}' end);
  return null;
end $$;
create or replace function forget_search() returns trigger language plpgsql as $$
begin
  delete from run_search using gone where run_search.run_id = gone.id;
  return null;
end $$;`;

const TRIGGERS = `
create or replace trigger note_search_of_new after insert on runs for each row execute function note_search();
create or replace trigger note_search after update of status on runs for each row
  when (new.status in ('pass', 'fail') and old.status not in ('pass', 'fail')) execute function note_search();
create or replace trigger forget_search after delete on runs
  referencing old table as gone for each statement execute function forget_search();`;

/** Where the indexing of the runs of before is, newest first: they come after all others, from -1 downwards. */
const PAST = `
insert into search_past (before_id, ordinal) values ('ffffffff-ffff-ffff-ffff-ffffffffffff', -1) on conflict do nothing;`;

/** Searches over all runs (docs/decisions/search.md). */
export const Migration20261127163000_search: OnlineMigration = {
  name: 'Migration20261127163000_search',
  stages: [
    change('number runs', { runs: 'access exclusive' }, ORDINAL),
    change('create the tables of searches', {}, TABLES + PAST),
    change(
      'create triggers that note what is to be indexed',
      { runs: 'share row exclusive' },
      NOTES + TRIGGERS,
    ),
  ],
};
