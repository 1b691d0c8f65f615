import type { Sql } from '#shared/adapters/database/sql.ts';
import { TEST_FLOW } from './runs.ts';

interface Place {
  userId: string;
  projectId: string;
}

/** So many named flows with so many versions each, in the one project: `flow-1`, `flow-2`, … */
export async function manyFlows(
  sql: Sql,
  { userId, projectId }: Place,
  { flows, versions }: { flows: number; versions: number },
): Promise<void> {
  const body = JSON.stringify(TEST_FLOW);
  await sql.rows(
    `insert into flows (id, project_id, name, version)
     select gen_random_uuid(), $1, 'flow-' || n, $3::int from generate_series(1, $2::int) as n`,
    [projectId, flows, versions],
  );
  await sql.rows(
    `insert into flow_versions (flow_id, version, body, digest, user_id)
     select id, n, $2::text::json, sha256(convert_to($2::text, 'UTF8')), $3 from flows, generate_series(1, $4::int) as n where project_id = $1`,
    [projectId, body, userId, versions],
  );
}

/** So many secrets in the one project, sealed with nothing: they are stored, and never opened. */
export const manySecrets = (sql: Sql, { userId, projectId }: Place, count: number): Promise<unknown> =>
  sql.rows(
    `insert into secrets (project_id, name, kind, version, sealed, kid, origins, updated_by)
     select $1, 'secret_' || n, 'text', 1, repeat('x', 400), 'none', '{https://a.test}', $2
     from generate_series(1, $3::int) as n`,
    [projectId, userId, count],
  );
