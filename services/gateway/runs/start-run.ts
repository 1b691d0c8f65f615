/*
 * `POST /v1/run`: a flow of its own, or a named one. A named flow is read once, here: its run keeps what it was then, and
 * depends on it no more.
 */
import { type FlowBody, findFlowVersion, findNamedFlow } from '#shared/adapters/database/flows/flows.ts';
import { findKeyUse } from '#shared/adapters/database/runs/idempotency.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import { NAMED_START_FIELDS, type NamedStart, startBody } from '#shared/api/contract/runs/start.ts';
import { startableProject } from '../access/find-project.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { type FoundIssue, invalid, validate } from '../http/input.ts';
import { type AcceptFlowDeps, createAcceptFlow, replayedAnswer } from './accept-flow.ts';
import { idempotencyKey } from './idempotency.ts';

/** Stores the run as queued, answers, and notifies the runners: if the notification is lost, the run waits for a runner's next look. */
export function createStartRun(deps: AcceptFlowDeps): Handler<'startRun'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);

  return async (call) => {
    const { actor, headers, ctx, sent } = call;
    const { language } = ctx.state;
    if (call.body.startKind === 'flow') {
      const { startKind: _, ...body } = call.body;
      return acceptFlow(call, body);
    }
    const { flow, ...given } = givenIn(call.body);
    const projectId = await startableProject(sql, actor, given.project);
    const asked = { flow, ...given };
    const key = headers['idempotency-key'];
    // A key that was used decides the answer, whatever has become of the flow.
    const used = key && (await findKeyUse(sql, actor.userId, idempotencyKey(key, asked)));
    if (used) {
      if (used.kind === 'mismatch') throw new RequestError('idempotency_mismatch');
      return replayedAnswer(used.runId, sent);
    }
    const found = await readNamed(sql, projectId, flow);
    if ('path' in found) throw invalid([found], language);
    const { site: _, ...kept } = found.body;
    const body = validate(startBody, { ...kept, ...given }, language);
    return acceptFlow(call, body, { namedFlow: found.reference, projectId, asked });
  };
}

/** Without fields that are not known. */
const givenIn = (body: NamedStart): NamedStart =>
  Object.fromEntries(
    Object.entries(body).filter(([field]) => NAMED_START_FIELDS.includes(field)),
  ) as NamedStart;

/** The flow in the version that is asked for, or the issue that there is none. */
async function readNamed(
  sql: Sql,
  projectId: string,
  { name, version }: NamedStart['flow'],
): Promise<{ body: FlowBody; reference: FlowReference } | FoundIssue> {
  const newest = await findNamedFlow(sql, { projectId, name });
  if (!newest) return { path: ['flow', 'name'], message: 'no_such_flow' };
  const found =
    version === undefined || version === newest.version
      ? newest
      : await findFlowVersion(sql, { projectId, name, version });
  if (!found) return { path: ['flow', 'version'], message: 'no_such_version' };
  return { body: found.body, reference: { name, version: found.version } };
}
