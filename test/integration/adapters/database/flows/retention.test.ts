/* A project with many flows is deleted at once, and its flows some at a time after it. */
import { expect, it } from 'vitest';
import { deleteProject } from '#shared/adapters/database/accounts/projects.ts';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { forgetFlows } from '#shared/adapters/database/flows/retention.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const FLOWS = 2_500;
const VERSIONS = 12;

it('a project with many flows is deleted at once, and they some at a time after it', async () => {
  const { url } = await createTestDatabase();
  await using database = connectDatabase({ url, applicationName: 'flows', statementTimeoutMs: 120_000 });
  const { sql } = database;
  const [gone, kept] = [await createOwner(sql), await createOwner(sql)];
  for (const { projectId } of [gone, kept])
    await sql.rows(
      `with added as (
         insert into flows (id, project_id, name, version) select gen_random_uuid(), $1, 'f' || n, $3
         from generate_series(1, $2::int) as n returning id
       )
       insert into flow_versions (flow_id, version, body, digest, user_id)
       select id, n, '{"steps":[]}', '\\x01', $4 from added, generate_series(1, $3::int) as n`,
      [projectId, projectId === gone.projectId ? FLOWS : 2, VERSIONS, gone.userId],
    );
  const count = async () =>
    (await sql.row<{ flows: number; versions: number }>(
      `select (select count(*)::int from flows) as flows, (select count(*)::int from flow_versions) as versions`,
    ))!;

  const by = {
    userId: gone.userId,
    keyId: undefined,
    sessionId: undefined,
    issue: undefined,
    byAdminKey: false,
  };
  expect(await deleteProject(sql, { projectId: gone.projectId, by })).toBe('deleted');
  let before = await count();
  expect(before).toEqual({ flows: FLOWS + 2, versions: (FLOWS + 2) * VERSIONS });
  while (await forgetFlows(sql)) {
    const after = await count();
    const deleted = before.flows - after.flows + before.versions - after.versions;
    expect(deleted).toBeGreaterThan(0);
    expect(deleted).toBeLessThanOrEqual(1_000);
    before = after;
  }
  expect(before).toEqual({ flows: 2, versions: 2 * VERSIONS });
  const left = await sql.rows('select distinct project_id as id from flows');
  expect(left).toEqual([{ id: kept.projectId }]);
});
