/*
 * A flow that a request starts: it is stored (`store-flow.ts`), answered and announced to the runners. Keeps I12: a repeated
 * request gets the answer of the first. Cancels of earlier runs are delivered after the answer.
 */

import { AdmissionError } from '#shared/adapters/database/runs/admit.ts';
import { findKeyUse } from '#shared/adapters/database/runs/idempotency.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import type { GatewayDeps } from '../deps.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { Call, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import { idempotencyKey } from './idempotency.ts';
import { ignoredFields } from './ignored-fields.ts';
import { type AdmittedFlow, createStoreFlow, type Origin, type StoreFlowDeps } from './store-flow.ts';

export type AcceptFlowDeps = StoreFlowDeps & Pick<GatewayDeps, 'notifyRunQueued' | 'cancelDelivery'>;

/** What a request has asked for. */
interface Asking extends Origin {
  /** Fields of the body, as it was sent, besides those of a start. */
  ownFields?: readonly string[];
  /** What was asked for, if it was not the flow itself: a repeated request is recognised by it. */
  asked?: unknown;
}

type StartCall = Pick<Call<'startRun'>, 'actor' | 'headers' | 'ctx' | 'sent'>;
type Started = Awaited<ReturnType<Handler<'startRun'>>>;

/** How many seconds later a refused request may be worth another try. */
const RETRY_AFTER_S = { too_many_runs: 5, idempotency_in_flight: 1, idempotency_mismatch: undefined };

/** Stores a flow as a queued run, and answers. */
export function createAcceptFlow(deps: AcceptFlowDeps) {
  const { sql } = deps.database;
  const storeFlow = createStoreFlow(deps);

  return async function acceptFlow(
    call: StartCall,
    body: StartBody,
    { ownFields, asked, ...origin }: Asking = {},
  ): Promise<Started> {
    const { actor, headers, ctx } = call;
    const { language, span, arrivedAt } = ctx.state;
    const key = headers['idempotency-key'];
    const { rerunOf } = origin;
    const idempotency = key === undefined ? undefined : idempotencyKey(key, asked ?? { body, rerunOf });
    // A key that was used decides the answer, whatever has become of the profile.
    const used = body.profile && idempotency && (await findKeyUse(sql, actor.userId, idempotency));
    if (used?.kind === 'answered') return replayedAnswer(used.runId, call.sent, ownFields);
    const elapsedMs = () => performance.now() - arrivedAt;
    const { traceparent } = span;
    const starting = { actor, language, idempotency, traceparent, elapsedMs };
    const stored = await storeFlow(starting, body, origin).catch(refuse);
    return answer(deps, call, stored, ownFields);
  };
}

function answer(
  { notifyRunQueued, cancelDelivery }: AcceptFlowDeps,
  { ctx, sent }: StartCall,
  { runId: id, replayed, superseded, runnerLabels }: AdmittedFlow,
  ownFields: Asking['ownFields'],
): Started {
  const { traceparent } = ctx.state.span;
  ctx.state.log = ctx.state.log.child(runFields({ runId: id, ...(!replayed && { traceparent }) }));
  if (replayed) return replayedAnswer(id, sent, ownFields);
  METRICS.accepted.add({});
  // After the answer: a runner that starts at once would compete with it.
  afterAnswer(ctx, 'runners could not be notified of a run', async () =>
    notifyRunQueued(runnerLabels, ctx.state.span.traceparent),
  );
  afterAnswer(ctx, 'cancels could not be delivered', () => cancelDelivery.later(superseded));
  return { status: 202, body: startedBody(id, sent, ownFields) };
}

/** The answer that such a request was given under its key, whatever has become of what it asked for since. */
export async function answerUnderKey(
  sql: Sql,
  { actor, headers, sent }: Pick<StartCall, 'actor' | 'headers' | 'sent'>,
  asked: unknown,
  ownFields?: Asking['ownFields'],
): Promise<Started | undefined> {
  const key = headers['idempotency-key'];
  const used = key && (await findKeyUse(sql, actor.userId, idempotencyKey(key, asked)));
  if (!used) return undefined;
  if (used.kind === 'mismatch') throw new RequestError('idempotency_mismatch');
  return replayedAnswer(used.runId, sent, ownFields);
}

const replayedAnswer = (id: string, sent: unknown, ownFields?: Asking['ownFields']): Started => ({
  status: 202,
  body: startedBody(id, sent, ownFields),
  headers: { 'Idempotent-Replayed': 'true' },
});

function startedBody(id: string, sent: unknown, ownFields: Asking['ownFields']) {
  const ignored = ignoredFields(sent, ownFields);
  return { ok: true, id, status: 'running', ...(ignored.length > 0 && { ignored }) } as const;
}

function refuse(error: unknown): never {
  if (!(error instanceof AdmissionError)) throw error;
  const retryAfterS = RETRY_AFTER_S[error.code];
  throw new RequestError(error.code, { cause: error, ...(retryAfterS !== undefined && { retryAfterS }) });
}
