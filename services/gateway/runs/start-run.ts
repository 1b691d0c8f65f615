/*
 * `POST /v1/run`: a flow of its own, or a named one. A named flow is read once, here: its run keeps what it was then, and
 * depends on it no more.
 */
import { NAMED_START_FIELDS, type NamedStart } from '#shared/api/contract/runs/start.ts';
import { startableProject } from '../access/find-project.ts';
import type { Handler } from '../http/call.ts';
import { type AcceptFlowDeps, answerUnderKey, createAcceptFlow } from './accept-flow.ts';
import { namedStart } from './named-start.ts';

/** Stores the run as queued, answers, and notifies the runners: if the notification is lost, the run waits for a runner's next look. */
export function createStartRun(deps: AcceptFlowDeps): Handler<'startRun'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);

  return async (call) => {
    const { actor, ctx } = call;
    const { language } = ctx.state;
    if (call.body.startKind === 'flow') {
      const { startKind: _, ...body } = call.body;
      return acceptFlow(call, body);
    }
    const { flow, ...given } = givenIn(call.body);
    const projectId = await startableProject(sql, actor, given.project);
    const asked = { flow, ...given };
    const before = await answerUnderKey(sql, call, asked);
    if (before) return before;
    const { body, namedFlow } = await namedStart(sql, { projectId, flow, given, language });
    return acceptFlow(call, body, { namedFlow, projectId, asked });
  };
}

/** Without fields that are not known. */
const givenIn = (body: NamedStart): NamedStart =>
  Object.fromEntries(
    Object.entries(body).filter(([field]) => NAMED_START_FIELDS.includes(field)),
  ) as NamedStart;
