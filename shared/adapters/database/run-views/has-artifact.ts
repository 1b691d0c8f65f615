import type { Sql } from '../sql.ts';

/**
 * Whether the run says that it has kept an artifact of this path; `young`: it is alive or ended less than `withinMs` ago.
 * What it says of it is committed when the artifact is on its runner's disk, or soon will be: a video whose encoder is slow.
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
  and (video_path = :path or exists (select from steps where run_id = :runId and screenshot_path = :path))`;
