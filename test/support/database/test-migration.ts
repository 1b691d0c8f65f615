import { MIGRATIONS } from '#shared/adapters/database/migrations/all.ts';
import {
  backfill,
  buildIndex,
  type Cursor,
  change,
  dropIndex,
  NO_UUID,
  type OnlineMigration,
  validateCheck,
} from '#shared/adapters/database/online/stage.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';

/** What is filled in is the length of the address, for new runs by a trigger. */
const TRIGGER = `
create or replace function test_fill() returns trigger language plpgsql as $$
begin
  new.test_length = length(new.base_url);
  return new;
end $$;
create or replace trigger test_fill before insert on runs for each row execute function test_fill();`;

const FILL = `
with page as materialized (select id from runs where id > :id::uuid order by id limit 2000),
locked as materialized (
  select runs.id from runs join page on runs.id = page.id
  where test_length is null order by runs.id for no key update of runs skip locked
), filled as (update runs set test_length = length(base_url) from locked where runs.id = locked.id)
select id from page order by id desc limit 1`;

/**
 * A migration as one of a version to come may be, with a stage of each kind: a column of runs, filled by a trigger and by a
 * backfill, with a check and an index in place of another.
 */
export const TEST_MIGRATION: OnlineMigration = {
  name: 'Migration20990101000000_test',
  stages: [
    change(
      'add a column to runs',
      { runs: 'access exclusive' },
      'alter table runs add column if not exists test_length int',
    ),
    change('create a trigger that fills it', { runs: 'share row exclusive' }, TRIGGER),
    backfill('runs', 'fill in what is stored', {
      first: { id: NO_UUID },
      batch: (sql: Sql, after: Cursor) => sql.row<Cursor>(FILL, after),
      left: 'select from runs where test_length is null and created_at < :started limit 1',
    }),
    change(
      'add a constraint to runs',
      { runs: 'access exclusive' },
      'alter table runs add constraint runs_test_check check (test_length > 0) not valid',
      `select from pg_constraint where conname = 'runs_test_check'`,
    ),
    validateCheck('runs', 'runs_test_check'),
    buildIndex('runs', 'runs_test', '(test_length, id)'),
    dropIndex('runs', 'runs_by_short_id'),
    change(
      'add a column to runs and to leases',
      { runs: 'access exclusive', leases: 'access exclusive' },
      `alter table runs add column if not exists test_note text;
       alter table leases add column if not exists test_note text`,
    ),
  ],
};

/** The schema of a version to come. */
export const WITH_TEST_MIGRATION: readonly OnlineMigration[] = [...MIGRATIONS, TEST_MIGRATION];
