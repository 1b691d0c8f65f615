import { randomUUID } from 'node:crypto';
import { saveFlow } from '#shared/adapters/database/flows/save.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { digestOf } from '../../../../services/gateway/flows/kept-body.ts';
import type { Person, TestGateway } from '../fixture.ts';

/** A flow that can be kept under a name. */
export const KEPT = {
  baseUrl: 'http://127.0.0.1:1',
  steps: [{ action: 'goto', url: '/' }],
} as const;

/** A named flow of the project, with one version. Returns its name. */
export async function addFlow(
  { sql }: Pick<TestGateway, 'sql'> | { sql: Sql },
  projectId: string,
  { userId }: Pick<Person, 'userId'>,
  body: Readonly<Record<string, unknown>> = KEPT,
): Promise<string> {
  const name = `flow-${randomUUID().slice(0, 8)}`;
  const version = { body, digest: digestOf(body), description: undefined, expected: undefined };
  const limits = { flows: undefined, versions: 1_000 };
  const saved = await saveFlow(sql, { projectId, name, userId }, version, limits);
  if (typeof saved === 'string') throw new Error(saved);
  return name;
}
