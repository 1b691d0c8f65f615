/* I14: looking up or listing named flows reads no more flows and versions than it shows. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import {
  findFlowVersion,
  findNamedFlow,
  listFlowVersions,
  listNamedFlows,
} from '#shared/adapters/database/flows/flows.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { type Explainer, openExplainer } from '../../../../support/database/explain.ts';
import { manyFlows, manySecrets } from '../../../../support/database/many-flows.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const VERSIONS = 20;
let database: Database;
let explainer: Explainer;
let place: { projectId: string; name: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'flows', statementTimeoutMs: 30_000 });
  const owner = await createOwner(database.sql);
  await manyFlows(database.sql, owner, { flows: 1_000, versions: VERSIONS });
  await manySecrets(database.sql, owner, 1_000);
  await database.sql.rows('analyze');
  place = { projectId: owner.projectId, name: 'flow-500' };
  explainer = await openExplainer(url);
});
afterAll(async () => {
  await explainer?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

it.each<[string, number, (sql: Sql) => Promise<unknown>]>([
  ['a start by name', 1, (sql) => findNamedFlow(sql, place)],
  ['a start by name and version', 1, (sql) => findFlowVersion(sql, { ...place, version: 3 })],
  [
    'a page of flows',
    5,
    (sql) => listNamedFlows(sql, { projectId: place.projectId, deleted: false, limit: 5 }),
  ],
  ['all versions', VERSIONS, (sql) => listFlowVersions(sql, { ...place, limit: 100 })],
])('I14: %s reads no more flows and versions than it shows', async (_, most, read) => {
  const found = await read(database.sql);
  expect(Array.isArray(found) ? found.length : found && 1).toBe(most);
  const { nodes } = await explainer.explain(read);
  const tables = nodes.filter((node) => /^flow/.test(node['Relation Name'] ?? ''));
  expect(tables.length).toBeGreaterThan(1);
  for (const node of tables) {
    expect(node['Node Type']).not.toBe('Seq Scan');
    expect(node['Actual Rows']).toBeLessThanOrEqual(most);
    expect(node['Rows Removed by Filter'] ?? 0).toBe(0);
  }
});
