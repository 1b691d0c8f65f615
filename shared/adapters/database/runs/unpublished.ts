/*
 * SQL about entries that NATS may not have acknowledged. A row of `unpublished` has how far a run is acknowledged (`seq`,
 * `rank`) and stored (`stored_…`); the relay publishes from `due_at` on. Writers lock the run before it.
 */
import { RANK } from '#shared/domain/events/stream.ts';

/** The rank of the last entry that a run with this status has. */
const rankOfLast = (status: string) =>
  `case ${status} when 'running' then ${RANK.running} when 'cancelling' then ${RANK.cancelling} else ${RANK.end} end`;

/** How long the owner of a run that has just ended has for its last entries, s. */
const OWN_END_S = 2;

const DUE = `case
  when run.owner is null or run.stale then run.at
  when run.status in ('pass', 'fail') then run.at + interval '${OWN_END_S} s'
end`;

/** What {@link noteUnpublished} needs of `run`, besides `at` and what is stored. */
export const NOTED_COLUMNS = 'runs.user_id, runs.project_id, runs.created_at, runs.stale';

/**
 * A common table expression: notes what was just stored of `run`. If nothing was left before that, NATS had all up to
 * `seqBefore` and, as the run was live, the status `running`. `alsoSet`: what is known to be acknowledged.
 */
export const noteUnpublished = (seqBefore: string, alsoSet = '') => `
noted as (
  insert into unpublished as mark (run_id, user_id, project_id, created_at, seq, rank, stored_seq, stored_rank, due_at)
  select run.id, run.user_id, run.project_id, run.created_at, ${seqBefore}, ${RANK.running}, run.last_seq,
    ${rankOfLast('run.status')}, ${DUE}
  from run
  on conflict (run_id) do update
    set stored_seq = excluded.stored_seq, stored_rank = excluded.stored_rank, due_at = excluded.due_at${alsoSet}
)`;

/** Values: `publishedSeq`, `publishedRank`. */
export const ACKNOWLEDGED = `,
      seq = greatest(mark.seq, :publishedSeq::int), rank = greatest(mark.rank, :publishedRank::int)`;

/** A common table expression: the same for the new run `run (id, user_id, project_id, created_at)`. */
export const NOTE_ACCEPTED = `
noted as (
  insert into unpublished (run_id, user_id, project_id, created_at, seq, rank, stored_seq, stored_rank, due_at)
  select id, user_id, project_id, created_at, 0, 0, 0, ${RANK.running}, created_at from run
)`;
