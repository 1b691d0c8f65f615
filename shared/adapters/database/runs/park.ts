/* SQL about runs that are parked while they wait for a person, as parts of statements. */
import { answerUntil } from '#shared/domain/run/question.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { PARKED_STATE } from '#shared/domain/run/states.ts';
import { IS_ANSWERED } from '../orders/answers.ts';
import { IS_RESUMED } from '../orders/pauses.ts';

/** Whether a person has done already what the run waits for; it then only waits for a runner. */
const IS_HELPED = `case when :isPaused::boolean then ${IS_RESUMED} else ${IS_ANSWERED} end`;

/** SQL: the assignments that park a run, beside those of every transition. */
export const PARKED_COLUMNS = `, owner = null,
  parked_until = case when ${IS_HELPED} then null else to_timestamp(:personUntil::float8 / 1000) end,
  queue_until = moment.at + runs.queue_timeout_ms * interval '1 ms'`;

/** A common table expression: what the run `:runId` would have gone on with is forgotten, if `run` has a row, and it is over. */
export const forgottenState = (isOver = 'true'): string => `
forgotten_state as (
  delete from page_states where run_id = :runId and kind = 'park' and ${isOver} and exists (select from run)
)`;

/** Lost runners that one wait survives; one more fails the run, since opening it may be what kills them. */
const MOST_LOSSES = 2;

/**
 * SQL: `runs` may be parked once its runner is lost: what it needs to go on elsewhere is kept, as of the step that it stands
 * at. Compared as texts, whatever a broken snapshot has there.
 */
export const IS_KEPT = `(exists (
  select from page_states as state where state.run_id = runs.id and state.kind = 'park' and state.attempt = runs.attempt
    and state.done::text = runs.snapshot #>> '{machine,context,done}')
  and coalesce(runs.snapshot #>> '{machine,context,parked,losses}', '0') <> '${MOST_LOSSES}')`;

/** SQL: since when `runs` waits for a runner, if it does: one that was parked waits anew. */
export const QUEUED_SINCE = `case when runs.state = '${PARKED_STATE}' then runs.queue_until - runs.queue_timeout_ms * interval '1 ms'
  else runs.created_at end`;

/** The values of {@link PARKED_COLUMNS}. */
export const parkedValues = ({ context }: RunSnapshot) => ({
  isPaused: context.pause !== undefined,
  personUntil: context.pause?.until ?? answerUntil(context),
});
