import { type Outcome, outcomeOf } from '#shared/domain/run/outcome.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { TITLE } from '../run-views/row.ts';
import { fold, TERM, termOfBlockOf, termsOfText } from './terms.ts';

/** A run as far as it is searched. Nothing of it is secret: what is stored there is redacted already (I10). */
export interface SearchedRun {
  id: string;
  userId: string;
  projectId: string;
  status: Status;
  cancelled: boolean;
  stale: boolean;
  cancelRequestedAt: Date | null;
  labels: string[];
  /** Texts, null where there is none. */
  texts: (string | null)[];
}

/** SQL: the columns of a {@link SearchedRun}, of `runs`. The driver reads a JSON array at once, and any other letter by letter. */
export const SEARCHED = `runs.id, user_id as "userId", project_id as "projectId", status, cancelled, stale,
  cancel_requested_at as "cancelRequestedAt", own_labels as labels,
  json_build_array(name, ${TITLE}, base_url, context_id, error, (
    select steps.error from steps where run_id = runs.id and not ok and steps.error is not null
    order by attempt desc, index desc limit 1
  ), cancel_reason, stop_reason) as texts`;

/** Longest part of each text, in UTF-16 units. */
const LONGEST_TEXT = 600;

/** One line for each, so that no word goes over from one to the next. */
export const searchedText = ({ texts, labels }: SearchedRun): string =>
  fold(
    [...texts, ...labels]
      .map((text) => text?.slice(0, LONGEST_TEXT))
      .filter(Boolean)
      .join('\n'),
  );

export function termsOf(run: SearchedRun, text: string, ordinal: number): number[] {
  const outcome = outcomeIn(run);
  return [
    termOfBlockOf(ordinal),
    TERM.user(run.userId),
    TERM.project(run.projectId),
    ...(outcome === undefined ? [] : [TERM.outcome(outcome)]),
    ...run.labels.map(TERM.label),
    ...termsOfText(text),
  ];
}

function outcomeIn({ status, cancelled, stale, cancelRequestedAt }: SearchedRun): Outcome | undefined {
  const isCancel = cancelRequestedAt !== null || cancelled || stale;
  const cancel = isCancel ? { requestedAt: cancelRequestedAt?.toISOString() } : undefined;
  return outcomeOf({ status, cancel });
}
