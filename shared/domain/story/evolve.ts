/* How events become the history of a run. Pure. */
import type { EventOf, Payload } from '#shared/domain/events/events.ts';
import { outcomeOfEnd } from '#shared/domain/run/outcome.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import { acceptedAt, attemptOf, type History, isFatal, type Point } from './history.ts';
import { openPause, tellPause } from './pauses.ts';
import { endSteps, failHeld, tellStep } from './steps.ts';
import type { PastEvent } from './when.ts';

export const historyOf = (startedAt: number, events: readonly PastEvent[]): History =>
  evolve(acceptedAt(startedAt), events);

/** The history after further events, in their order, one by one or at once; what it was before stays as it is. */
export function evolve(history: History, events: readonly PastEvent[]): History {
  const { points, visits, steps, pauses, cancels, requeues, parkings, carried, lastLook, end } = history;
  const draft: Draft = {
    points: [...points],
    visits: [...visits],
    steps: [...steps],
    pauses: [...pauses],
    cancels: [...cancels],
    requeues: [...requeues],
    parkings: [...parkings],
    carried,
    lastLook,
    end,
  };
  for (const event of events) {
    const { seq, time, isBound } = event;
    if (!isBound) pullBack(draft, time);
    const at = Math.max(draft.points.at(-1)?.at ?? time, time);
    const point = { seq, at, ...(isBound && { isBound }) };
    apply(draft, event, point);
    draft.points.push(point);
  }
  return draft;
}

/** What was only bounded was no later than what came next. */
function pullBack({ points, visits, steps }: Draft, time: number): void {
  const first = points.findLastIndex(({ at, isBound }) => !isBound || at <= time) + 1;
  for (let n = Math.max(1, first); n < points.length; n += 1) {
    const [was, is] = [points[n]!, { ...points[n]!, at: Math.max(points[n - 1]!.at, time) }];
    points[n] = is;
    for (const [at, visit] of visits.entries())
      if (visit.entered === was) visits[at] = { ...visit, entered: is };
      else if (visit.left === was) visits[at] = { ...visit, left: is };
    for (const [at, step] of steps.entries())
      if (step.began === was) steps[at] = { ...step, began: is };
      else if (step.ended === was) steps[at] = { ...step, ended: is };
  }
}

type Draft = { -readonly [Key in keyof History]: Mutable<History[Key]> };
type Mutable<Value> = Value extends readonly [infer First, ...unknown[]]
  ? [First, ...First[]]
  : Value extends readonly (infer Item)[]
    ? Item[]
    : Value;

/** Types of which a history says nothing. */
type Unread =
  | 'pause'
  | 'profile_applied'
  | 'profile_stale'
  | 'profile_saved'
  | 'secret_used'
  | 'notice'
  | 'unknown';

function apply(draft: Draft, event: PastEvent, point: Point): void {
  switch (event.type) {
    case 'transition':
      endSteps(draft.steps, point, ({ phase }) => phase !== meaningOf(event.payload.to).step);
      if (!meaningOf(event.payload.to).tags.includes('awaitsPerson')) endPause(draft, point);
      move(draft, event, point);
      return;
    case 'step_start':
    case 'cleanup_start':
    case 'step_success':
    case 'step_failure':
    case 'cleanup_success':
    case 'cleanup_failure':
    case 'page_said':
    case 'waiting_for_person':
    case 'resumed':
      tellStep(draft.steps, event, point, attemptOf(draft));
      tellPause(draft.pauses, event, point);
      return;
    case 'cancel':
      takeCancel(draft, event, point);
      return;
    case 'requeued':
      requeue(draft, event, point);
      return;
    case 'run_parked':
    case 'run_reopened':
    case 'carried_over':
    case 'last_look':
      note(draft, event, point);
      return;
    case 'run_end':
      end(draft, event, point);
      return;
    default:
      event.type satisfies Unread; // a new type is read above, or named there
  }
}

function takeCancel(
  { cancels }: Draft,
  { stepIndex, payload: { at: _, ...cancel } }: EventOf<'cancel'>,
  point: Point,
): void {
  cancels.push({ ...cancel, stepIndex, ...point });
}

/** A step that failed and is not done again, nor left behind, has failed the run. */
function endPause({ pauses, steps }: Draft, ended: Point): void {
  const last = openPause({ pauses });
  if (!last) return;
  pauses[pauses.length - 1] = { ...last, ended };
  if (!last.resumed) failHeld(steps, last);
}

function requeue(
  { steps, requeues }: Draft,
  { payload: { attempt, returned } }: EventOf<'requeued'>,
  point: Point,
): void {
  endSteps(steps, point);
  requeues.push({ attempt, ...(returned && { returned }), ...point });
}

type Noted = PastEvent & { type: 'run_parked' | 'run_reopened' | 'carried_over' | 'last_look' };

function note(draft: Draft, event: Noted, point: Point): void {
  const { parkings } = draft;
  switch (event.type) {
    case 'run_parked':
      parkings.push({ why: event.payload.why, verdict: event.payload.verdict, ...point });
      return;
    case 'run_reopened': {
      const last = parkings.at(-1);
      const { notCarried } = event.payload;
      if (last) parkings[parkings.length - 1] = { ...last, reopened: { notCarried, ...point } };
      return;
    }
    case 'carried_over':
      draft.carried = { ...event.payload, ...point };
      return;
    case 'last_look':
      draft.lastLook = { ...event.payload, ...point };
  }
}

function move(draft: Draft, event: EventOf<'transition'>, point: Point): void {
  const { from, to, cause, browser } = event.payload;
  const failed = cause?.kind === 'done' && wentOnFailed(draft, event);
  leave(draft, point);
  draft.visits.push({
    state: to,
    entered: point,
    from,
    cause: cause && { ...cause, ...(failed && { failed }) },
    ...(browser && { browser }),
  });
}

function leave({ visits }: Draft, left: Point): void {
  const last = visits.at(-1)!;
  if (last.left === undefined) visits[visits.length - 1] = { ...last, left };
}

function end(draft: Draft, { payload }: EventOf<'run_end'>, point: Point): void {
  endSteps(draft.steps, point);
  leave(draft, point);
  draft.end = { outcome: outcomeOfEnd(payload), ...kept(payload), ...point };
}

const kept = ({ error, results, waitedFor }: Payload<'run_end'>) => ({
  error,
  ...(results && { results }),
  ...(waitedFor && { waitedFor }),
});

/** Whether a step's failure is what a state went on with: its own step's, or what the flow has come to before. */
function wentOnFailed({ steps, requeues }: Draft, { seq, payload }: EventOf<'transition'>): boolean {
  const last = steps.findLast((step) => step.phase === 'flow' || isFatal(step));
  if (!last || !isFatal(last) || last.attempt !== attemptOf({ requeues })) return false;
  return meaningOf(payload.from).step ? last.ended?.seq === seq - 1 : last.phase === 'flow';
}
