/*
 * Changes of named flows. A flow is checked as a start is, as far as that is possible without its inputs; so who stores one that
 * names the vault decides what is typed with it, and needs the right to use secrets.
 */

import type { FlowBody } from '#shared/adapters/database/flows/flows.ts';
import {
  type ChangedFlow,
  deleteFlow,
  restoreFlow,
  type Saved,
  saveFlow,
  trySaveFlow,
} from '#shared/adapters/database/flows/save.ts';
import { isStartedLoggedIn } from '#shared/adapters/database/schedules/schedules.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { NAMED_FLOW_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { may } from '../access/policy.ts';
import type { Call, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { expectedVersion } from '../http/expected-version.ts';
import { invalid } from '../http/input.ts';
import { patternIssues } from '../runs/check-inputs.ts';
import { ignoredInFlow } from '../runs/ignored-fields.ts';
import { readable } from '../runs/repeat-flow.ts';
import { mayUseNamed } from '../runs/vault-check.ts';
import { versionTag } from './flows.ts';
import { digestOf, keptBody } from './kept-body.ts';
import { presentChanges } from './present.ts';

type Change = Pick<Call<'putFlow'>, 'actor' | 'project' | 'params'>;

const changeOf = ({ actor, project, params: { name } }: Change): ChangedFlow => ({
  projectId: project.id,
  name,
  userId: actor.userId,
});

/** `most`: how many flows a project may have. */
export function createPutFlow(sql: Sql, most: number | undefined): Handler<'putFlow'> {
  const limits = { flows: most, versions: LIMIT.versions };
  return async (call) => {
    const { query, body, ctx } = call;
    const issues = patternIssues(body.flow).map(({ path, message }) => ({
      path: ['flow', ...path],
      message,
    }));
    if (issues.length > 0) throw invalid(issues, ctx.state.language);
    await mayChange(sql, call, body.flow);
    const sent = (call.sent as { flow: unknown }).flow;
    const kept = keptBody(sent, body.flow);
    const version = { body: kept, digest: digestOf(kept), description: body.description };
    const expected = expectedVersion(call.headers);
    const change = changeOf(call);
    const save = query.dryRun ? trySaveFlow : saveFlow;
    const saved = await save(sql, change, { ...version, expected }, limits);
    if (typeof saved === 'string') throw new RequestError(saved);
    const ignored = ignoredInFlow(sent);
    const { body: reply, ...rest } = answer(change.name, saved);
    const noted = { ...reply, ...(ignored.length > 0 && { ignored }) };
    if (!query.dryRun) return { ...rest, body: noted };
    return { status: 200, body: { ...noted, ...presentChanges(saved.before ?? {}, kept) } };
  };
}

/** A schedule that begins logged in lets the flow act with that login: who changes its steps could use the login, too. */
async function mayChange(sql: Sql, call: Change, flow: Parameters<typeof mayUseNamed>[0]): Promise<void> {
  const maySecrets = may(call.actor, 'secrets:use') === 'allowed';
  const isAllowed =
    mayUseNamed(flow, call.actor) && (maySecrets || !(await isStartedLoggedIn(sql, changeOf(call))));
  if (!isAllowed) throw new RequestError('forbidden');
}

const answer = (name: string, { version, created, restored }: Saved) => ({
  status: created ? (201 as const) : (200 as const),
  body: { name, version, created, ...(restored && { restored }) },
  headers: versionTag(version),
});

export const createRestoreFlow =
  (sql: Sql): Handler<'restoreFlow'> =>
  async (call) => {
    const change = changeOf(call);
    await mayChange(sql, call, { steps: [] });
    const { version } = call.body;
    const mayStore = (body: FlowBody) => mayUseNamed({ steps: [], ...readable(body) }, call.actor);
    const saved = await restoreFlow(sql, { ...change, version }, { versions: LIMIT.versions, mayStore });
    if (typeof saved === 'string') throw new RequestError(saved);
    return answer(change.name, saved);
  };

export const createDeleteFlow =
  (sql: Sql): Handler<'deleteFlow'> =>
  async (call) => {
    if (!(await deleteFlow(sql, changeOf(call)))) throw new RequestError('not_found');
    return { status: 200, body: { ok: true } };
  };
