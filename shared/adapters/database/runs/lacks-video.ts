import type { Sql } from '../sql.ts';

/** Whether a run was asked for a video, and its runner has not said in this attempt that there will be none. */
export async function lacksVideo(sql: Sql, runId: string): Promise<boolean> {
  const row = await sql.row<{ lacks: boolean | null }>(
    `select plan ->> 'recordVideoOnFailure' = 'true' and (
       select type from events where run_id = :runId
         and (type = 'requeued' or (type = 'notice' and payload ->> 'code' = 'no_video'))
       order by seq desc limit 1
     ) is distinct from 'notice' as lacks
     from runs where id = :runId`,
    { runId },
  );
  return row?.lacks ?? false;
}
