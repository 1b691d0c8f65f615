import { readRepeatable } from '#shared/adapters/database/run-views/repeat.ts';
import { type ForkPlace, findForkPlace } from '#shared/adapters/database/runs/page-states.ts';
import { startBody } from '#shared/api/contract/runs/start.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { ForkPoint } from '#shared/domain/run/not-carried.ts';
import type { Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { invalid, validate } from '../http/input.ts';
import { type AcceptFlowDeps, answerUnderKey, createAcceptFlow } from '../runs/accept-flow.ts';
import { readable } from '../runs/repeat-flow.ts';
import { forkedBody, forkIssues } from './forked-flow.ts';

/** Begins a run of the caller at a step of another run, which keeps what it has done. */
export function createForkRun(deps: AcceptFlowDeps): Handler<'forkRun'> {
  const { sql } = deps.database;
  const acceptFlow = createAcceptFlow(deps);
  return async (call) => {
    const { actor, run, body: given, ctx } = call;
    const { language } = ctx.state;
    const from: ForkPoint = { runId: run.id, step: given.fromStep };
    const asked = { forkOf: run.id, ...given };
    const place = await findForkPlace(sql, run.id, from.step);
    const notCarried = place?.state?.notCarried;
    const answered = (started: Awaited<ReturnType<typeof acceptFlow>>) => ({
      ...started,
      body: { ...started.body, forkedFrom: from, ...(notCarried && { notCarried }) },
    });
    const before = await answerUnderKey(sql, call, asked, OWN_FIELDS);
    if (before) return answered(before);
    const stored = await readRepeatable(sql, run.id);
    if (!place || !stored) throw new RequestError('not_found');
    const source = { ...stored, plan: readable(stored.plan) };
    const issues = await forkIssues(source, given, actor.userId);
    if (issues.length > 0) throw invalid(issues, language);
    const state = stateOf(place, source.plan);
    const { body: forked, login } = await forkedBody(source, given, actor.userId);
    const body = validate(startBody, forked, language);
    const origin = { fork: { from, state }, login, ownFields: OWN_FIELDS, asked };
    return answered(await acceptFlow(call, body, origin));
  };
}

/** Fields of the body that no start has. */
const OWN_FIELDS = ['fromStep', 'values'];

function stateOf({ isDone, state }: ForkPlace, { checkpoints }: Partial<Flow>) {
  if (!isDone) throw new RequestError('step_not_done');
  if (!state) throw new RequestError(checkpoints ? 'no_checkpoint' : 'no_checkpoints');
  return state;
}
