import type { Sql } from '../sql.ts';

/**
 * Whether a run names an artifact of this path; `young`: it is alive or ended less than `withinMs` ago. The artifact is
 * then on its runner's disk, or will be, as a video with a slow encoder.
 */
export async function hasArtifact(
  sql: Sql,
  runId: string,
  path: string,
  withinMs: number,
): Promise<'young' | 'old' | undefined> {
  const found = await sql.row<{ young: boolean }>(HAS_ARTIFACT, { runId, path, withinMs });
  return found && (found.young ? 'young' : 'old');
}

const HAS_ARTIFACT = `
select finished_at is null
    or finished_at > clock_timestamp() - :withinMs::float8 * interval '1 millisecond' as young
from runs
where id = :runId
  and (video_path = :path or exists (select from steps where run_id = :runId and screenshot_path = :path)
    or exists (
      select from events where run_id = :runId and type = 'page_said'
        and (payload -> 'said')::jsonb @> jsonb_build_array(jsonb_build_object('path', :path::text))
    ))`;
