import type { LateResultRow, RunDetailRow } from '#shared/adapters/database/run-views/read.ts';
import type { CancelRepeatRow, RunViewRow } from '#shared/adapters/database/run-views/row.ts';
import type { FailingOfRun } from '#shared/adapters/database/webhooks/failing.ts';
import type { RunDetail, RunSummary } from '#shared/api/contract/runs/runs.ts';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import type { StepPhase } from '#shared/domain/run/status.ts';
import { verdictOf } from './assisted.ts';

type Given<T> = { [K in keyof T]?: Exclude<T[K], null> };

/** Absent fields are left out, never null. */
const given = <T extends Record<string, unknown>>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Given<T>;

/** A run as lists show it. */
export function presentRun(row: RunViewRow, lateResults: LateResultRow[] = []): RunSummary {
  const { createdAt, finishedAt, owner, stepCount, contextId, error, stopReason, videoPath } = row;
  const cancel = presentCancel(row, lateResults);
  const outcome = outcomeOf({ status: row.shownStatus, cancel });
  return {
    id: row.id,
    status: row.shownStatus,
    ...(outcome && { outcome }),
    state: row.state,
    startedAt: createdAt.toISOString(),
    durationMs: finishedAt ? Math.max(0, finishedAt.getTime() - createdAt.getTime()) : 0,
    baseUrl: row.baseUrl,
    project: row.projectId,
    ...given({ owner, stepCount, maxDurationMs: row.maxDurationMs, contextId, error, stopReason }),
    steps: stepsOf(row, 'flow'),
    ...(row.steps.some(({ phase }) => phase === 'onCancel') && { onCancel: stepsOf(row, 'onCancel') }),
    ...given({ results: row.results ?? null, videoPath }),
    ...(row.attempt > 1 && { attempt: row.attempt }),
    ...(row.flowName !== null &&
      row.flowVersion !== null && { flow: { name: row.flowName, version: row.flowVersion } }),
    ...given({ trigger: row.trigger }),
    ...forksOf(row),
    ...given({ rerunOf: row.rerunOf, concurrencyKey: row.concurrencyKey }),
    ...(row.runnerLabels.length > 0 && { runnerLabels: row.runnerLabels }),
    ...given({ name: row.name, title: row.title, assisted: row.assisted }),
    ...(row.ownLabels.length > 0 && { labels: row.ownLabels }),
    ...(cancel && { cancel }),
    ...(row.webhooks && { webhooks: presentWebhooks(row.webhooks) }),
    ...verdictOf(row, outcome),
  };
}

export const presentRunDetail = (row: RunDetailRow, waits: Pick<RunDetail, 'waitingFor'>): RunDetail => ({
  ...presentRun(row, row.lateResults),
  ...waits,
  events: row.events,
});

/** Where it was forked off, and what is forked off it. */
function forksOf({ forkedFrom, forkedStep, forkFrom, forks }: RunViewRow) {
  const isFork = forkedFrom !== null && forkedStep !== null;
  return {
    ...(isFork && { forkedFrom: { runId: forkedFrom, step: forkedStep } }),
    ...given({ forkFrom: forkFrom ?? null, forks: forks ?? null }),
  };
}

/** Each outcome says of which start it is, if the flow was started again. */
function stepsOf({ steps, attempt: attempts }: RunViewRow, wanted: StepPhase): RunSummary['steps'] {
  return steps
    .filter(({ phase }) => phase === wanted)
    .map(({ index, action, ok, error, screenshotPath, a11y, attempt, carried }) => ({
      index,
      action,
      ok,
      ...given({ error, screenshotPath, a11y }),
      ...(carried ? { carried } : attempts > 1 && { attempt }),
    }));
}

function presentCancel(row: RunViewRow, lateResults: LateResultRow[]): RunSummary['cancel'] {
  const { cancelRequestedAt, cancelBy, cancelMode, cancelReason, cancelled, stale, verdict } = row;
  const { cancelUserId, cancelEmail, cancelRepeats = [] } = row;
  if (!cancelRequestedAt && !cancelled && !stale) return undefined;
  return {
    ...(cancelRequestedAt && { requestedAt: cancelRequestedAt.toISOString() }),
    source: cancelBy ?? 'supervisor',
    ...given({ mode: cancelMode, reason: cancelReason, user: userOf(cancelUserId, cancelEmail) }),
    ...(cancelRepeats.length > 0 && { repeats: cancelRepeats.map(presentRepeat) }),
    ...(stale && { stale }),
    ...(verdict && { verdict: presentStaleReason(verdict) }),
    ...(lateResults.length > 0 && {
      lateResults: lateResults.map((late) => ({ ...late, at: isoTime(late.at) })),
    }),
  };
}

const presentWebhooks = ({ failing, waiting, lastStatus }: FailingOfRun) => ({
  failing,
  waiting,
  ...given({ lastStatus }),
});

const userOf = (id: string | null, email: string | null) =>
  id === null ? null : { id, ...given({ email }) };

const presentRepeat = ({ at, mode, reason, userId, email, hardened }: CancelRepeatRow) => ({
  at: isoTime(at),
  mode,
  ...(hardened && { hardened: true as const }),
  ...given({ reason, user: userOf(userId, email) }),
});

export const presentStaleReason = ({
  why,
  owner,
  epoch,
  lastHeartbeat,
  browser,
  detail,
  outage,
}: StaleReason) => ({
  why,
  epoch,
  browser,
  ...given({ owner, lastHeartbeat }),
  ...(detail !== undefined && { detail }),
  ...(outage && { outage }),
});

const isoTime = (time: string): string => new Date(time).toISOString();
