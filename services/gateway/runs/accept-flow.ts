/*
 * The one way a flow becomes a run, for starts and reruns: a validated body is stored, answered and announced to the
 * runners. Keeps I3: the cancel of earlier runs is durable with the new run; its delivery comes after the answer.
 */

import {
  AdmissionError,
  type Admitted,
  admitRun,
  type Conditions,
} from '#shared/adapters/database/runs/admit.ts';
import { findKeyUse } from '#shared/adapters/database/runs/idempotency.ts';
import type { NewRun } from '#shared/adapters/database/runs/store-run.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import { LONGEST } from '#shared/api/limits.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { isExclusive, keyOfProfile } from '#shared/domain/flow/profile.ts';
import { createRedactor } from '#shared/domain/flow/redact.ts';
import { secretsOf } from '#shared/domain/flow/secrets.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import type { Assisted } from '#shared/domain/flow/victory.ts';
import { type Budget, budgetOf } from '#shared/domain/run/budget.ts';
import { initialSnapshot } from '#shared/domain/run/snapshot.ts';
import { runFields } from '#shared/platform/log/run-fields.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { tellWork } from '#shared/platform/traces/spans.ts';
import { statementSpan } from '#shared/platform/traces/statement-span.ts';
import { startableProject } from '../access/find-project.ts';
import { type Actor, may } from '../access/policy.ts';
import type { GatewayConfig, GatewayDeps } from '../deps.ts';
import { afterAnswer } from '../http/after-answer.ts';
import type { Call, Handler } from '../http/call.ts';
import { RequestError } from '../http/errors.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { loginSteps } from '../profiles/login-steps.ts';
import { assistedOf } from './assisted.ts';
import { withInputs } from './check-inputs.ts';
import { idempotencyKey } from './idempotency.ts';
import { ignoredFields } from './ignored-fields.ts';
import { newRunId } from './new-run-id.ts';
import type { QueueRoom } from './queue-room.ts';
import { redactTexts } from './redact-texts.ts';
import { runInput } from './run-input.ts';
import { vaultCheck } from './vault-check.ts';

export type AcceptFlowDeps = Pick<
  GatewayDeps,
  'database' | 'config' | 'notifyRunQueued' | 'cancelDelivery'
> & {
  queueRoom: QueueRoom;
};

type RunDefaults = Pick<GatewayConfig, 'maxDurationMs' | 'queueTimeoutMs'> & { budget: Budget };

/** Where the flow of a run is from. */
export interface Origin {
  /** The run that is repeated. */
  rerunOf?: string;
  /** Where it is forked off another run. */
  fork?: NonNullable<NewRun['fork']>;
  /** The steps of that run that log in, as far as they are its own. */
  login?: Step[];
  /** Fields of the body, as it was sent, besides those of a start. */
  ownFields?: readonly string[];
  namedFlow?: FlowReference | undefined;
  /** The id of its project, if the caller is known to be one who may start runs in it. */
  projectId?: string;
  /** What was asked for, if it was not the flow itself: a repeated request is recognised by it. */
  asked?: unknown;
}

type StartCall = Pick<Call<'startRun'>, 'actor' | 'headers' | 'ctx' | 'sent'>;
type Started = Awaited<ReturnType<Handler<'startRun'>>>;

/** How many seconds later a refused request may be worth another try. */
const RETRY_AFTER_S = { too_many_runs: 5, idempotency_in_flight: 1, idempotency_mismatch: undefined };

/** Stores a flow as a queued run. */
export function createAcceptFlow(deps: AcceptFlowDeps) {
  const { config } = deps;
  const { sql } = deps.database;
  const { counted, estimate } = deps.queueRoom;
  const limits = { ...config, budget: budgetOf(config) };

  return async function acceptFlow(
    call: StartCall,
    posted: StartBody,
    origin: Origin = {},
  ): Promise<Started> {
    const { actor, headers, ctx } = call;
    const body = withInputs(posted, ctx.state.language);
    const { userId, keyId } = actor;
    const { cancelPrevious } = body;
    const projectId = origin.projectId ?? (await startableProject(sql, actor, body.project));
    if (cancelPrevious && may(actor, 'runs:cancel') !== 'allowed') throw new RequestError('forbidden');
    const isSealed = body.checkpoints || body.profile !== undefined;
    if (isSealed && config.sealPublicKey === undefined) throw new RequestError('no_vault');
    const key = headers['idempotency-key'];
    const { rerunOf, fork, namedFlow, ownFields, asked = { body, rerunOf } } = origin;
    const idempotency = key === undefined ? undefined : idempotencyKey(key, asked);
    // A key that was used decides the answer, whatever has become of the profile.
    const used = body.profile && idempotency && (await findKeyUse(sql, userId, idempotency));
    if (used?.kind === 'answered') return replayedAnswer(used.runId, call.sent, ownFields);
    const { flow, check } = await withLogin(deps, origin, body, { actor, projectId, ...ctx.state });
    const { traceparent } = ctx.state.span;
    const given = { userId, projectId, traceparent, rerunOf, fork, namedFlow };
    const run = { ...runOf(await withoutSecrets(flow), limits, fork?.from.step), ...given };
    const elapsedMs = performance.now() - ctx.state.arrivedAt;
    const conditions: Conditions = {
      idempotency,
      check,
      limits: counted,
      takePlace: estimate && ((leaving) => estimate.take(userId, leaving)),
      cancelPrevious: cancelPrevious ? { userId, keyId, elapsedMs, traceparent } : undefined,
    };
    const admitted = await tellWork(...statementSpan('INSERT', 'runs', traceparent), () =>
      admitRun(sql, run, conditions),
    ).catch(refuse);
    return answer(deps, call, admitted, { labels: run.runnerLabels, ownFields });
  };
}

interface Who {
  actor: Actor;
  projectId: string;
  language: AnswerLanguage;
}

/** The flow with what logs in before it, and a look for what both name of the vault. */
async function withLogin(
  { database }: AcceptFlowDeps,
  origin: Origin,
  body: StartBody,
  who: Who,
): Promise<{ flow: StartBody & Pick<Flow, 'login'> } & Pick<Conditions, 'check'>> {
  const added = await loginSteps(database.sql, body, who);
  const { login = added } = origin;
  const { actor, projectId, language } = who;
  const own = vaultCheck(body, actor, projectId, language);
  const ofLogin = vaultCheck({ steps: login }, actor, projectId, language, ['login']);
  return {
    flow: login.length > 0 ? { ...body, login } : body,
    check:
      own || ofLogin
        ? async (sql) => {
            await ofLogin?.(sql);
            await own?.(sql);
          }
        : undefined,
  };
}

function answer(
  { notifyRunQueued, cancelDelivery }: AcceptFlowDeps,
  { ctx, sent }: StartCall,
  { runId: id, replayed, superseded }: Admitted,
  { labels = [], ownFields }: { labels: readonly string[] | undefined; ownFields: Origin['ownFields'] },
): Started {
  const { traceparent } = ctx.state.span;
  ctx.state.log = ctx.state.log.child(runFields({ runId: id, ...(!replayed && { traceparent }) }));
  if (replayed) return replayedAnswer(id, sent, ownFields);
  METRICS.accepted.add({});
  // After the answer: a runner that starts at once would compete with it.
  afterAnswer(ctx, 'runners could not be notified of a run', async () =>
    notifyRunQueued(labels, ctx.state.span.traceparent),
  );
  afterAnswer(ctx, 'cancels could not be delivered', () => cancelDelivery.later(superseded));
  return { status: 202, body: startedBody(id, sent, ownFields) };
}

/** The answer to a request that has started a run before. */
export const replayedAnswer = (id: string, sent: unknown, ownFields?: Origin['ownFields']): Started => ({
  status: 202,
  body: startedBody(id, sent, ownFields),
  headers: { 'Idempotent-Replayed': 'true' },
});

function startedBody(id: string, sent: unknown, ownFields: Origin['ownFields']) {
  const ignored = ignoredFields(sent, ownFields);
  return { ok: true, id, status: 'running', ...(ignored.length > 0 && { ignored }) } as const;
}

/** A new run of the flow, and how it is to be treated, as far as its request says it. */
function runOf(
  body: SafeBody,
  { budget, ...config }: RunDefaults,
  begins?: number,
): Omit<NewRun, 'userId' | 'projectId'> {
  const { project: _, cancelPrevious, ...asked } = body;
  const { maxDurationMs, queueTimeoutMs, onRunnerLoss, concurrencyKey, runnerLabels, ...named } = asked;
  const { name, labels, assisted, shownAssisted, ...posted } = named;
  // Nothing but spaces names no context.
  const { contextId, ...rest } = posted;
  const { profile } = posted;
  const flow = contextId ? posted : rest;
  const maxima = [maxDurationMs, config.maxDurationMs];
  return {
    id: newRunId(),
    flow,
    snapshot: initialSnapshot(runInput(flow, { budget, maxDurationMs: maxima, begins })),
    queueTimeoutMs: queueTimeoutMs ?? config.queueTimeoutMs,
    onRunnerLoss,
    concurrencyKey: profile && isExclusive(profile) ? keyOfProfile(profile.name) : concurrencyKey,
    runnerLabels: runnerLabels && [...new Set(runnerLabels)],
    name: name || undefined,
    labels,
    assisted: shownAssisted,
    options: {
      maxDurationMs,
      queueTimeoutMs,
      onRunnerLoss,
      concurrencyKey,
      cancelPrevious,
      runnerLabels,
      name: name || undefined,
      labels,
      assisted,
    },
  };
}

interface SafeBody extends StartBody, Pick<Flow, 'login'> {
  /** What is shown of both `assisted` and `assist`. */
  shownAssisted?: Assisted;
}

/** Its name, its labels and what it is for are shown to everyone who may see the run (I10). */
async function withoutSecrets(body: StartBody & Pick<Flow, 'login'>): Promise<SafeBody> {
  const { name, labels, assisted } = body;
  const asked = assistedOf(body);
  if (!name && !labels?.length && !asked) return body;
  const redact = createRedactor(secretsOf(body));
  return {
    ...body,
    ...(name && { name: await redact(name, LONGEST.name) }),
    ...(labels && { labels: await Promise.all(labels.map((label) => redact(label, LONGEST.label))) }),
    ...(assisted && { assisted: await redactTexts(assisted, redact) }),
    ...(asked && { shownAssisted: await redactTexts(asked, redact) }),
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof AdmissionError)) throw error;
  const retryAfterS = RETRY_AFTER_S[error.code];
  throw new RequestError(error.code, { cause: error, ...(retryAfterS !== undefined && { retryAfterS }) });
}
