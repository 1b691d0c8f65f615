import type { PageLook } from '#shared/adapters/bus/command.ts';
import type { WaitFacts } from '#shared/adapters/database/run-views/queued-facts.ts';
import type { Situation } from '#shared/adapters/database/run-views/situation.ts';
import { obstacleOf } from '#shared/domain/flow/obstacle.ts';
import type { RunContext } from '#shared/domain/run/context.ts';
import { isNotFree, isRequeued } from '#shared/domain/run/runner-loss.ts';
import type { RunSnapshot } from '#shared/domain/run/snapshot.ts';
import { meaningOf, QUEUED } from '#shared/domain/run/states.ts';
import { waitOf } from '#shared/domain/story/wait-of.ts';
import type { WaitKnownBy } from '#shared/domain/story/waits.ts';
import { nextRung } from '../../cancel/simulate-cancel.ts';
import { waitingFor } from '../../cancel/waiting.ts';
import type { OwnerAnswer } from './ask-owner.ts';

export interface OwnedTiming {
  /** The time between two heartbeats, ms. */
  heartbeat: number;
  overdue: number;
}

/** `machine`: its snapshot, if this version can read it. */
export type Owned = Situation & { machine: RunSnapshot | undefined };

/** What a run that has an owner, or has lost it, waits for; nothing of one whose machine this version cannot read. Pure. */
export function ownedFacts(run: Owned, answer: OwnerAnswer, timing: OwnedTiming): WaitFacts | undefined {
  const { machine } = run;
  const since = machine && { since: iso(machine.context.now) };
  if (run.shownStatus === 'cancelling') return stoppingFacts(run, since ?? {}, timing.overdue);
  const lost = lostFacts(run, answer, timing.heartbeat);
  if (lost) return lost;
  const facts = machine && goingOnFacts({ ...run, machine }, answer);
  // It is parked when its runner leaves.
  return facts && { ...facts, ...(run.isKept ? {} : leavingOf(run)) };
}

/** Its runner shuts down, and stops it then. */
const leavingOf = ({ leaving }: Situation): Pick<WaitFacts, 'leaving'> =>
  leaving === null
    ? {}
    : { leaving: leaving.until === null ? {} : { until: new Date(leaving.until).toISOString() } };

function goingOnFacts(run: Owned & { machine: RunSnapshot }, answer: OwnerAnswer): WaitFacts | undefined {
  const { machine } = run;
  const since = { since: iso(machine.context.now) };
  const code =
    personWaitOf(machine) ?? waitOf({ status: run.shownStatus, state: run.state, owner: run.owner });
  if (code === undefined) return undefined;
  if (code === 'step') return stepFacts(run, machine.context, answer);
  // Its owner has not heard of the answer yet, or of how it goes on.
  if (code === 'answer' && !run.asked) return { code: 'step', ...since, ...stepOf(run), ...ownerOf(run) };
  if (code === 'resume' && !run.asked) return { code: 'commit', ...since, ...ownerOf(run) };
  const place = run.parkedUntil === null ? ownerOf(run) : { parked: true as const };
  if (code === 'answer') return { code, ...since, ...questionOf(run), ...stepOf(run), ...place };
  if (code === 'resume')
    return { code, ...since, ...pauseOf(run), step: machine.context.done, phase: 'flow', ...place };
  // Nothing is stored of its launch yet.
  if (run.state === QUEUED) return { code, ...ownerOf(run) };
  const next = nextRung(machine);
  const until = next && { until: iso(next.at), leadsTo: 'fail' as const };
  return { code, ...since, ...until, ...ownerOf(run) };
}

/** What is open for a person in a run that is parked, or about to be. */
function personWaitOf(machine: RunSnapshot): 'answer' | 'resume' | undefined {
  if (!machine.hasTag('awaitsPerson') || machine.hasTag('brief')) return undefined;
  return machine.context.pause ? 'resume' : 'answer';
}

/** What a person is asked, until when, and what follows if nobody answers. */
function questionOf({ asked }: Situation): Partial<WaitFacts> {
  if (!asked) return {};
  const { text, fields, until, onTimeout } = asked;
  return { question: { text, fields }, until, leadsTo: onTimeout === 'fail' ? 'fail' : 'next_step' };
}

/** Why it is paused, and until when. */
function pauseOf({ asked }: Situation): Partial<WaitFacts> {
  if (!asked || asked.why === 'question') return {};
  const { why, text, userId, until } = asked;
  return { paused: { why, text, ...(userId !== undefined && { userId }) }, until, leadsTo: 'fail' };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const ownerOf = ({ owner }: Situation) => (owner === null ? {} : { runner: owner });

/**
 * After so many heartbeats without one a runner counts as silent: one that gave no answer twice, one that gave none, and
 * any. Never before its next one is due: until then it has been heard.
 */
const SILENT_BEATS = { silent: 1, late: 1.25, any: 2.5 } as const;

const silentAfterMs = (answer: OwnerAnswer, heartbeatMs: number): number =>
  heartbeatMs * SILENT_BEATS[answer === 'silent' || answer === 'late' ? answer : 'any'];

function lostFacts(run: Owned, answer: OwnerAnswer, heartbeatMs: number): WaitFacts | undefined {
  const { lastHeard, leaseUntil, ownerLost, now } = run;
  const silentMs = lastHeard ? now.getTime() - lastHeard.getTime() : 0;
  const isSilent = silentMs > silentAfterMs(answer, heartbeatMs);
  if (!ownerLost && !isSilent) return undefined;
  return {
    code: ownerLost ? 'runner_lost' : 'runner_silent',
    ...ownerOf(run),
    ...(lastHeard && { since: lastHeard.toISOString(), lastHeard: lastHeard.toISOString() }),
    ...(leaseUntil && { until: leaseUntil.toISOString() }),
    leadsTo: leadsTo(run),
  };
}

/** What a supervisor does with it, if its runner is lost. */
function leadsTo(run: Owned): 'park' | 'requeue' | 'fail' {
  if (run.isKept) return 'park';
  const { machine } = run;
  return machine && isRequeued({ ...run, returned: isNotFree(machine.context) }) ? 'requeue' : 'fail';
}

function stoppingFacts(run: Situation, since: { since?: string }, overdueMs: number): WaitFacts {
  const { code, next } = waitingFor(run, run.now, overdueMs);
  const { step: phase, rung } = meaningOf(run.state);
  const { requestedAt } = run;
  return {
    code,
    ...(rung === undefined && requestedAt ? { since: requestedAt.toISOString() } : since),
    ...(next && {
      until: next.at,
      leadsTo: next.state === 'fail' ? 'fail' : 'next_rung',
      nextRung: next.state,
    }),
    ...(phase && stepOf(run)),
    ...ownerOf(run),
  };
}

function stepFacts(run: Situation, context: RunContext, answer: OwnerAnswer): WaitFacts {
  const { stepTimeouts, done, deadline, now } = context;
  const timeoutMs = stepTimeouts[done] ?? 0;
  const until = Math.min(now + timeoutMs, deadline ?? Number.POSITIVE_INFINITY);
  const page = typeof answer === 'object' ? answer.page : undefined;
  const code = waitOn(run.begun?.step.action, page);
  return {
    code,
    since: iso(now),
    ...(page?.answers === false && { since: iso(Math.max(now, page.since)) }),
    until: iso(until),
    leadsTo: 'fail' as const,
    ...stepOf(run),
    timeoutMs,
    ...(page && pageFacts(code, page)),
    ...(answer === 'unreachable' && { pageUnseen: 'nats' as const }),
    ...ownerOf(run),
  };
}

function pageFacts(code: string, page: PageLook): Partial<WaitFacts> {
  const { request } = page;
  const since = request && iso(request.since);
  const hanging = request && since && { request: { ...request, since } };
  if (!page.answers) return { ...hanging };
  const { matches, coveredBy, searchMs, httpStatus, documents } = page;
  return {
    ...(matches !== undefined && { matches }),
    ...(code === 'element_covered' && coveredBy !== undefined && { coveredBy }),
    ...(searchMs !== undefined && { searchMs: Math.round(searchMs) }),
    ...(httpStatus !== undefined && { httpStatus }),
    ...(documents !== undefined && { documents }),
    ...hanging,
  };
}

function stepOf({ begun, state }: Situation): WaitFacts {
  const { step: phase } = meaningOf(state);
  if (!begun || !phase) return {};
  const { action, selector, url } = begun.step;
  return {
    step: begun.index,
    phase,
    ...(action !== undefined && { action }),
    ...(selector !== undefined && { selector }),
    ...(url !== undefined && { url }),
  };
}

function waitOn(action: string | undefined, page: PageLook | undefined): 'step' | WaitKnownBy<'owner'> {
  if (page?.answers === false) return 'page_busy';
  if (action === undefined || !page) return 'step';
  if (page.loading) return page.request?.answered ? 'page_stalled' : 'page_loading';
  if (page.searching) return 'element_search';
  if (page.matches === undefined)
    return action === 'goto' && page.request?.answered ? 'page_stalled' : 'step';
  return obstacleOf(action, page) ?? 'step';
}
