import { change, type OnlineMigration, type Stage } from '../online/stage.ts';

/**
 * In place of the foreign keys: whatever version deletes a run, what was recorded of it goes too. Not where the whole day
 * goes: its partitions are dropped.
 */
const DELETE_RECORDS = `
create or replace function delete_records() returns trigger language plpgsql as $$
begin
  delete from events where run_id = old.id;
  delete from steps where run_id = old.id;
  delete from status_changes where run_id = old.id;
  return null;
end $$;
create or replace trigger delete_records after delete on runs for each row
  when (coalesce(current_setting('ghostly.day_goes', true), '') <> 'on') execute function delete_records()`;

/** A foreign key would lock `runs` whenever a partition comes, and check each row that is inserted. */
const dropForeignKey = (table: string): Stage =>
  change(
    `drop the foreign key of ${table}`,
    { runs: 'access exclusive', [table]: 'access exclusive' },
    `alter table ${table} drop constraint ${table}_run_id_fkey`,
    `select where not exists (
       select from pg_constraint where conrelid = '${table}'::regclass and conname = '${table}_run_id_fkey')`,
  );

/** What is there becomes the partition of all that has no day's; `after` makes the rest, for all partitions. */
const partition = (table: string, key: string, before = '', after = ''): Stage =>
  change(
    `make ${table} a partition of a table that can have others`,
    { [table]: 'access exclusive' },
    `${before}
     alter table ${table} rename to ${table}_other;
     alter index ${table}_pkey rename to ${table}_other_pkey;
     create table ${table} (like ${table}_other including defaults including constraints) partition by range (run_id);
     alter table ${table} add primary key (${key});
     ${after}`,
    `select from pg_class where oid = '${table}'::regclass and relkind = 'p'`,
  );

const attachOther = (table: string) => `alter table ${table} attach partition ${table}_other default;`;

/**
 * Events, steps and status changes in partitions by the day of their run, which its id tells. Which days have one is no
 * matter of the schema: see `days`.
 */
export const Migration20261126230000_days: OnlineMigration = {
  name: 'Migration20261126230000_days',
  stages: [
    change(
      'create a trigger that deletes what was recorded of a run',
      { runs: 'share row exclusive' },
      DELETE_RECORDS,
    ),
    ...['events', 'steps', 'status_changes'].map(dropForeignKey),
    partition(
      'events',
      'run_id, seq',
      'drop trigger guard_event on events; alter index events_one_run_end rename to events_other_one_run_end;',
      `create unique index events_one_run_end on events (run_id) where type = 'run_end';
       ${attachOther('events')}
       create trigger guard_event before insert or update on events for each row execute function guard_event();`,
    ),
    partition('steps', 'run_id, attempt, phase, index', '', attachOther('steps')),
    partition('status_changes', 'run_id, status', '', attachOther('status_changes')),
  ],
};
