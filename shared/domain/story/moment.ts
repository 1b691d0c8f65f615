/* A run at one of its events, cut from its history: what was not known then is left out. Pure; times are epoch ms. */
import type { Payload } from '#shared/domain/events/events.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import {
  attemptOf,
  type CancelTaken,
  type History,
  isFatal,
  type Point,
  type StepSpan,
  type Visit,
} from './history.ts';

/** The history until then, and what stands out of it. */
export interface Moment extends History, Point {
  state: string;
  attempt: number;
  /** The newest one, and when the first was taken. */
  cancel: (Pick<CancelTaken, 'source' | 'mode' | 'reason'> & { since: number }) | undefined;
  /** The last picture of the attempt, that of the last look included. */
  picture: string | undefined;
  /** The last error of the attempt, or that of its end. */
  error: string | undefined;
  browser: Payload<'transition'>['browser'];
  /** Undefined while it goes on. */
  outcome: Outcome | undefined;
}

/** The moment after the event `seq`; without it, after the last one. */
export function momentAt(history: History, seq = Number.POSITIVE_INFINITY): Moment {
  const past = seq >= (history.points.at(-1)?.seq ?? 0) ? history : cut(history, seq);
  const { points, visits, steps, cancels, end } = past;
  const attempt = attemptOf(past);
  const own = steps.filter((step) => step.attempt === attempt);
  const newest = cancels.at(-1);
  return {
    ...past,
    ...(points.at(-1) ?? visits[0].entered),
    state: visits.at(-1)!.state,
    attempt,
    cancel: newest && cancelOf(newest, cancels[0]!),
    picture: past.lastLook?.screenshotPath ?? own.findLast(({ picture }) => picture !== undefined)?.picture,
    error: end?.error ?? own.findLast(({ error }) => error !== undefined)?.error,
    browser: visits.findLast(({ browser }) => browser !== undefined)?.browser,
    outcome: end?.outcome,
  };
}

const cancelOf = ({ source, mode, reason }: CancelTaken, { at }: Point) => ({
  source,
  mode,
  reason,
  since: at,
});

function cut(history: History, seq: number): History {
  const { points, visits, steps, pauses, cancels, requeues, parkings, carried, lastLook, end } = history;
  const isPast = (point: Point | undefined): point is Point => point !== undefined && point.seq <= seq;
  const [first, ...others] = visits;
  return {
    points: points.filter(isPast),
    visits: [
      reopened(first, isPast),
      ...others.filter(({ entered }) => isPast(entered)).map((visit) => reopened(visit, isPast)),
    ],
    steps: steps
      .filter(({ began }) => isPast(began))
      .map((step) => (isPast(step.ended) ? step : goingOn(step, isPast))),
    pauses: pauses.filter(isPast).map(({ resumed, ended, ...pause }) => ({
      ...pause,
      ...(isPast(resumed) && { resumed }),
      ...(isPast(ended) && { ended }),
    })),
    cancels: cancels.filter(isPast),
    requeues: requeues.filter(isPast),
    parkings: parkings
      .filter(isPast)
      .map(({ reopened, ...parking }) => ({ ...parking, ...(isPast(reopened) && { reopened }) })),
    carried: isPast(carried) ? carried : undefined,
    lastLook: isPast(lastLook) ? lastLook : undefined,
    end: isPast(end) ? end : undefined,
  };
}

function reopened({ left, ...visit }: Visit, isPast: (point: Point | undefined) => point is Point): Visit {
  return isPast(left) ? { ...visit, left } : visit;
}

const goingOn = (
  { index, phase, attempt, step, began, said, question, resumed }: StepSpan,
  isPast: (point: Point | undefined) => boolean,
): StepSpan => ({
  index,
  phase,
  attempt,
  step,
  began,
  outcome: 'running',
  ...(said && { said: said.filter(isPast) }),
  ...(question && isPast(question) && { question, picture: question.screenshotPath }),
  ...(resumed && isPast(resumed) && { resumed }),
});

/** How long a state had been stayed in, or a step had taken, by `now`, ms. */
export const tookUntil = (from: Point, to: Point | undefined, now: number): number =>
  Math.max(0, (to?.at ?? now) - from.at);

/** How many of the flow's steps were begun and done in the current attempt, optional ones that failed too, and whether one failed the run. */
export function countSteps({ steps, attempt }: Pick<Moment, 'steps' | 'attempt'>): {
  begun: number;
  done: number;
  failed: boolean;
} {
  const own = steps.filter((step) => step.phase === 'flow' && step.attempt === attempt);
  return {
    begun: new Set(own.map(({ index }) => index)).size,
    done: new Set(
      own.filter(({ outcome, optional }) => outcome === 'ok' || optional).map(({ index }) => index),
    ).size,
    failed: own.some(isFatal),
  };
}
