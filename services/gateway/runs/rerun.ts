import { readRepeatable } from '#shared/adapters/database/run-views/repeat.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid, validate } from '../http/input.ts';
import { type AcceptFlowDeps, createAcceptFlow } from './accept-flow.ts';
import { keptReference, readable, repeatedBody, valueIssues } from './repeat-flow.ts';
import { withOwnSecrets } from './shown-flow.ts';

/** Starts the flow of a run again as a run of the caller, who has written all of its secrets. */
export function createRerunRun(deps: AcceptFlowDeps): Handler<'rerunRun'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);
  return async (call) => {
    const { actor, run, body: given, ctx } = call;
    const { language } = ctx.state;
    const stored = await readRepeatable(sql, run.id);
    if (!stored) throw new RequestError('not_found');
    const source = { ...stored, plan: readable(stored.plan) };
    const changes = await withOwnSecrets(source, given, actor.userId);
    const issues = await valueIssues(source, changes, actor.userId);
    if (issues.length > 0) throw invalid(issues, language);
    const body = validate(startBody, repeatedBody(source, changes), language, ENDPOINTS.startRun.required);
    return acceptFlow(call, body, {
      rerunOf: run.id,
      namedFlow: keptReference(source, body),
      ownFields: ['values'],
    });
  };
}
