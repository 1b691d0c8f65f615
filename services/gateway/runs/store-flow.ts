/*
 * The one way a flow becomes a run, for starts, reruns, forks, schedules and batches: a validated body is stored with all that its start
 * asks for, in one transaction. Keeps I3: the cancel of earlier runs is durable with the new run.
 */
import type { RunPlace } from '#shared/adapters/database/place.ts';
import { type Admitted, admitRun, type Conditions } from '#shared/adapters/database/runs/admit.ts';
import type { IdempotencyKey } from '#shared/adapters/database/runs/idempotency.ts';
import type { NewRun } from '#shared/adapters/database/runs/store-run.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import type { StartBody } from '#shared/api/contract/runs/start.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { budgetOf } from '#shared/domain/run/budget.ts';
import { tellWork } from '#shared/platform/traces/spans.ts';
import { statementSpan } from '#shared/platform/traces/statement-span.ts';
import { startableProject } from '../access/find-project.ts';
import { type Actor, may } from '../access/policy.ts';
import type { GatewayDeps } from '../deps.ts';
import { RequestError } from '../http/errors.ts';
import type { AnswerLanguage } from '../http/language.ts';
import { loginSteps } from '../profiles/login-steps.ts';
import { withInputs } from './check-inputs.ts';
import { runOf, withoutSecrets } from './new-run.ts';
import type { QueueRoom } from './queue-room.ts';
import { vaultCheck } from './vault-check.ts';

export type StoreFlowDeps = Pick<GatewayDeps, 'database' | 'config'> & { queueRoom: QueueRoom };

/** What a run is for that no person starts by itself: a time of a schedule, a test of a batch. */
interface StartedBy {
  place: RunPlace;
  /** Where its start names none. */
  concurrencyKey?: string | undefined;
  /** It takes the place of the earlier runs of its schedule. */
  cancelsEarlier?: boolean;
}

/** Where the flow of a run is from. */
export interface Origin {
  /** The run that is repeated. */
  rerunOf?: string;
  /** Where it is forked off another run. */
  fork?: NonNullable<NewRun['fork']>;
  /** The steps of that run that log in, as far as they are its own. */
  login?: Step[];
  namedFlow?: FlowReference | undefined;
  /** The id of its project, if the caller is known to be one who may start runs in it. */
  projectId?: string;
  startedBy?: StartedBy;
}

/** Who starts it, and as part of what. */
export interface Starting {
  actor: Actor;
  language: AnswerLanguage;
  idempotency: IdempotencyKey | undefined;
  traceparent: string | undefined;
  /** Since the request arrived, ms. */
  elapsedMs(): number;
}

export interface AdmittedFlow extends Admitted {
  runnerLabels: readonly string[];
}

/** Stores a flow as a queued run. @throws RequestError; AdmissionError and PlaceRefused, if there is no room for it */
export function createStoreFlow(deps: StoreFlowDeps) {
  const { config } = deps;
  const { sql } = deps.database;
  const { counted, estimate } = deps.queueRoom;
  const limits = { ...config, budget: budgetOf(config) };

  return async function storeFlow(
    starting: Starting,
    posted: StartBody,
    origin: Origin = {},
  ): Promise<AdmittedFlow> {
    const { actor, language, idempotency, traceparent } = starting;
    const body = withInputs(posted, language);
    const { userId, keyId } = actor;
    const projectId = origin.projectId ?? (await startableProject(sql, actor, body.project));
    const { rerunOf, fork, namedFlow, startedBy } = origin;
    const cancels = body.cancelPrevious || startedBy?.cancelsEarlier === true;
    if (cancels && may(actor, 'runs:cancel') !== 'allowed') throw new RequestError('forbidden');
    if (isSealed(body) && config.sealPublicKey === undefined) throw new RequestError('no_vault');
    const { flow, check } = await withLoginSteps(sql, body, { actor, projectId, language }, origin);
    const own = { ...limits, begins: fork?.from.step, concurrencyKey: startedBy?.concurrencyKey };
    const given = { userId, projectId, traceparent, rerunOf, fork, namedFlow };
    const run: NewRun = { ...runOf(await withoutSecrets(flow), own), ...given };
    const conditions: Conditions = {
      idempotency,
      check,
      limits: counted,
      takePlace: estimate && ((leaving) => estimate.take(userId, leaving)),
      cancelPrevious: cancels ? { userId, keyId, elapsedMs: starting.elapsedMs(), traceparent } : undefined,
      place: startedBy?.place,
    };
    const admitted = await tellWork(...statementSpan('INSERT', 'runs', traceparent), () =>
      admitRun(sql, run, conditions),
    );
    return { ...admitted, runnerLabels: run.runnerLabels ?? [] };
  };
}

/** Something of it is sealed with the key of the vault. */
export const isSealed = ({ checkpoints, profile }: StartBody): boolean =>
  checkpoints === true || profile !== undefined;

export interface Starter {
  actor: Actor;
  projectId: string;
  language: AnswerLanguage;
}

/** The flow with what logs in before it, and a look for what both name of the vault. */
export async function withLoginSteps(
  sql: Sql,
  body: StartBody,
  who: Starter,
  origin: Pick<Origin, 'login'> = {},
): Promise<{ flow: StartBody & Pick<Flow, 'login'> } & Pick<Conditions, 'check'>> {
  const added = await loginSteps(sql, body, who);
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
