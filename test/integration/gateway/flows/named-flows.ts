import { randomUUID } from 'node:crypto';
import { saveFlow } from '#shared/adapters/database/flows/save.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { digestOf } from '../../../../services/gateway/flows/kept-body.ts';
import { call, type Person, type Received, type TestGateway } from '../fixture.ts';

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

/** Requests about the named flows of a person's project. */
export const flowsOf = (gateway: TestGateway, as: Person, projectId = as.projectId) => ({
  put: (name: string, flow: unknown, { more = {}, headers = {}, query = '' }: PutOptions = {}) =>
    call(gateway, 'PUT', `/v1/projects/${projectId}/flows/${name}${query}`, {
      as,
      body: { flow, ...more },
      headers,
    }),
  get: (path: string, headers: Record<string, string> = {}) =>
    call(gateway, 'GET', `/v1/projects/${projectId}/flows${path}`, { as, headers }),
  remove: (name: string) => call(gateway, 'DELETE', `/v1/projects/${projectId}/flows/${name}`, { as }),
  restore: (name: string, body: unknown = {}) =>
    call(gateway, 'POST', `/v1/projects/${projectId}/flows/${name}/restore`, { as, body }),
  start: (flow: unknown, more: object = {}, headers: Record<string, string> = {}) =>
    call(gateway, 'POST', '/v1/run', { as, body: { project: projectId, flow, ...more }, headers }),
});

interface PutOptions {
  more?: object;
  headers?: Record<string, string>;
  query?: string;
}

/** A kept flow with another selector. */
export const clicking = (selector: string) => ({
  ...KEPT,
  steps: [...KEPT.steps, { action: 'click', selector }],
});

/** `path: message` of each issue of a 400. */
export const issuesIn = ({ body }: Received): string[] =>
  ((body as { details?: { issues: { path: string; message: string }[] } }).details?.issues ?? []).map(
    ({ path, message }) => `${path}: ${message}`,
  );
