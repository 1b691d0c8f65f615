/** The top states of the run machine, which are a run's status. */
export const STATUSES = ['running', 'cancelling', 'pass', 'fail'] as const;
export type Status = (typeof STATUSES)[number];

export const isFinal = (status: Status): status is 'pass' | 'fail' => status === 'pass' || status === 'fail';

/** Who asked for a run's end: a person, the supervisor on its own account, or a runner that shuts down. */
export const CANCEL_SOURCES = ['user', 'supervisor', 'shutdown'] as const;
export type CancelSource = (typeof CANCEL_SOURCES)[number];

/** How hard a cancel is, mildest first; a repeated cancel can only harden. `force` waits for nothing but the closing of the context. */
export const CANCEL_MODES = ['graceful', 'force'] as const;
export type CancelMode = (typeof CANCEL_MODES)[number];

/** What a pause does with the step that goes on. */
export const PAUSE_MODES = ['after_step', 'now'] as const;
export type PauseMode = (typeof PAUSE_MODES)[number];

/** Why a run was parked: it had waited long, its runner left, or was lost. */
export const PARKED_WHY = ['waited', 'drained', 'lost'] as const;
export type ParkedWhy = (typeof PARKED_WHY)[number];

/** What becomes of a run whose runner is lost: it ends, or it starts once more. */
export const ON_RUNNER_LOSS = ['fail', 'requeue'] as const;
export type OnRunnerLoss = (typeof ON_RUNNER_LOSS)[number];

/** The flow's own steps, or those it has for when it is cancelled. */
export const STEP_PHASES = ['flow', 'onCancel'] as const;
export type StepPhase = (typeof STEP_PHASES)[number];
