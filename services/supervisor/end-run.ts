/*
 * Carries out a decision about a run: replays its machine, and commits in one statement that refuses if the run has
 * changed (I1, I2, I3). Neither an unreadable machine nor an end that the database refuses keeps a run open (I5).
 */
import { isRefusal } from '#shared/adapters/database/errors.ts';
import { readDatabaseOutages } from '#shared/adapters/database/processes/gateways.ts';
import type { WaitingToRead } from '#shared/adapters/database/run-views/waiting.ts';
import { readEndFacts } from '#shared/adapters/database/runs/end-facts.ts';
import {
  cancelQueued,
  expireParked,
  expireQueued,
  finaliseBySql,
  finaliseStale,
  parkStale,
  requeueStale,
  type StaleRules,
  type SupervisedRun,
  unparkOver,
} from '#shared/adapters/database/runs/finalise.ts';
import type { Transition } from '#shared/adapters/database/runs/transition.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Notice } from '#shared/domain/events/describer.ts';
import type { NewEvent } from '#shared/domain/events/events.ts';
import { UnreadableSnapshotError } from '#shared/domain/run/snapshot.ts';
import { LOSSES, type Loss, lossBy, type StaleReason } from '#shared/domain/run/stale-reason.ts';
import { AWAITS_PERSON } from '#shared/domain/run/states.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import { withCutSteps } from './cut-steps.ts';
import type { DatabaseOutages } from './database-outages.ts';
import { cancelledEnd, type EndingDecision, endingEvent, staleReasonOf } from './endings.ts';
import { type KnownAtEnd, replayEnd, replayed } from './replay-end.ts';
import { endedWith, waitedForBy } from './waited-for.ts';

/** `requeued`: it is back in the queue, or parked. `left`: it has, or may have, a live actor. */
export interface Finalised {
  outcome: 'finalised' | 'requeued' | 'left';
  stale: boolean;
}

export interface EndRunDeps {
  sql: Sql;
  queueTimeoutText: string;
  /** Reads what a run waited for whose queue time is over. */
  queue: WaitingToRead;
  outages: Pick<DatabaseOutages, 'explaining'>;
}

/** Undefined: refused, because the run has changed. */
export async function endRun(
  deps: EndRunDeps,
  run: SupervisedRun,
  ending: EndingDecision,
  rules: StaleRules,
): Promise<Finalised | undefined> {
  const { sql, queueTimeoutText, outages } = deps;
  if (ending.kind === 'unpark')
    return (await unparkOver(sql, placeOf(run))) ? { outcome: 'requeued', stale: false } : undefined;
  const isStale = 'why' in ending;
  const outage = isStale ? await outages.explaining(run, (at) => readDatabaseOutages(sql, at)) : undefined;
  const verdict = isStale ? staleReasonOf(run, ending.why, outage) : undefined;
  const finalised = { outcome: 'finalised', stale: isStale } as const;
  const ended = () => {
    if (isStale) METRICS.stale.add({ 'ghostly.stale.result': 'ended' });
    return finalised;
  };
  try {
    if (ending.kind === 'requeue' || ending.kind === 'park')
      return await giveBack(deps, run, ending.kind, verdict!, rules);
    const facts = hasBegun(run) ? await knownAtEnd(sql, run) : undefined;
    const end = replayEnd(run.snapshot, endingEvent(run, ending, queueTimeoutText, verdict), facts);
    const waitedFor = ending.kind === 'expireQueued' ? await waitedForBy(run.id, deps) : undefined;
    const known = { ...end, events: waitedFor ? endedWith({ waitedFor }, end.events) : end.events };
    const transition = { ...placeOf(run), ...(await withCutSteps(sql, run.id, known)) };
    return (await store(deps, run, ending, { ...transition, ...(verdict && { verdict }) }, rules)) && ended();
  } catch (error) {
    const why = whyBySql(error);
    if (why === undefined) throw error;
    const loss = lossBy(verdict);
    return (await endBySql(sql, run, ending, rules, { why, detail: (error as Error).message, loss }))
      ? ended()
      : undefined;
  }
}

const VIDEO_LOST: Notice = {
  code: 'video_lost_with_runner',
  text: 'recordVideoOnFailure: true, but the runner was lost, and the video with it',
};
const VIDEO_NOT_PARKED: Notice = {
  code: 'video_lost_in_parking',
  text: 'recordVideoOnFailure: true, but the run was parked, and no video is kept over that',
};

/** It is on a runner, or parked. */
const hasBegun = ({ owner, state }: SupervisedRun): boolean =>
  owner !== null || AWAITS_PERSON.includes(state);

async function knownAtEnd(sql: Sql, { id, owner }: SupervisedRun): Promise<KnownAtEnd> {
  const { lacksVideo, results } = await readEndFacts(sql, id);
  const notice = owner === null ? VIDEO_NOT_PARKED : VIDEO_LOST;
  return { noVideo: lacksVideo ? notice : undefined, results };
}

const placeOf = ({ id: runId, epoch, lastSeq }: SupervisedRun) => ({ runId, epoch, lastSeq });

function store(
  { sql }: EndRunDeps,
  run: SupervisedRun,
  ending: Exclude<EndingDecision, { kind: 'requeue' | 'park' | 'unpark' }>,
  transition: Transition,
  rules: StaleRules,
) {
  if (ending.kind === 'cancelQueued') return cancelQueued(sql, transition);
  if (ending.kind === 'expireQueued') return expireQueued(sql, transition);
  if (ending.kind === 'expireParked') return expireParked(sql, transition);
  return finaliseStale(sql, transition, rules, run.cancel);
}

/** What gives a lost run back, each with the event that names the owner that has lost it. */
const GIVES_BACK = {
  requeue: { machine: 'REQUEUE', event: 'requeued', store: requeueStale },
  park: { machine: 'LOST', event: 'run_parked', store: parkStale },
} as const;

async function giveBack(
  { sql }: EndRunDeps,
  run: SupervisedRun,
  kind: keyof typeof GIVES_BACK,
  verdict: StaleReason,
  rules: StaleRules,
): Promise<Finalised | undefined> {
  const { machine, event: type, store } = GIVES_BACK[kind];
  const { snapshot, events } = replayed(run.snapshot, { type: machine, at: run.now.getTime() });
  const withReason = events.map((event) =>
    event.type === type ? { ...event, payload: { ...event.payload, verdict } } : event,
  ) as NewEvent[];
  const transition = { ...placeOf(run), snapshot, events: withReason };
  if (!(await store(sql, transition, rules))) return undefined;
  METRICS.stale.add({ 'ghostly.stale.result': kind === 'park' ? 'waiting' : 'requeued' });
  return { outcome: 'requeued', stale: false };
}

const BY_SQL = {
  unreadable: 'the stored machine of this run could not be read',
  unstorable: 'the end of this run could not be stored',
} as const;
type WhyBySql = keyof typeof BY_SQL;

function whyBySql(error: unknown): WhyBySql | undefined {
  if (error instanceof UnreadableSnapshotError) return 'unreadable';
  return isRefusal(error) ? 'unstorable' : undefined;
}

async function endBySql(
  sql: Sql,
  run: SupervisedRun,
  ending: EndingDecision,
  rules: StaleRules,
  { why, detail, loss }: { why: WhyBySql; detail: string; loss: Loss },
): Promise<boolean> {
  const error = `${BY_SQL[why]}: ${detail}`;
  const cancelled = ending.kind !== 'expireQueued' && ending.kind !== 'expireParked';
  const payload = cancelled ? cancelledEnd(run, loss) : ({ status: 'fail', error } as const);
  const verdict = { ...staleReasonOf(run, why, undefined), detail };
  const stored = await finaliseBySql(sql, run, rules, {
    payload,
    verdict,
    error,
    loss: LOSSES[loss],
    cancelled,
  });
  return stored !== undefined;
}
