/*
 * What people have answered to the questions of a run, among its orders. The first answer to a question counts, whichever
 * gateway it comes to; only the run's owner reads the values.
 */
import type { AskField } from '#shared/domain/flow/ask-step.ts';
import { planStep } from '../runs/plan-step.ts';
import type { Sql } from '../sql.ts';
import { addOrder, CAN_GO_ON, isAsking, QUEUED_FOR, type StoredAnswer, UNPARK } from './orders.ts';

interface NewAnswer extends Omit<StoredAnswer, 'at' | 'order' | 'kind'> {
  runId: string;
}

/** What became of an answer: `taken` only if it is the one that counts. */
export interface AnswerOutcome {
  taken: boolean;
  epoch: number;
  /** It was parked, and waits for a runner with these labels now. */
  queuedFor: string[] | null;
  /** The answer that counts, if there is one. */
  first: { userId: string | null; email: string | null; at: string } | null;
}

/** Undefined: there is no such run. Not taken, and without a first one: the run does not wait for that answer. */
export const recordAnswer = (
  sql: Sql,
  { runId, attempt, step, pauses, userId, names, sealed, values }: NewAnswer,
): Promise<AnswerOutcome | undefined> =>
  sql.row<AnswerOutcome>(RECORD, {
    runId,
    attempt,
    step,
    pauses,
    answer: JSON.stringify({ kind: 'answer', attempt, step, pauses, userId, names, sealed, values }),
  });

/** When the time to answer is over, by the machine. */
const UNTIL = `to_timestamp((((run.snapshot #>> '{machine,context,askedAt}')::float8
  + (run.snapshot #>> array['machine', 'context', 'questions', :step::text, 'timeoutMs'])::float8) / 1000))`;

/** SQL: who has answered first, of rows `run` and `asked`. */
export const FIRST = `(
  select json_build_object('userId', one ->> 'userId', 'at', one ->> 'at',
    'email', (select email from users where users.id = (one ->> 'userId')::uuid))
  from jsonb_array_elements(run.orders) as one
  where one ->> 'kind' = 'answer' and (one ->> 'attempt')::int = run.attempt and (one ->> 'step')::int = asked.step
    and (one ->> 'pauses')::int = asked.pauses limit 1
)`;

/** SQL: how many pauses a row has had. */
export const pausesOf = (row: string) => `coalesce((${row}.snapshot #>> '{machine,context,pauses}')::int, 0)`;

const isAnswered = (row: string) => `coalesce(${row}.orders @> jsonb_build_array(jsonb_build_object(
  'kind', 'answer', 'attempt', ${row}.attempt, 'step', (${row}.snapshot #>> '{machine,context,done}')::int, 'pauses', ${pausesOf(row)})), false)`;

/** SQL: whether the step that a run of `runs` is at is answered, which its owner may not have heard yet. */
export const IS_ANSWERED = isAnswered('runs');

const RECORD = `
with run as materialized (select * from runs where id = :runId for no key update),
taken as (
  update runs set ${addOrder(':answer::jsonb')}, ${UNPARK}
  from run
  where runs.id = run.id and run.status = 'running' and run.cancel_requested_at is null and run.attempt = :attempt::int
    and ${isAsking('run')} and (run.snapshot #>> '{machine,context,done}')::int = :step::int and ${pausesOf('run')} = :pauses::int
    and ${CAN_GO_ON} and ${UNTIL} > clock_timestamp() and not ${isAnswered('run')}
  returning runs.id
)
select exists (select from taken) as taken, run.epoch, ${QUEUED_FOR}, ${FIRST} as first
from run, (select :step::int as step, :pauses::int as pauses) as asked`;

/** The question that a run waits with, or the one of a step: what is asked, or who has answered it. */
export interface OpenQuestion {
  /** Null: the run waits with none, has waited with none, and none was named. */
  step: number | null;
  /** How many pauses the run has had. */
  pauses: number;
  attempt: number;
  projectId: string;
  /** Null: it does not wait with this one. */
  fields: AskField[] | null;
  first: AnswerOutcome['first'];
}

export const readQuestion = (sql: Sql, runId: string, step?: number): Promise<OpenQuestion | undefined> =>
  sql.row<OpenQuestion>(READ_QUESTION, { runId, step: step ?? null });

/** SQL: the last answer of a row `run`. */
const LAST = `(select one from jsonb_array_elements(run.orders) with ordinality as listed (one, n)
  where one ->> 'kind' = 'answer' order by n desc limit 1)`;

const READ_QUESTION = `
with run as (select * from runs where id = :runId),
waiting as (
  select (run.snapshot #>> '{machine,context,done}')::int as step from run
  where run.shown_status = 'running' and ${isAsking('run')}
)
select asked.step, asked.pauses, run.attempt, run.project_id as "projectId",
  case when asked.step = (select step from waiting) then ${planStep('run.plan', 'asked.step')} -> 'fields' end as fields,
  ${FIRST} as first
from run, (
  select coalesce(:step::int, (select step from waiting), (${LAST} ->> 'step')::int) as step, ${pausesOf('run')} as pauses
  from run
) as asked`;
