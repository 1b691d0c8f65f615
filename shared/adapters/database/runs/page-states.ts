/*
 * States of pages, sealed, each kept for one purpose of its run. The owner of that run alone writes them, and the owner of the
 * run that begins with one alone reads it.
 */
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import type { PageStateOf } from '../entities/runs.ts';
import type { OwnedBy } from '../owned-run.ts';
import type { Statements } from '../sql.ts';
import { LEASE_HOLDS } from './leases.ts';
import { planStep } from './plan-step.ts';

/** What it is kept for. `fork`: another run can begin there. `park`: its run goes on with it, once it was parked. */
export type PageStateKind = 'fork' | 'park';

export interface NewPageState extends OwnedBy {
  kind: PageStateKind;
  done: number;
  sealed: string;
  notCarried: readonly NotCarried[];
  /** So much may be kept of a run; the oldest go first, unless a run that goes on began in it. */
  mostBytes: number;
}

/** False: the run has another owner now. */
export const keepPageState = async (
  sql: Statements,
  { notCarried, ...state }: NewPageState,
): Promise<boolean> =>
  (await sql.row(KEEP, { ...state, notCarried: JSON.stringify(notCarried) })) !== undefined;

const OWN = `
own as materialized (
  select runs.id, runs.attempt from runs
  where runs.id = :runId and runs.owner = :owner and runs.epoch = :epoch and runs.status = 'running' and ${LEASE_HOLDS}
)`;

/** What an attempt before has left goes first. */
const KEEP = `
with ${OWN},
kept as (
  insert into page_states (run_id, kind, attempt, done, same_until, sealed, not_carried)
  select id, :kind, attempt, :done::int, :done::int, :sealed, :notCarried::jsonb from own
  on conflict (run_id, kind, attempt, done) do update
    set same_until = excluded.same_until, sealed = excluded.sealed, not_carried = excluded.not_carried
  returning 1
),
older as (
  select state.attempt, state.done,
    length(:sealed) + sum(length(state.sealed)) over (order by state.attempt desc, state.done desc) as bytes
  from page_states as state, own where state.run_id = own.id and state.kind = :kind
),
dropped as (
  delete from page_states as state using older, own
  where state.run_id = own.id and state.kind = :kind and state.attempt = older.attempt and state.done = older.done
    and (older.bytes > :mostBytes::bigint or older.attempt < own.attempt or :kind = 'park' and state.done <> :done::int)
    and not exists (
      select from runs as fork where state.kind = 'fork' and fork.forked_from = own.id and fork.status in ('running', 'cancelling')
        and (fork.page_state ->> 'attempt')::int = state.attempt and (fork.page_state ->> 'done')::int = state.done)
)
select from kept`;

/** The state that was kept last is still the same after so many steps. */
export async function extendPageState(
  sql: Statements,
  state: OwnedBy & Pick<NewPageState, 'kind' | 'done'> & { until: number },
): Promise<void> {
  await sql.rows(EXTEND, { ...state });
}

const EXTEND = `
with ${OWN}
update page_states as state set same_until = greatest(same_until, :until::int) from own
where state.run_id = own.id and state.kind = :kind and state.attempt = own.attempt and state.done = :done::int`;

/** The state that a run begins with, for its owner; undefined if it is not kept any more, or the run has another owner. */
export const readPageState = (
  sql: Statements,
  owned: OwnedBy,
  { runId, attempt, done }: PageStateOf,
): Promise<{ sealed: string; notCarried: NotCarried[] } | undefined> =>
  sql.row(READ, { ...owned, of: runId, attempt, done });

const READ = `
with ${OWN}
select sealed, not_carried as "notCarried" from page_states as state, own, runs
where state.run_id = :of and state.kind = 'fork' and state.attempt = :attempt::int and state.done = :done::int
  and runs.id = own.id and runs.page_state = jsonb_build_object('runId', :of::text, 'attempt', :attempt::int, 'done', :done::int)`;

/** What a parked run goes on with, for its owner; undefined if that has lost it. */
export const readParkState = (
  sql: Statements,
  owned: OwnedBy,
  { attempt, done }: { attempt: number; done: number },
): Promise<{ sealed: string; notCarried: NotCarried[] } | undefined> =>
  sql.row(READ_PARKED, { ...owned, attempt, done });

const READ_PARKED = `
with ${OWN}
select sealed, not_carried as "notCarried" from page_states as state, own
where state.run_id = own.id and state.kind = 'park' and state.attempt = :attempt::int and state.done = :done::int`;

/** What there is for a run to begin with at a step of another one. */
export interface ForkPlace {
  /** Null: nothing is kept of the page there. */
  state: (PageStateOf & { notCarried: NotCarried[] }) | null;
  /** The step before it is done, which is stored. */
  isDone: boolean;
}

export const findForkPlace = (sql: Statements, runId: string, step: number): Promise<ForkPlace | undefined> =>
  sql.row<ForkPlace>(FIND, { runId, step });

/** SQL: steps of rows `steps` that the run of `runs` has done in its attempt, or that were carried over to it. */
export const STEPS_OF_ATTEMPT = `steps.run_id = runs.id and steps.phase = 'flow'
  and (steps.attempt = runs.attempt or steps.epoch = 0)`;

/** A run that was itself forked off there begins with the same state. */
const FIND = `
select exists (
    select from steps where ${STEPS_OF_ATTEMPT} and steps.index = :step::int - 1
      and (steps.ok or ${planStep('runs.plan', ':step::int - 1')} ->> 'optional' = 'true')) as "isDone",
  coalesce((
    select jsonb_build_object('runId', run_id, 'attempt', state.attempt, 'done', done, 'notCarried', not_carried)
    from page_states as state
    where state.run_id = runs.id and kind = 'fork' and state.attempt = runs.attempt and :step::int between done and same_until
    order by done desc limit 1
  ), (
    select runs.page_state || jsonb_build_object('notCarried', not_carried) from page_states as state
    where runs.forked_step = :step::int and state.run_id = (runs.page_state ->> 'runId')::uuid and kind = 'fork'
      and state.attempt = (runs.page_state ->> 'attempt')::int and done = (runs.page_state ->> 'done')::int
  )) as state
from runs where runs.id = :runId`;

/** SQL: a JSON list of the steps at which a run can begin that is forked off that of `runs`; null if there are none. */
export const FORKABLE = `(
  select json_agg(distinct step order by step) from (
    select generate_series(done, same_until) as step from page_states
    where run_id = runs.id and kind = 'fork' and page_states.attempt = runs.attempt
    union select runs.forked_step where runs.forked_step is not null
  ) as kept)`;

/** How many forks of a run are shown. */
const MOST_FORKS = 20;

/** SQL: the newest runs that were forked off that of `runs`, as far as the viewer may see them; null if there are none. */
export const forksOf = (seesAll: string, viewerId: string): string => `(
  select json_agg(json_build_object('id', id, 'step', forked_step) order by ordinal desc) from (
    select id, forked_step, ordinal from runs as fork
    where fork.forked_from = runs.id and (${seesAll} or fork.user_id = ${viewerId} or exists (
      select from project_members as own where own.project_id = fork.project_id and own.user_id = ${viewerId}))
    order by ordinal desc limit ${MOST_FORKS}
  ) as forks)`;
