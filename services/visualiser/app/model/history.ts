/*
 * What a run was like at each of its events: folded from the events alone, so that any moment can be looked at, also of
 * a run that is over. Pure; times are epoch ms. A moment is named by the number of the last event that had happened.
 */
import type { EventOf, Payload, RunEvent } from '#shared/events/events.ts';
import { type ReadEvent, readEvent } from '#shared/events/read-event.ts';
import { machineTimeOf, timeOf } from '#shared/events/time.ts';
import { type Outcome, outcomeOfEnd } from '#shared/run/outcome.ts';
import { meaningOf, QUEUED } from '#shared/run/states.ts';
import type { TakenCause } from './chart.ts';
import { type StepAt, stepsAfter } from './steps.ts';

/** An event with the time at which it happened. */
export type PastEvent = ReadEvent & { time: number };

export interface Visit {
  count: number;
  /** In all, up to the moment. */
  ms: number;
  /** When it was entered, of the state that the run is in. */
  since?: number;
}

interface Taken {
  from: string;
  to: string;
  /** What it was caused by; undefined where the events do not say so. */
  cause: TakenCause | undefined;
  count: number;
}

type CancelAt = Pick<Payload<'cancel'>, 'source' | 'mode' | 'reason'> & { at: number };

export interface Moment {
  /** 0 before the first event. */
  seq: number;
  at: number;
  state: string;
  visits: ReadonlyMap<string, Visit>;
  /** By states and cause, in the order in which they were first taken. */
  taken: ReadonlyMap<string, Taken>;
  /** The last transition. */
  latest: { from: string; to: string; cause: TakenCause | undefined; seq: number } | undefined;
  steps: StepAt[];
  /** The last picture that had been taken. */
  screenshot: string | undefined;
  attempt: number;
  cancel: CancelAt | undefined;
  error: string | undefined;
  /** What became of the browser, as the last transition of a stopped run says. */
  browser: Payload<'transition'>['browser'];
  /** How it ended; undefined while it goes on. */
  outcome: Outcome | undefined;
}

/** A moment that events are still being applied to. */
type Folded = Moment & {
  visits: Map<string, Visit>;
  taken: Map<string, Taken>;
  /** The last event by which a step of the attempt failed; one that was interrupted has not. */
  failure: { seq: number; type: PastEvent['type'] } | undefined;
};

/** The moment after the event `seq`; `events` are all from the first one on, in order. */
export function momentAt(startedAt: number, events: readonly PastEvent[], seq: number): Moment {
  const past = events.filter((event) => event.seq <= seq);
  const moment: Folded = {
    ...{ seq: 0, at: startedAt, state: QUEUED, taken: new Map(), steps: stepsAfter(past) },
    visits: new Map([[QUEUED, { count: 1, ms: 0, since: startedAt }]]),
    ...{ latest: undefined, screenshot: undefined, attempt: 1, cancel: undefined },
    ...{ error: undefined, browser: undefined, outcome: undefined, failure: undefined },
  };
  for (const event of past) {
    moment.seq = event.seq;
    moment.at = Math.max(moment.at, event.time);
    apply(moment, event);
  }
  return moment;
}

function apply(moment: Folded, event: PastEvent): void {
  switch (event.type) {
    case 'transition':
      moveOn(moment, event);
      moment.browser = event.payload.browser ?? moment.browser;
      return;
    case 'step_success':
    case 'step_failure':
    case 'cleanup_success':
    case 'cleanup_failure':
      moment.screenshot = event.payload.screenshotPath ?? moment.screenshot;
      moment.error = event.payload.error ?? moment.error;
      if (hasFailed(event)) moment.failure = { seq: event.seq, type: event.type };
      return;
    case 'requeued':
      moment.failure = undefined;
      moment.attempt = event.payload.attempt;
      moment.error = undefined;
      moment.screenshot = undefined;
      return;
    case 'cancel': {
      const { source, mode, reason } = event.payload;
      moment.cancel = { source, mode, reason, at: moment.cancel?.at ?? moment.at };
      return;
    }
    case 'run_end':
      moment.error = event.payload.error ?? moment.error;
      moment.outcome = outcomeOfEnd(event.payload);
      leave(moment, moment.state);
      return;
    case 'step_start':
    case 'cleanup_start':
    case 'notice':
    case 'unknown':
      break;
    default:
      event satisfies never; // a new type is folded above, or named there
  }
}

const hasFailed = ({ type, payload }: PastEvent): boolean =>
  (type === 'step_failure' || type === 'cleanup_failure') &&
  !('interrupted' in payload && payload.interrupted);

/** Whether a step's failure is what a state went on with: its own step's, or what the flow has come to before. */
const wentOnFailed = ({ failure }: Folded, { seq, payload }: EventOf<'transition'>): boolean =>
  meaningOf(payload.from).step ? failure?.seq === seq - 1 : failure?.type === 'step_failure';

function moveOn(moment: Folded, event: EventOf<'transition'>): void {
  const { visits, taken, at } = moment;
  const { seq, payload } = event;
  const { from, to } = payload;
  const failed = payload.cause?.kind === 'done' && wentOnFailed(moment, event);
  const cause = payload.cause && { ...payload.cause, ...(failed && { failed }) };
  leave(moment, from);
  const before = visits.get(to);
  visits.set(to, { count: (before?.count ?? 0) + 1, ms: before?.ms ?? 0, since: at });
  const key = `${from}>${to}${cause ? ` ${cause.kind} ${cause.name}${failed ? ' failed' : ''}` : ''}`;
  taken.set(key, { from, to, cause, count: (taken.get(key)?.count ?? 0) + 1 });
  moment.latest = { from, to, cause, seq };
  moment.state = to;
}

/** A final state is not left, but its time stands still. */
function leave({ visits, at }: Folded, state: string): void {
  const visit = visits.get(state);
  if (visit?.since === undefined) return;
  visits.set(state, { count: visit.count, ms: visit.ms + Math.max(0, at - visit.since) });
}

/** How long a state has taken by `now`. */
export const timeIn = ({ ms, since }: Visit, now: number): number =>
  since === undefined ? ms : ms + Math.max(0, now - since);

/** The event that is shown for a wanted number: the last one at or before it. */
export function nearestSeq(events: readonly PastEvent[], wanted: number): number {
  return events.findLast(({ seq }) => seq <= wanted)?.seq ?? 0;
}

/** Adds what a stream brought: each event once, in order. Returns the same list if there is nothing new. */
export function withEvents(known: readonly PastEvent[], more: readonly RunEvent[]): readonly PastEvent[] {
  const last = known.at(-1)?.seq ?? 0;
  const fresh = more.filter(({ seq }) => seq > last).map(readEvent);
  if (fresh.length === 0) return known;
  const all = [...known, ...fresh];
  return inOrder(
    all.map((event, n) => (n + 1 < known.length ? known[n]! : timed(event, all[n - 1], all[n + 1]))),
  );
}

/** What does not say when it happened was not later than what came after it, also where it was stored late. */
function inOrder(events: PastEvent[]): PastEvent[] {
  let latest = Number.POSITIVE_INFINITY;
  return events
    .toReversed()
    .map((event) => {
      latest = Math.min(latest, event.time);
      return latest === event.time ? event : { ...event, time: latest };
    })
    .reverse();
}

/**
 * Only some events say when the machine did it; what was stored with one of them happened then, but for a transition that
 * does not say it: that one was stored before.
 */
function timed(event: ReadEvent, ...beside: (ReadEvent | undefined)[]): PastEvent {
  if (event.type === 'transition') return { ...event, time: timeOf(event) };
  const telling = [event, ...beside].find(
    (other) => other?.at === event.at && machineTimeOf(other) !== undefined,
  );
  return { ...event, time: timeOf(telling ?? event) };
}
