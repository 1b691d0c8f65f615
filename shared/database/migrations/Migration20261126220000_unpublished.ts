import { backfill, type Cursor, change, dropIndex, NO_UUID, type OnlineMigration } from '../online/stage.ts';
import type { Sql } from '../sql.ts';

/**
 * A commit changes no column that an index has. An empty table keeps its pages, or a statement that is planned then would
 * read all of what an outage of NATS leaves. No foreign key to runs: whoever deletes a run deletes this as well.
 */
const UNPUBLISHED = `
create table if not exists unpublished (
  run_id uuid primary key,
  user_id uuid not null,
  project_id uuid not null,
  created_at timestamptz not null,
  seq int not null,
  rank int not null,
  stored_seq int not null,
  stored_rank int not null,
  due_at timestamptz,
  carried boolean not null default false
) with (fillfactor = 50, vacuum_truncate = false,
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
create index if not exists unpublished_oldest on unpublished (created_at);
create index if not exists unpublished_due on unpublished (due_at) where due_at is not null;`;

const rankOfLast = (status: string) =>
  `case ${status} when 'running' then 1 when 'cancelling' then 2 else 4 end`;

/** By the columns of `runs`; exactly the predicate of the index that goes. */
const isUnpublished = (run: string) =>
  `(${run}.published_seq < ${run}.last_seq or ${run}.published_rank < ${rankOfLast(`${run}.status`)})`;

const due = (run: string) => `case
  when ${run}.owner is null or ${run}.stale then clock_timestamp()
  when ${run}.status in ('pass', 'fail') then ${run}.finished_at + interval '2 s'
end`;

const COLUMNS =
  'run_id, user_id, project_id, created_at, seq, rank, stored_seq, stored_rank, due_at, carried';
const values = (run: string) => `${run}.id, ${run}.user_id, ${run}.project_id, ${run}.created_at,
  least(${run}.published_seq, ${run}.last_seq), least(${run}.published_rank, ${rankOfLast(`${run}.status`)}), ${run}.last_seq,
  ${rankOfLast(`${run}.status`)}, ${due(run)}, true`;

/**
 * Services of the version before know of the columns only, and say there what NATS has acknowledged. Once a service of
 * this version has stored entries of a run, it sets them so that an earlier relay finds nothing: then they are not believed.
 */
const OF_EARLIER_VERSIONS = `
create or replace function carry_mark() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into unpublished (${COLUMNS}) select ${values('new')} on conflict do nothing;
  elsif ${isUnpublished('new')} then
    insert into unpublished as mark (${COLUMNS}) select ${values('new')}
    on conflict (run_id) do update
      set stored_seq = excluded.stored_seq, stored_rank = excluded.stored_rank, due_at = excluded.due_at,
        seq = case when mark.carried then greatest(mark.seq, excluded.seq) else mark.seq end,
        rank = case when mark.carried then greatest(mark.rank, excluded.rank) else mark.rank end;
  else
    delete from unpublished where run_id = new.id and carried and due_at is not null;
    update unpublished set seq = stored_seq, rank = stored_rank where run_id = new.id and carried;
  end if;
  return null;
end $$;`;

/** A commit of this version leaves the columns so that neither fires. */
const TRIGGERS = `
create or replace trigger carry_mark_of_new after insert on runs for each row
  when ${isUnpublished('new')} execute function carry_mark();
create or replace trigger carry_mark after update of last_seq, status, published_seq, published_rank on runs for each row
  when ((new.last_seq, new.status, new.published_seq, new.published_rank)
      is distinct from (old.last_seq, old.status, old.published_seq, old.published_rank)
    and (${isUnpublished('new')} or (new.last_seq = old.last_seq and new.status = old.status)))
  execute function carry_mark();`;

const MISSING = `${isUnpublished('runs')} and not exists (select from unpublished where run_id = runs.id)`;

/** The run is locked first, as by all who store entries. What was noted meanwhile is the newer. */
const CARRY = `
with page as materialized (
  select id, created_at from runs
  where ${isUnpublished('runs')} and created_at >= :at::timestamptz and (created_at, id) > (:at::timestamptz, :id::uuid)
  order by created_at, id limit 1000
), locked as materialized (
  select runs.* from runs join page on runs.id = page.id
  where ${MISSING} order by runs.id for no key update of runs skip locked
), carried as (
  insert into unpublished (${COLUMNS}) select ${values('locked')} from locked on conflict do nothing
)
select created_at::text as at, id from page order by created_at desc, id desc limit 1`;

/**
 * What NATS may not have acknowledged, in a narrow table of its own: so a commit changes no column of `runs` that an
 * index has, nor do acknowledgements. The columns stay for one version; the index goes now, as it is what made every
 * commit write all the others. With room in its page, a run's next version is written there.
 */
export const Migration20261126220000_unpublished: OnlineMigration = {
  name: 'Migration20261126220000_unpublished',
  stages: [
    change('create the table unpublished', {}, UNPUBLISHED + OF_EARLIER_VERSIONS),
    change('create triggers that carry over what is unpublished', { runs: 'share row exclusive' }, TRIGGERS),
    {
      ...backfill('runs', 'carry over what is unpublished', {
        first: { at: '-infinity', id: NO_UUID },
        batch: (sql: Sql, after: Cursor) => sql.row<Cursor>(CARRY, after),
        count: `select count(*)::int as count from runs where ${isUnpublished('runs')}`,
        left: `select from runs where ${MISSING} and created_at < :started limit 1`,
      }),
      unless: `select where to_regclass('runs_unpublished') is null`,
    },
    dropIndex('runs', 'runs_unpublished'),
    change(
      'leave room in new pages of runs',
      { runs: 'share update exclusive' },
      'alter table runs set (fillfactor = 75)',
    ),
  ],
};
