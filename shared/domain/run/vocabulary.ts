import { assign, fromPromise, setup } from 'xstate';
import type {
  Closed,
  Interrupted,
  Killed,
  MachineEvent,
  Resumed,
  RunContext,
  RunInput,
  Sealed,
  StepDone,
  StepsInput,
  Timed,
} from './context.ts';
import type { StateMeta, StateTag } from './meaning.ts';
import { isWaitOpen, leftOpen, parkedRun, reopenedRun } from './parking.ts';
import { isNewPause, pauseBegun, pauseGivenUp, resumedAt } from './pausing.ts';
import { questionOf } from './question.ts';
import { LOSSES } from './stale-reason.ts';
import type { ParkedWhy } from './status.ts';
import { cutStep, hasBegun, stepEnded, unbegunStep } from './step-outcomes.ts';
import type { StopReason } from './stop-reason.ts';

/** A port: an effect that the owner supplies with `.provide`. Without one it rejects, and the supervisor starts none. */
const port = <Output, Input = undefined>(name: string) =>
  fromPromise<Output, Input>(async () => {
    throw new Error(`the effect "${name}" is not provided here`);
  });

/** The words that the machine is written in: its ports, its guards, and its actions, which only assign. */
export const vocabulary = setup({
  types: {
    context: {} as RunContext,
    events: {} as MachineEvent,
    input: {} as RunInput,
    tags: {} as StateTag,
    meta: {} as StateMeta,
  },
  actors: {
    launch: port<Timed>('launch'),
    /** `pauses`: how many there were. */
    checkpoint: port<Timed, { done: number; pauses: number }>('checkpoint'),
    /** Twice for each step: waits until its announcement is stored and another effect may begin; then does it. */
    step: port<StepDone, { index: number; pauses: number; begins: boolean }>('step'),
    /** Waits for the answer of a person. `pauses`: how many there were before; `until`: the end of their time, epoch ms. */
    answer: port<StepDone, { index: number; pauses: number; until: number }>('answer'),
    /** Waits until a person lets it go on. `pause`: which of its pauses; `until`: the end of that, epoch ms. */
    resume: port<Resumed, { pause: number; done: number; until: number }>('resume'),
    /** Waits for the call of a step that a pause has interrupted, if that has begun. */
    yield: port<Interrupted, { done: number; hasBegun: boolean }>('yield'),
    /** Keeps what the run needs to go on elsewhere after `done` steps, once it is that time, epoch ms, or its runner leaves. */
    seal: port<Sealed, { done: number; at: number | null }>('seal'),
    /** Closes the context of a run that is parked. */
    park: port<Timed>('park'),
    settle: port<Closed, { failed: boolean }>('settle'),
    /** Waits for the end of an atomic step. */
    finish: port<Interrupted, { done: number }>('finish'),
    /** Raises the abort, and waits for the pending call to return. */
    interrupted: port<Interrupted, { done: number }>('interrupted'),
    /** Runs one of the flow's `onCancel` steps. */
    cleanup: port<StepDone, { index: number }>('cleanup'),
    /** `until`: its deadline, epoch ms. */
    close: port<Closed, { until: number }>('close'),
    kill: port<Killed>('kill'),
    /** Resolves at an absolute time, epoch ms, so that it means the same after a restore; never, if it is null. */
    deadline: port<Timed, { at: number | null }>('deadline'),
  },
  guards: {
    hasNext: ({ context: { failed, done, stepTimeouts } }) => !failed && done < stepTimeouts.length,
    /** The current step has not begun. */
    isAnnounced: ({ context }) => context.announced === true,
    asks: (_, { asks }: StepDone) => asks === true,
    isUnanswered: (_, { unanswered }: StepDone) => unanswered === true,
    /** Instead of going on to the next step, or to the end. */
    pauses: ({ context: { pauseAsked, held, failed } }) =>
      (pauseAsked !== undefined || held !== undefined) && !failed,
    isNewPause: ({ context, event }) => event.type === 'PAUSE' && isNewPause(context, event),
    /** An atomic step is waited for, unless it has not begun. */
    interruptsStep: ({ context, event }) =>
      event.type === 'PAUSE' &&
      isNewPause(context, event) &&
      (context.announced === true || (event.mode === 'now' && !context.atomicSteps.includes(context.done))),
    /** It has failed, and a person may look at it. */
    waitsForPerson: ({ context: { pauseAsked, pauseOnFailureMs } }, { ok, optional }: StepDone) =>
      !ok && !optional && (pauseAsked !== undefined || pauseOnFailureMs !== undefined),
    isUnresumed: (_, { from }: Resumed) => from === undefined,
    hasFailed: ({ context }) => context.failed,
    /** A run of which nothing has begun returns to the queue once, for whichever reason. */
    isUnreturned: ({ context: { returned, parked } }) => !returned && !parked,
    /** No browser started, so that nothing of the flow has begun: another runner may do better, once. */
    mayReturn: ({ context: { returned, stopReason } }) =>
      !returned && stopReason !== undefined && BEFORE_THE_FLOW.includes(stopReason),
    isOpen: ({ context }) => isWaitOpen(context),
    isPaused: ({ context }) => context.pause !== undefined,
    isKept: (_, { isKept }: Sealed) => isKept,
    failsUnanswered: ({ context }) => !questionOf(context)?.goesOn,
    isUnclaimed: ({ event }) => event.type === 'EXPIRE' && event.why === 'unclaimed',
    isFirstAttempt: ({ context }) => context.attempt === 1,
    /** The current step is atomic and has begun, and the cancel is not by force. */
    waitsForStep: ({ context: { atomicSteps, done, announced }, event }) =>
      !announced && atomicSteps.includes(done) && event.type === 'CANCEL' && event.mode !== 'force',
    /** There is something to clean up once the first step has begun. */
    hasCleanup: ({ context }) =>
      context.cleanupSteps > 0 && (hasBegun(context) || context.interrupted !== undefined),
    hasMoreCleanup: ({ context }) => context.cleaned + 1 < context.cleanupSteps,
    isForced: ({ context }) => context.cancel?.mode === 'force',
    hardens: ({ context, event }) =>
      event.type === 'CANCEL' && event.mode === 'force' && context.cancel?.mode !== 'force',
    outranks: ({ context, event }) =>
      event.type === 'CANCEL' && event.source === 'user' && context.cancel?.source !== 'user',
  },
  actions: {
    recordClaim: assign(({ context }, { at, steps }: Timed & { steps?: StepsInput }) => ({
      ...steps,
      now: at,
      ...(context.maxDurationMs !== undefined && !context.parked && { deadline: at + context.maxDurationMs }),
    })),
    recordTime: assign((_, { at }: Timed) => ({ now: at })),
    recordCancel: assign(({ context, event }) => {
      if (event.type !== 'CANCEL') return {};
      const { type: _, at, ...asked } = event;
      // The first to ask counts, but a person outranks the rest; the mode only hardens.
      const { at: since, ...request } = context.cancel ?? { at, ...asked };
      const counts = asked.source === 'user' && request.source !== 'user' ? asked : request;
      const mode = asked.mode === 'force' || request.mode === 'force' ? 'force' : 'graceful';
      const cancel = { ...counts, mode, at: since } as const;
      return { now: at, failed: true, stopReason: 'cancelled', cancel };
    }),
    recordStale: assign(({ context, event }) => {
      if (event.type !== 'STALE') return {};
      const { at, source, reason, loss } = event;
      const mode = context.cancel?.mode ?? 'graceful';
      const cancel = { at, mode, source, ...(reason !== undefined && { reason }) };
      return { now: at, failed: true, stale: true, stopReason: 'stale', cancel, ...(loss && { loss }) };
    }),
    /** Nothing of the lost attempt counts for the next one; what it did is in the events. */
    recordRequeue: assign(({ context, event }) => ({
      now: 'at' in event ? event.at : context.now,
      attempt: context.attempt + 1,
      deadline: undefined,
      done: context.begins ?? 0,
      announced: undefined,
      askedAt: undefined,
      pause: undefined,
      parked: undefined,
      held: undefined,
      yielding: undefined,
      hasBegun: undefined,
      lastStep: undefined,
      interrupted: undefined,
      failed: false,
      error: undefined,
      stopReason: undefined,
      videoPath: undefined,
    })),
    recordReturn: assign((_, { at }: Timed) => ({
      now: at,
      returned: true,
      deadline: undefined,
      failed: false,
      error: undefined,
      stopReason: undefined,
    })),
    recordStep: assign(({ context }, result: StepDone) => stepEnded(context, result)),
    recordStepTimeout: assign(({ context }, { at }: Timed) => ({
      ...stepEnded(context, { at, ok: false, error: 'the step did not end within its timeout' }),
      stopReason: 'step_timeout',
    })),
    recordQuestion: assign((_, { at }: StepDone) => ({ now: at, askedAt: at })),
    recordUnanswered: assign(({ context }, { at }: Timed) => {
      if (questionOf(context)?.goesOn) return stepEnded(context, { at, ok: true });
      const ended = stepEnded(context, { at, ok: false, error: 'nobody answered in time' });
      return { ...ended, stopReason: 'unanswered' as const };
    }),
    recordPause: assign(({ event }) => {
      if (event.type !== 'PAUSE') return {};
      const { type: _, at: now, ...pauseAsked } = event;
      return { now, pauseAsked, lastOrder: event.order };
    }),
    recordYielding: assign(({ context: { done } }) => ({ yielding: done })),
    recordPauseBegun: assign(({ context }) => pauseBegun(context)),
    /** A step that has failed waits for a person. */
    recordHeld: assign((_, held: StepDone) => ({ now: held.at, held })),
    /** The step had ended by itself, or is repeated. */
    recordYielded: assign(({ context }, { at, step }: Interrupted) => {
      if (!step) return { now: at };
      return step.ok || step.optional ? stepEnded(context, step) : { now: at, held: step };
    }),
    recordResume: assign(({ context }, resumed: Resumed) => resumedAt(context, resumed)),
    recordGivenUp: assign(({ context }) => pauseGivenUp(context)),
    recordParking: assign(({ context: { parked } }, { at, why }: Sealed) => ({
      now: at,
      parked: { why, ...(parked?.losses !== undefined && { losses: parked.losses }) },
    })),
    recordParked: assign(({ context }, { why }: { why?: ParkedWhy }) => parkedRun(context, why)),
    /** What is open for a person is over with the run. */
    recordLeftOpen: assign(({ context }) => leftOpen(context)),
    recordReopened: assign(({ context }, { at }: Timed) => reopenedRun(context, at)),
    recordAnnouncement: assign({ announced: true }),
    recordBeginning: assign((_, { at }: Timed) => ({ now: at, announced: undefined })),
    /** One that has not begun will not begin: that is its outcome. Of a lost runner it is not known whether it has. */
    recordInterruptedStep: assign(({ context }) =>
      context.announced && !context.stale ? unbegunStep(context) : { interrupted: context.done },
    ),
    /** The interrupted call may have ended by itself at the last moment: then its result is kept (I9). */
    recordInterruption: assign(({ context }, { at, step }: Interrupted) =>
      step ? { ...stepEnded(context, step), interrupted: undefined } : { now: at, ...cutStep(context, at) },
    ),
    /** The interrupted step will not end by itself any more: that is its outcome. */
    recordCutStep: assign(({ context }) => cutStep(context, context.now)),
    /** A step that cleans up ends only itself: the run is over anyway. */
    recordCleanup: assign(({ context }, { at, ok, error }: StepDone) => ({
      now: at ?? context.now,
      cleaned: context.cleaned + 1,
      lastCleanup: { index: context.cleaned, ok, ...(error !== undefined && { error }) },
    })),
    /** Nor will the step that cleans up and is cut off. */
    recordCutCleanup: assign(({ context: { cleaned, stale, loss } }) => ({
      cleaned: cleaned + 1,
      lastCleanup: {
        index: cleaned,
        ok: false,
        interrupted: true,
        error: `interrupted: ${stale ? LOSSES[loss ?? 'runner'] : 'the cancel was forced'}`,
      },
    })),
    recordClosed: assign((_, { at, videoPath, browserPid }: Closed) => ({
      now: at,
      ...(videoPath !== undefined && { videoPath }),
      browser: { killed: false, ...(browserPid !== undefined && { pid: browserPid }) },
    })),
    recordKilled: assign((_, { at, pid, spared }: Killed) => ({
      now: at,
      browser: { killed: spared !== true, ...(pid !== undefined && { pid }) },
    })),
    /** The first failure counts: closing badly after a failed step changes nothing about why the flow failed. */
    recordFailure: assign(({ context }, { at, ...failure }: Failure) => ({
      failed: true,
      now: at ?? context.now,
      ...(context.stopReason === undefined && failure),
    })),
  },
});

/** What ends a run of whose flow nothing has begun under this owner. */
const BEFORE_THE_FLOW: readonly StopReason[] = ['launch_failed', 'launch_timeout', 'secrets_unopened'];

interface Failure {
  at?: number | undefined;
  stopReason: StopReason;
  error: string;
}
