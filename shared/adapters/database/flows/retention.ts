import { orphanOf } from '../orphan.ts';
import type { Sql } from '../sql.ts';

const AT_ONCE = 1_000;

/** Deletes flows of which there is no project any more, some at a time, their versions first. Whether there may be more. */
export async function forgetFlows(sql: Sql): Promise<boolean> {
  const versions = await sql.rows(FORGET_VERSIONS, { limit: AT_ONCE });
  if (versions.length > 0) return true;
  return (await sql.rows(FORGET_FLOWS, { limit: AT_ONCE })).length > 0;
}

const ORPHAN = orphanOf({ table: 'flows', column: 'project_id', owners: 'projects' });
const FORGET_VERSIONS = `
with ${ORPHAN}
delete from flow_versions where (flow_id, version) in (
  select flow_id, flow_versions.version from flow_versions join flows on flows.id = flow_id
  where project_id = (select project_id from orphan) limit :limit)
returning version`;
const FORGET_FLOWS = `
with ${ORPHAN}
delete from flows where id in (select id from flows where project_id = (select project_id from orphan) limit :limit)
returning id`;
