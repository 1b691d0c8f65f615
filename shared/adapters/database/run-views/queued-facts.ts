import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import type { QueueWait } from '#shared/domain/story/waits.ts';
import type { RunLimits } from '../queue/limits.ts';
import type { Situation } from './situation.ts';
import type { WaitingRow } from './waiting.ts';

export type WaitFacts = Omit<WaitingFor, 'for'>;

type QueueFacts = WaitFacts & { code: QueueWait };
/** `from`: since when it is so; without it, since the run waits. */
type Cause = QueueFacts & { from?: Date | null };

/** What keeps a queued run from being claimed: of several reasons the one that must go first. Pure. */
export function queuedFacts(run: Situation, row: WaitingRow, limits: RunLimits): QueueFacts {
  const { from = null, ...facts } =
    causeOfRunners(run, row) ?? causeOfKey(run, row) ?? causeOfLimits(row, limits) ?? causeOfSlots(run, row);
  const times = { since: later(run.queuedSince, from).toISOString(), until: run.queueUntil.toISOString() };
  return { ...facts, ...times, leadsTo: 'fail' };
}

const onlyWith = ({ runnerLabels: labels }: Situation) => (labels.length > 0 ? { labels } : {});

function causeOfRunners(run: Situation, row: WaitingRow): Cause | undefined {
  if (!row.someRunner) return { code: 'no_runner', from: row.lastRunner };
  if (!row.fittingRunner)
    return { code: 'no_fitting_runner', from: row.lastFitting, labels: run.runnerLabels };
  if (!row.heardRunner) return silent(run, row);
  if (row.ableRunner) return undefined;
  // What it said last may be so no longer.
  if (!row.isHeardLately) return silent(run, row);
  const { unavailable } = row;
  return { code: 'runner_unavailable', ...onlyWith(run), ...(unavailable !== null && { unavailable }) };
}

const silent = (run: Situation, { lastHeard }: Pick<WaitingRow, 'lastHeard'>): Cause => ({
  code: 'runners_silent',
  from: lastHeard,
  ...onlyWith(run),
  ...(lastHeard && { lastHeard: lastHeard.toISOString() }),
});

function causeOfKey({ concurrencyKey }: Situation, { holder }: WaitingRow): Cause | undefined {
  if (!holder || concurrencyKey === null) return undefined;
  const { id, since, seen } = holder;
  return { code: 'concurrency_key', from: new Date(since), concurrencyKey, ...(seen && { heldBy: id }) };
}

function causeOfLimits(row: WaitingRow, { perUser, perProject }: RunLimits): Cause | undefined {
  const { ofUser, ofProject, projectLabel } = row;
  if (perUser !== undefined && ofUser >= perUser)
    return { code: 'user_limit', limit: perUser, running: ofUser };
  if (perProject === undefined || ofProject < perProject) return undefined;
  const project = { limit: perProject, running: ofProject, ...(projectLabel !== null && { projectLabel }) };
  return { code: 'project_limit', ...project };
}

function causeOfSlots(run: Situation, row: WaitingRow): Cause {
  const { slots, busy, free, lastFree, oldest, ahead, aheadIsMore } = row;
  const line = { ahead, ...(aheadIsMore && { aheadIsMore: true as const }) };
  // It would have been taken by now: what is free is on runners that have missed a heartbeat.
  if (busy < slots)
    return free === 0 ? silent(run, { lastHeard: lastFree }) : { code: 'runner', ...onlyWith(run), ...line };
  return {
    code: 'slots',
    ...onlyWith(run),
    slots,
    busy,
    ...line,
    ...(oldest && { oldestSince: new Date(oldest.since).toISOString() }),
    ...(oldest?.seen && { oldest: oldest.id }),
  };
}

const later = (one: Date, other: Date | null): Date => (other !== null && other > one ? other : one);
