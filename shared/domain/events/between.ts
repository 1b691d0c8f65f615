import { type Cause, causeOf } from '#shared/domain/run/cause.ts';
import type { RunContext, StepResult } from '#shared/domain/run/context.ts';
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import { answerUntil, questionOf } from '#shared/domain/run/question.ts';
import { isParked, type RunSnapshot, stateOf, statusOf } from '#shared/domain/run/snapshot.ts';
import { CHECKPOINT, meaningOf } from '#shared/domain/run/states.ts';
import { isFinal, type Status, type StepPhase } from '#shared/domain/run/status.ts';
import type { EventType, NewEvent, Payload } from './events.ts';
import type { LastLook } from './last-look.ts';
import type { NoticeCode } from './notice-codes.ts';
import type { EventStep } from './step-events.ts';

type KeysOf<T> = T extends unknown ? keyof T : never;
type FieldOf<T, Key extends PropertyKey> = T extends { [K in Key]?: infer Value } ? Value : never;
/** Every field of the payload, optional ones included: undefined if this event does not have it. */
type Fields<T> = { [Key in KeysOf<T>]: FieldOf<T, Key> | undefined };

/**
 * The payload with these fields. The maker of an event names every field of its type, so that a field added to the type
 * does not compile until its makers say where its value comes from.
 */
export const payloadOf = <Type extends EventType>(fields: Fields<Payload<Type>>): Payload<Type> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Payload<Type>;

/** What a step looks like in an event, and the evidence its outcome left: supplied by a caller that knows the flow. */
export interface StepDescriber {
  step(index: number, phase: StepPhase): EventStep;
  evidence(index: number, phase: StepPhase): Partial<Omit<Payload<'step_failure'>, 'step' | 'at' | 'error'>>;
  /** What a step asks a person. */
  question?(index: number): ShownQuestion | undefined;
  /** Who has answered that, and which fields. */
  answer?(index: number): Answered | undefined;
  /** Who has let a pause go on: which of the run's pauses, from 1. */
  resumption?(pause: number): Resumption | undefined;
  /** Which secrets of the vault were opened for a step. */
  usedSecrets?(index: number, phase: StepPhase): UsedSecret[];
  /** What the run's user should know about how it was started; the run goes on. */
  notices?(): Notice[];
  /** Where it was forked off, and what of that page it lacks; asked as its flow begins. */
  carriedOver?(): CarriedOver | undefined;
  /** How the run is logged in; undefined if it has no profile. */
  login?(): LoginOfRun | undefined;
  /** What its page lacks that is open again; asked as it is. */
  reopened?(): NotCarried[];
  /** What its steps have found, by name; asked at its end. */
  results?(): Record<string, unknown> | undefined;
  /** What was kept of its page before that closed; asked at its end, if it did not pass. */
  lastLook?(): LastLook | undefined;
  /** Why there is no video of a run that was recorded; asked at its end, if it has none. */
  noVideo?(): Notice | undefined;
}

/** A question as it may be shown. */
export type ShownQuestion = Pick<Payload<'waiting_for_person'>, 'text' | 'fields' | 'screenshotPath'>;
export type Answered = Required<Pick<Payload<'resumed'>, 'names'>> & Pick<Payload<'resumed'>, 'userId'>;

export type Resumption = Pick<Payload<'resumed'>, 'userId' | 'edited'>;
export type CarriedOver = Omit<Payload<'carried_over'>, 'at'>;

/** The login of a profile: it lasts, or it does not. */
export type Login =
  | { applied: Omit<Payload<'profile_applied'>, 'at'> }
  | { stale: Omit<Payload<'profile_stale'>, 'at'> };

export interface LoginOfRun {
  /** Undefined if it began logged out; asked as its flow begins, and of one that does not begin. */
  begun: Login | undefined;
  /** The version of its profile that counts now; asked at its end, if it passed. */
  saved: Pick<Payload<'profile_saved'>, 'name' | 'version'> | undefined;
  /** Why there is none that was asked for; likewise. */
  notSaved: Notice | undefined;
}

/** A secret of the vault by its name, and the origin of the frame that it was opened for. */
export type UsedSecret = Pick<Payload<'secret_used'>, 'name' | 'origin'>;

export type Notice = Pick<Payload<'notice'>, 'text'> & { code: NoticeCode };

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
    ...(from === first ? [] : [moved(from, first, after.context, { at: timeOf(after.context), cause })]),
    ...(after.hasTag('flow') && !before.hasTag('flow') ? begun(before, after, describe) : []),
    ...parked(before, after),
    ...(first === to ? [] : [moved(first, to, after.context, { cause: PASSED })]),
    ...(announced ? [announced] : []),
    ...asked(before, after, describe),
    ...paused(before, after, describe),
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
  const payload = payloadOf<'run_reopened'>({ notCarried, at: timeOf(context) });
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
    at: timeOf(after.context),
  });
  return [{ type: 'run_parked', stepIndex: done, payload }];
}

const carried = (over: CarriedOver | undefined, after: RunContext): NewEvent[] =>
  over ? [{ type: 'carried_over', payload: payloadOf<'carried_over'>({ ...over, at: timeOf(after) }) }] : [];

function loggedIn(login: Login | undefined, after: RunContext): NewEvent[] {
  if (!login) return [];
  const at = timeOf(after);
  if ('applied' in login)
    return [{ type: 'profile_applied', payload: payloadOf<'profile_applied'>({ ...login.applied, at }) }];
  const { name, version, why } = login.stale;
  return [{ type: 'profile_stale', payload: payloadOf<'profile_stale'>({ name, version, why, at }) }];
}

function savedLogin(saved: LoginOfRun['saved'], after: RunContext): NewEvent[] {
  if (!saved) return [];
  const { name, version } = saved;
  const payload = payloadOf<'profile_saved'>({ name, version, at: timeOf(after) });
  return [{ type: 'profile_saved', payload }];
}

const noticed = (notices: Notice[] = [], after: RunContext): NewEvent[] =>
  notices.map((notice) => ({
    type: 'notice',
    payload: payloadOf<'notice'>({ ...notice, at: timeOf(after) }),
  }));

/** What was asked for, and is not there at its end. */
function missingAtEnd({ videoPath }: RunContext, describe: StepDescriber, status: Status): Notice[] {
  const noVideo = videoPath === undefined ? describe.noVideo?.() : undefined;
  const notSaved = status === 'pass' ? describe.login?.()?.notSaved : undefined;
  return [noVideo, notSaved].filter((notice) => notice !== undefined);
}

const lookedAtLast = (look: LastLook | undefined, after: RunContext): NewEvent[] =>
  look
    ? [
        {
          type: 'last_look',
          payload: payloadOf<'last_look'>({
            url: look.url,
            title: look.title,
            screenshotPath: look.screenshotPath,
            a11y: look.a11y,
            missing: look.missing,
            at: timeOf(after),
          }),
        },
      ]
    : [];

/** When the machine made its last move. */
const timeOf = ({ now }: RunContext): string | undefined => (now > 0 ? isoTime(now) : undefined);

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
  const at = timeOf(after);
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
  const at = phase === 'flow' ? undefined : timeOf(after.context);
  const payload = payloadOf<'step_start'>({ step: describe.step(index, phase), at });
  return { type: `${PREFIX[phase]}_start`, stepIndex: index, payload };
}

function asked(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const { context } = after;
  if (context.askedAt === undefined || before.context.askedAt !== undefined) return [];
  const { text = '', fields = [], screenshotPath } = describe.question?.(context.done) ?? {};
  const payload = payloadOf<'waiting_for_person'>({
    why: 'question',
    text,
    fields,
    userId: undefined,
    until: isoTime(answerUntil(context)),
    onTimeout: questionOf(context)?.goesOn ? 'continue' : 'fail',
    screenshotPath,
    at: timeOf(context),
  });
  return [{ type: 'waiting_for_person', stepIndex: context.done, payload }];
}

/** A pause has begun. */
function paused(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const { pause, done } = after.context;
  if (!pause || before.context.pause) return [];
  const { asked: by, failure, until } = pause;
  const { screenshotPath } = failure ? describe.evidence(done, 'flow') : {};
  const payload = payloadOf<'waiting_for_person'>({
    why: failure ? 'failure' : 'pause',
    text: (failure ? failure.error : by?.reason) ?? '',
    fields: [],
    userId: by?.userId,
    until: isoTime(until),
    onTimeout: 'fail',
    screenshotPath,
    at: timeOf(after.context),
  });
  return [{ type: 'waiting_for_person', stepIndex: done, payload }];
}

/** The question or the pause is over, and the run goes on. */
function resumed(before: RunSnapshot, after: RunSnapshot, describe: StepDescriber): NewEvent[] {
  const { done: index, pauses = 0, pause } = before.context;
  const { lastStep, failed, done, attempt } = after.context;
  const at = timeOf(after.context);
  const isOver = !after.context.pause || after.context.pauses !== pauses;
  if (pause && isOver && !failed && attempt === before.context.attempt)
    return [resumedBy(index, { why: 'resumed', ...describe.resumption?.(pauses), from: done, at })];
  if (before.context.askedAt === undefined || lastStep?.index !== index || !lastStep.ok) return [];
  const { userId, names } = describe.answer?.(index) ?? {};
  const byLink = names && userId === undefined ? true : undefined;
  return [resumedBy(index, { why: names ? 'answered' : 'unanswered', userId, byLink, names, at })];
}

const resumedBy = (
  stepIndex: number,
  { why, userId, byLink, names, from, edited, at }: Payload<'resumed'>,
): NewEvent => ({
  type: 'resumed',
  stepIndex,
  payload: payloadOf<'resumed'>({ why, userId, byLink, names, from, edited, at }),
});

/** The machine took a pause. */
function pauseTaken(before: RunContext, after: RunContext): NewEvent[] {
  const { pauseAsked, pause, lastOrder, done } = after;
  const taken = pauseAsked ?? pause?.asked;
  if (lastOrder === before.lastOrder || !taken) return [];
  const { mode, userId, reason } = taken;
  const payload = payloadOf<'pause'>({ mode, userId, reason, at: isoTime(after.now) });
  return [{ type: 'pause', stepIndex: done, payload }];
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

const isoTime = (now: number): string => new Date(now).toISOString();

function runEnd(
  { context }: RunSnapshot,
  status: Payload<'run_end'>['status'],
  results: Record<string, unknown> | undefined,
): Payload<'run_end'> {
  const { cancel, stale, loss, error } = context;
  return payloadOf<'run_end'>({
    status,
    at: timeOf(context),
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
