import { ENDPOINTS } from '#shared/contract/endpoints.ts';
import { startBody } from '#shared/contract/runs.ts';
import { readRepeatable } from '#shared/database/run-views/repeat.ts';
import type { Handler } from '../call.ts';
import { RequestError } from '../errors.ts';
import { invalid, validate } from '../input.ts';
import { type AcceptFlowDeps, createAcceptFlow } from './accept-flow.ts';
import { carriesSecretsAway, repeatedBody, writerOf } from './repeat-flow.ts';

const NEEDS_NEW_STEPS = 'another origin needs new steps: somebody else wrote those of this flow';

/** Starts the flow of a run again, as a run of the caller's. */
export function createRerunRun(deps: AcceptFlowDeps): Handler<'rerunRun'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);
  return async (call) => {
    const { actor, run, body: changes, ctx } = call;
    const { language } = ctx.state;
    const callerId = actor.userId;
    const source = await readRepeatable(sql, run.id);
    if (!source) throw new RequestError('not_found');
    const body = validate(startBody, repeatedBody(source, changes), language, ENDPOINTS.startRun.required);
    if (carriesSecretsAway(source, changes, { baseUrl: body.baseUrl, callerId }))
      throw invalid([{ path: ['baseUrl'], message: NEEDS_NEW_STEPS }], language);
    return acceptFlow(call, body, { rerunOf: run.id, flowBy: writerOf(source, changes, callerId) });
  };
}
