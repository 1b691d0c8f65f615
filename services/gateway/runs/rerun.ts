import { ENDPOINTS } from '#shared/contract/endpoints.ts';
import { startBody } from '#shared/contract/runs.ts';
import { readRepeatable } from '#shared/database/run-views/repeat.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import { invalid, validate } from '../input.ts';
import { type AcceptFlowDeps, createAcceptFlow } from './accept-flow.ts';
import { repeatedBody, valueIssues } from './repeat-flow.ts';

/** Starts the flow of a run again, as a run of the caller's: whatever it keeps secret, the caller has written. */
export function createRerunRun(deps: AcceptFlowDeps): Handler<'rerunRun'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);
  return async (call) => {
    const { actor, run, body: changes, ctx } = call;
    const { language } = ctx.state;
    const source = await readRepeatable(sql, run.id);
    if (!source) throw new RequestError('not_found');
    const issues = valueIssues(source, changes, actor.userId);
    if (issues.length > 0) throw invalid(issues, language);
    const body = validate(startBody, repeatedBody(source, changes), language, ENDPOINTS.startRun.required);
    return acceptFlow(call, body, { rerunOf: run.id });
  };
}
