/*
 * The question of a run for a person who has a link to answer it, and perhaps no account: what is asked, and how the run's
 * flow and project are called.
 */
import type { Payload } from '#shared/domain/events/events.ts';
import type { Sql } from '../sql.ts';
import { type AnswerOutcome, FIRST, pausesOf } from './answers.ts';
import { isAsking } from './orders.ts';

interface QuestionOfRun {
  runId: string;
  attempt: number;
  step: number;
}

export interface LinkedQuestionRow {
  /** Whether the project allows links that answer; not if it is deleted. */
  isAllowed: boolean;
  project: string | null;
  flow: string | null;
  /** Null: the run does not wait with this question. */
  asked: Payload<'waiting_for_person'> | null;
  first: AnswerOutcome['first'];
}

/** Undefined: there is no such run, or it has started again since. */
export const readLinkedQuestion = (
  sql: Sql,
  question: QuestionOfRun,
): Promise<LinkedQuestionRow | undefined> => sql.row<LinkedQuestionRow>(READ, { ...question });

const READ = `
select coalesce(projects.answer_links, false) as "isAllowed", projects.label as project,
  coalesce(run.flow_name, run.name) as flow, ${FIRST} as first,
  case when run.shown_status = 'running' and ${isAsking('run')}
    and (run.snapshot #>> '{machine,context,done}')::int = asked.step
  then (select payload from events where run_id = run.id and type = 'waiting_for_person' and step_index = asked.step
    order by seq desc limit 1) end as asked
from runs as run cross join lateral (select :step::int as step, ${pausesOf('run')} as pauses) as asked left join projects on projects.id = run.project_id
where run.id = :runId and run.attempt = :attempt::int`;
