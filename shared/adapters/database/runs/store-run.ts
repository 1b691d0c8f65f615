import type { Flow } from '#shared/domain/flow/flow.ts';
import { withoutCredentials } from '#shared/domain/flow/secrets.ts';
import type { Assisted } from '#shared/domain/flow/victory.ts';
import { MACHINE_VERSION } from '#shared/domain/run/context.ts';
import { sortedLabels } from '#shared/domain/run/labels.ts';
import type { ForkPoint } from '#shared/domain/run/not-carried.ts';
import { persisted, type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import type { OnRunnerLoss } from '#shared/domain/run/status.ts';
import type { PageStateOf, StoredTrigger } from '../entities/runs.ts';
import { toJsonb } from '../json.ts';
import type { Sql } from '../sql.ts';
import { STEPS_OF_ATTEMPT } from './page-states.ts';
import { NOTE_ACCEPTED } from './unpublished.ts';

export interface NewRun {
  id: string;
  userId: string;
  projectId: string;
  flow: Flow;
  snapshot: RunSnapshot;
  /** How long the run may wait for a runner, ms. */
  queueTimeoutMs: number;
  onRunnerLoss?: OnRunnerLoss | undefined;
  concurrencyKey?: string | undefined;
  /** Which its runner must have. */
  runnerLabels?: readonly string[] | undefined;
  rerunOf?: string | undefined;
  /** The run that it is forked off, at which step, and with which state of its page. */
  fork?: { from: ForkPoint; state: PageStateOf } | undefined;
  /** The named flow that it is started from, in which version. */
  namedFlow?: { name: string; version: number } | undefined;
  /** What starts it, and the schedule, if it is one. */
  trigger?: StoredTrigger | undefined;
  scheduleId?: string | undefined;
  /** Texts for people; neither may hold a secret. */
  name?: string | undefined;
  labels?: readonly string[] | undefined;
  /** What clients of the original asked it for; it may hold no secret either. */
  assisted?: Assisted | undefined;
  /** How the run was asked to be treated, as it was posted: for a rerun. */
  options?: Record<string, unknown>;
  /** Where in a trace it is accepted. */
  traceparent?: string | undefined;
}

/** Stores a new run as queued, with its first status change, in one statement. */
export async function storeRun(sql: Sql, run: NewRun): Promise<{ createdAt: Date }> {
  const { from, state } = run.fork ?? {};
  const row = await sql.row<{ at: Date }>(run.fork ? STORE_FORK : STORE, {
    id: run.id,
    userId: run.userId,
    projectId: run.projectId,
    baseUrl: withoutCredentials(run.flow.baseUrl),
    contextId: run.flow.contextId ?? null,
    flow: toJsonb(run.flow),
    state: stateOf(run.snapshot),
    snapshot: toJsonb(persisted(run.snapshot)),
    queueTimeoutMs: run.queueTimeoutMs,
    machineVersion: MACHINE_VERSION,
    onRunnerLoss: run.onRunnerLoss ?? 'fail',
    concurrencyKey: run.concurrencyKey ?? null,
    runnerLabels: sortedLabels(run.runnerLabels ?? []),
    repeats: run.rerunOf ?? from?.runId ?? null,
    rerunOf: run.rerunOf ?? null,
    forkedFrom: from?.runId ?? null,
    forkedStep: from?.step ?? null,
    pageState: state ? toJsonb({ runId: state.runId, attempt: state.attempt, done: state.done }) : null,
    flowName: run.namedFlow?.name ?? null,
    flowVersion: run.namedFlow?.version ?? null,
    scheduleId: run.scheduleId ?? null,
    trigger: run.trigger ? toJsonb(run.trigger) : null,
    name: run.name ?? null,
    labels: sortedLabels(run.labels ?? []),
    ...assistedColumns(run.assisted),
    options: toJsonb(run.options ?? {}),
    traceparent: run.traceparent ?? null,
  });
  return { createdAt: row!.at };
}

function assistedColumns(assisted: Assisted | undefined) {
  if (assisted === undefined) return { assisted: null, victory: null };
  const { assistConfig, ...rest } = assisted;
  const { victory, ...config } = assistConfig ?? {};
  return {
    assisted: toJsonb({ ...rest, ...(assistConfig && { assistConfig: config }) }),
    victory: victory === undefined ? null : toJsonb(victory),
  };
}

const storeWith = (carried: string) => `
with run as (
  insert into runs (id, user_id, project_id, base_url, context_id, plan, state, snapshot, queue_timeout_ms, queue_until,
    machine_version, on_runner_loss, concurrency_key, runner_labels, rerun_of, forked_from, forked_step, page_state, flow_name, flow_version, schedule_id, trigger, name, own_labels, assisted, victory, options, traceparent)
  values (:id, :userId, :projectId, :baseUrl, :contextId, :flow, :state, :snapshot, :queueTimeoutMs::float8::bigint, clock_timestamp() + :queueTimeoutMs::float8 * interval '1 ms',
    :machineVersion, :onRunnerLoss, :concurrencyKey, :runnerLabels::text[], :rerunOf, :forkedFrom, :forkedStep, :pageState, :flowName, :flowVersion, :scheduleId, :trigger, :name, :labels::text[], :assisted, :victory, :options, :traceparent)
  returning id, user_id, project_id, created_at
), rerun as (
  update runs set rerun_at = clock_timestamp()
  where id = :repeats and status in ('pass', 'fail') and rerun_at is null
),${carried}${NOTE_ACCEPTED}
insert into status_changes (run_id, status, after_seq, at)
select id, 'running', 0, created_at from run returning at`;
const STORE = storeWith('');

/** Its first steps are done: with what they have found, without their pictures, which belong to that run. */
const STORE_FORK = storeWith(`
carried as (
  insert into steps (run_id, index, epoch, action, ok, error, result_name, result, at)
  select :id, index, 0, action, ok, steps.error, result_name, result, at
  from steps, runs where runs.id = :forkedFrom and ${STEPS_OF_ATTEMPT} and steps.index < :forkedStep::int
),`);
