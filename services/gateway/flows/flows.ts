import {
  findFlowVersion,
  findNamedFlow,
  listFlowVersions,
  listNamedFlows,
} from '#shared/adapters/database/flows/flows.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { NAMED_FLOW_LIMITS as LIMIT } from '#shared/api/limits.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { linkToNext } from '../http/next-link.ts';
import { presentChanges, presentFlowVersion, presentNamedFlow } from './present.ts';

/** The `ETag` of a named flow is its version, which `If-Match` takes. */
export const versionTag = (version: number) => ({ ETag: `"${version}"` });

export const createListFlows =
  (sql: Sql): Handler<'listFlows'> =>
  async ({ project, query }) => {
    const { deleted, limit = LIMIT.page, after } = query;
    const wanted = { projectId: project.id, deleted: deleted !== undefined, after, limit: limit + 1 };
    const rows = await listNamedFlows(sql, wanted);
    const page = rows.slice(0, limit);
    const next = { ...query, after: page.at(-1)?.name };
    return {
      status: 200,
      body: page.map(presentNamedFlow),
      ...(rows.length > limit && {
        headers: { Link: linkToNext(`/v1/projects/${project.id}/flows`, next) },
      }),
    };
  };

export const createReadNamedFlow =
  (sql: Sql): Handler<'readNamedFlow'> =>
  async ({ project, params: { name } }) => {
    const found = await findNamedFlow(sql, { projectId: project.id, name });
    if (!found) throw new RequestError('not_found');
    const body = { ...presentNamedFlow(found), flow: { ...found.body } };
    return { status: 200, body, headers: versionTag(found.version) };
  };

export const createListFlowVersions =
  (sql: Sql): Handler<'listFlowVersions'> =>
  async ({ project, params: { name }, query }) => {
    const { limit = LIMIT.page, before } = query;
    const place = { projectId: project.id, name };
    const rows = await listFlowVersions(sql, { ...place, before, limit: limit + 1 });
    if (rows.length === 0 && !(await findNamedFlow(sql, place))) throw new RequestError('not_found');
    const page = rows.slice(0, limit);
    const next = { ...query, before: page.at(-1)?.version };
    return {
      status: 200,
      body: page.map(presentFlowVersion),
      ...(rows.length > limit && {
        headers: { Link: linkToNext(`/v1/projects/${project.id}/flows/${name}/versions`, next) },
      }),
    };
  };

export const createReadFlowVersion =
  (sql: Sql): Handler<'readFlowVersion'> =>
  async ({ project, params: { name, version } }) => {
    const found = await findFlowVersion(sql, { projectId: project.id, name, version: Number(version) });
    if (!found) throw new RequestError('not_found');
    return { status: 200, body: { name, ...presentFlowVersion(found), flow: { ...found.body } } };
  };

export const createCompareFlowVersions =
  (sql: Sql): Handler<'compareFlowVersions'> =>
  async ({ project, params: { name }, query: { from, to } }) => {
    const place = { projectId: project.id, name };
    const before = await findFlowVersion(sql, { ...place, version: from });
    const after = await (to === undefined
      ? findNamedFlow(sql, place)
      : findFlowVersion(sql, { ...place, version: to }));
    if (!before || !after) throw new RequestError('not_found');
    const changes = presentChanges(before.body, after.body);
    return { status: 200, body: { from, to: after.version, ...changes } };
  };
