import { type Cause, causeOf } from '#shared/domain/run/cause.ts';
import type { RunContext, StepResult } from '#shared/domain/run/context.ts';
import { isParked, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { CHECKPOINT, meaningOf } from '#shared/domain/run/states.ts';
import { isFinal, type StepPhase } from '#shared/domain/run/status.ts';
import type { StepDescriber } from './describer.ts';
import type { NewEvent, Payload } from './events.ts';
import { carried, loggedIn, lookedAtLast, missingAtEnd, noticed, savedLogin } from './notes.ts';
import { asked, pauseOpened, pauseTaken, resumed } from './of-people.ts';
import { isoTime, payloadOf, timeOfMove } from './payload.ts';

/** How the events of a phase's steps are called; `stepIndex` counts within the phase. */
export const PREFIX = { flow: 'step', onCancel: 'cleanup' } as const satisfies Record<StepPhase, string>;

/** The events of one transition of the machine, in order, and what caused it; `run_end` is the last of a final one (I6). */
export function eventsBetween(
  before: RunSnapshot,
  after: RunSnapshot,
  describe: StepDescriber,
  cause?: Cause,
): NewEvent[] {
  const [from, to] = [stateOf(before), stateOf(after)];
  const status = statusOf(after);
  const announced = announcedStep(before, after, describe);
  // The checkpoint before a step of the flow is passed within the transition.
  const first = announced?.type === 'step_start' ? CHECKPOINT : to;
  return [
    // A step that is cut off at once ends because of the cancel.
    ...cancelTaken(before.context, after.context, from),
    ...pauseTaken(before.context, after.context),
    ...resumed(before, after, describe),
    ...endedSteps(before.context, after.context, describe),
    ...requeued(before.context, after.context),
    ...(from === first ? [] : [moved(from, first, after.context, { at: timeOfMove(after.context), cause })]),
    ...(after.hasTag('flow') && !before.hasTag('flow') ? begun(before, after, describe) : []),
    ...parked(before, after),
    ...(first === to ? [] : [moved(first, to, after.context, { cause: PASSED })]),
    ...(announced ? [announced] : []),
    ...asked(before, after, describe),
    ...pauseOpened(before, after, describe),
    ...(isFinal(status) && !isFinal(statusOf(before))
      ? [
          ...noticed(missingAtEnd(after.context, describe, status), after.context),
          ...(after.context.stopReason === 'profile_stale'
            ? loggedIn(describe.login?.()?.begun, after.context)
            : []),
          ...(status === 'fail' ? lookedAtLast(describe.lastLook?.(), after.context) : []),
          ...(status === 'pass' ? savedLogin(describe.login?.()?.saved, after.context) : []),
          { type: 'run_end' as const, payload: runEnd(after, status, describe.results?.()) },
        ]
      : []),
  ];
}

/** Its flow begins, or its page is open again. */
function begun(before: RunSnapshot, { context }: RunSnapshot, describe: StepDescriber): NewEvent[] {
  if (!before.context.parked || before.context.parked.isOpen)
    return [
      ...carried(describe.carriedOver?.(), context),
      ...loggedIn(describe.login?.()?.begun, context),
      ...noticed(describe.notices?.(), context),
    ];
  const notCarried = describe.reopened?.() ?? [];
  const payload = payloadOf<'run_reopened'>({ notCarried, at: timeOfMove(context) });
  return [{ type: 'run_reopened', stepIndex: context.done, payload }];
}

function parked(before: RunSnapshot, after: RunSnapshot): NewEvent[] {
  const { parked: is, done } = after.context;
  // Lost before anything of its opening was stored, it is parked anew.
  const isAnew = is?.losses !== before.context.parked?.losses;
  if (!isParked(after) || !is || (isParked(before) && !isAnew)) return [];
  const payload = payloadOf<'run_parked'>({
    why: is.why,
    verdict: undefined, // added by the supervisor, which decided
    at: timeOfMove(after.context),
  });
  return [{ type: 'run_parked', stepIndex: done, payload }];
}

const PASSED = causeOf('xstate.done.actor.checkpoint');

/** The last move of a stopped run says what became of the browser. */
const moved = (
  from: string,
  to: string,
  after: RunContext,
  { at, cause }: { at?: string | undefined; cause: Cause | undefined },
): NewEvent => {
  const browser = meaningOf(from).rung && to === 'fail' ? after.browser : undefined;
  return { type: 'transition', payload: payloadOf<'transition'>({ from, to, at, cause, browser }) };
};

function endedSteps(before: RunContext, after: RunContext, describe: StepDescriber): NewEvent[] {
  return [
    ...endedStep('flow', endedBetween(before, after), after, describe),
    ...(after.cleaned > before.cleaned ? endedStep('onCancel', after.lastCleanup, after, describe) : []),
  ];
}

/** What became of a step of the flow; of one that a pause has interrupted or that is held, as the pause begins. */
export function endedBetween(before: RunContext, after: RunContext): EndedStep | undefined {
  if (before.pause?.failure) return undefined;
  const { pause, done: index } = after;
  if (pause?.failure) return { index, ...pause.failure, held: true };
  if (pause?.cut && !before.pause) return { index, ...cutBy(pause.cut), held: true };
  return hasEnded(before, after) ? after.lastStep : undefined;
}

const cutBy = ({ begun }: { begun?: false }) => ({
  ok: false,
  interrupted: true as const,
  error: begun === false ? 'not begun: the run was paused' : 'interrupted: the run was paused',
  ...(begun === false && { begun }),
});

type EndedStep = StepResult & { held?: true };

/** A step of the flow has its outcome: a person may also have let the run go on elsewhere. */
const hasEnded = (before: RunContext, after: RunContext): boolean =>
  after.done > before.done && (after.lastStep?.index ?? -1) >= before.done;

/** The end of a step, after the secrets that it used. */
function endedStep(
  phase: StepPhase,
  last: EndedStep | undefined,
  after: RunContext,
  describe: StepDescriber,
): NewEvent[] {
  if (!last) return [];
  const at = timeOfMove(after);
  const used = describe.usedSecrets?.(last.index, phase) ?? [];
  return [
    ...used.map((secret) => ({
      type: 'secret_used' as const,
      stepIndex: last.index,
      payload: payloadOf<'secret_used'>({
        ...secret,
        phase: phase === 'onCancel' ? phase : undefined,
        at,
      }),
    })),
    {
      type: `${PREFIX[phase]}_${last.ok ? 'success' : 'failure'}`,
      stepIndex: last.index,
      payload: payloadOf<'step_success' | 'step_failure'>({
        step: describe.step(last.index, phase),
        at,
        error: last.error,
        reason: isUnanswered(last, after) ? 'unanswered' : undefined,
        interrupted: last.interrupted,
        optional: last.optional,
        begun: last.begun,
        held: last.held,
        screenshotPath: undefined,
        a11y: undefined,
        attempts: undefined,
        skipped: undefined,
        expectation: undefined,
        result: undefined,
        coveredBy: undefined,
        httpStatus: undefined,
        documents: undefined,
        pendingRequest: undefined,
        nearest: undefined,
        ...describe.evidence(last.index, phase),
      }),
    },
  ];
}

/** What the browser does not know of a step that it has asked for. */
const isUnanswered = ({ ok }: StepResult, { stopReason }: RunContext): boolean =>
  !ok && stopReason === 'unanswered';

/** A step of the flow begins when this is stored, which is not known yet; one that cleans up, with the transition. */
function announcedStep(
  before: RunSnapshot,
  after: RunSnapshot,
  describe: StepDescriber,
): NewEvent | undefined {
  const { step: phase } = meaningOf(stateOf(after));
  if (phase === undefined || !after.hasTag('beginsStep')) return undefined;
  const indexOf = ({ context }: RunSnapshot) => (phase === 'flow' ? context.done : context.cleaned);
  const index = indexOf(after);
  if (stateOf(before) === stateOf(after) && index === indexOf(before)) return undefined;
  const at = phase === 'flow' ? undefined : timeOfMove(after.context);
  const payload = payloadOf<'step_start'>({ step: describe.step(index, phase), at });
  return { type: `${PREFIX[phase]}_start`, stepIndex: index, payload };
}

/** The machine took a cancel, or a harder one, or one from a source that outranks the first. */
function cancelTaken(before: RunContext, after: RunContext, state: string): NewEvent[] {
  const [had, has] = [before.cancel, after.cancel];
  if (!has || after.stale || (had && had.mode === has.mode && had.source === has.source)) return [];
  const { source, mode, reason, via } = has;
  const at = isoTime(had ? after.now : has.at);
  return [
    {
      type: 'cancel',
      ...(after.interrupted !== undefined && { stepIndex: after.interrupted }),
      payload: payloadOf<'cancel'>({ source, mode, reason, via, at, state }),
    },
  ];
}

function requeued(before: RunContext, after: RunContext): NewEvent[] {
  const returned = after.returned && !before.returned ? true : undefined;
  if (after.attempt === before.attempt && !returned) return [];
  const payload = payloadOf<'requeued'>({
    attempt: after.attempt,
    at: isoTime(after.now),
    returned,
    error: returned && before.error,
    verdict: undefined, // added by the supervisor, which decided
  });
  return [{ type: 'requeued', payload }];
}

function runEnd(
  { context }: RunSnapshot,
  status: Payload<'run_end'>['status'],
  results: Record<string, unknown> | undefined,
): Payload<'run_end'> {
  const { cancel, stale, loss, error } = context;
  return payloadOf<'run_end'>({
    status,
    at: timeOfMove(context),
    error: cancel ? undefined : error,
    cancelled: cancel && true,
    source: cancel?.source,
    staleAfterRestart: cancel && stale ? true : undefined,
    loss,
    reason: cancel?.reason,
    waitedFor: undefined, // added by the supervisor, which ends it
    results,
  });
}
