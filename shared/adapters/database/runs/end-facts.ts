import type { Sql } from '../sql.ts';
import { type Results, resultsOf } from './results.ts';

/** What a run has at its end that no machine knows. */
export interface EndFacts {
  /** It was asked for a video, and its runner has not said in this attempt that there will be none. */
  lacksVideo: boolean;
  /** What the steps of its attempt have found; undefined if nothing. */
  results: Results | undefined;
}

export async function readEndFacts(sql: Sql, runId: string): Promise<EndFacts> {
  const row = await sql.row<{ lacksVideo: boolean | null; results: Results | null }>(
    `select plan ->> 'recordVideoOnFailure' = 'true' and (
       select type from events where run_id = :runId
         and (type = 'requeued' or (type = 'notice' and payload ->> 'code' = 'no_video'))
       order by seq desc limit 1
     ) is distinct from 'notice' as "lacksVideo", ${resultsOf('runs.id', 'runs.attempt')} as results
     from runs where id = :runId`,
    { runId },
  );
  return { lacksVideo: row?.lacksVideo ?? false, results: row?.results ?? undefined };
}
