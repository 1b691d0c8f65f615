/*
 * What a run that is not final may wait for: every code, with its kind and who knows of it. What it means to clients is in
 * `shared/api/contract/runs/waiting-for.ts`, what is said of it in `words`; neither compiles without a new code. Pure.
 */

/** What is said besides depends on it: until when it is waited for, and what happens then. */
export type WaitKind =
  | 'queue'
  | 'key'
  | 'flow'
  | 'step'
  | 'obstacle'
  | 'busy'
  | 'person'
  | 'silent'
  | 'lost'
  | 'stopping';

/** The rows of the run, of runners and of other runs; the events of the run; or its owner alone, who has its page. */
type Knower = 'row' | 'events' | 'owner';

export const WAIT_TRAITS = {
  no_runner: { kind: 'queue', knownBy: 'row' },
  no_fitting_runner: { kind: 'queue', knownBy: 'row' },
  runners_silent: { kind: 'queue', knownBy: 'row' },
  runner_unavailable: { kind: 'queue', knownBy: 'row' },
  concurrency_key: { kind: 'key', knownBy: 'row' },
  user_limit: { kind: 'queue', knownBy: 'row' },
  project_limit: { kind: 'queue', knownBy: 'row' },
  slots: { kind: 'queue', knownBy: 'row' },
  runner: { kind: 'queue', knownBy: 'row' },
  browser: { kind: 'flow', knownBy: 'events' },
  commit: { kind: 'flow', knownBy: 'events' },
  step: { kind: 'step', knownBy: 'events' },
  element_missing: { kind: 'obstacle', knownBy: 'owner' },
  element_hidden: { kind: 'obstacle', knownBy: 'owner' },
  element_covered: { kind: 'obstacle', knownBy: 'owner' },
  element_disabled: { kind: 'obstacle', knownBy: 'owner' },
  element_moving: { kind: 'obstacle', knownBy: 'owner' },
  element_search: { kind: 'obstacle', knownBy: 'owner' },
  page_loading: { kind: 'obstacle', knownBy: 'owner' },
  page_stalled: { kind: 'obstacle', knownBy: 'owner' },
  page_busy: { kind: 'busy', knownBy: 'owner' },
  answer: { kind: 'person', knownBy: 'events' },
  resume: { kind: 'person', knownBy: 'events' },
  pausing: { kind: 'flow', knownBy: 'events' },
  sealing: { kind: 'flow', knownBy: 'events' },
  person: { kind: 'person', knownBy: 'events' },
  outcome: { kind: 'flow', knownBy: 'events' },
  runner_silent: { kind: 'silent', knownBy: 'row' },
  runner_lost: { kind: 'lost', knownBy: 'row' },
  atomic_step: { kind: 'stopping', knownBy: 'events' },
  interrupted_call: { kind: 'stopping', knownBy: 'events' },
  on_cancel_steps: { kind: 'stopping', knownBy: 'events' },
  context_close: { kind: 'stopping', knownBy: 'events' },
  browser_kill: { kind: 'stopping', knownBy: 'events' },
  machine: { kind: 'stopping', knownBy: 'row' },
  delivery: { kind: 'stopping', knownBy: 'row' },
  supervisor_no_runner: { kind: 'stopping', knownBy: 'row' },
  supervisor_runner_lost: { kind: 'stopping', knownBy: 'row' },
} as const satisfies Record<string, { kind: WaitKind; knownBy: Knower }>;
export type WaitCode = keyof typeof WAIT_TRAITS;
type WaitWith<Traits> = {
  [Code in WaitCode]: (typeof WAIT_TRAITS)[Code] extends Traits ? Code : never;
}[WaitCode];
export type WaitKnownBy<Who extends Knower> = WaitWith<{ knownBy: Who }>;
/** What a queued run waits for. */
export type QueueWait = WaitWith<{ kind: 'queue' | 'key' }>;
/** What a run that is being stopped waits for. */
export type StoppingWait = WaitWith<{ kind: 'stopping' }>;

/** A newer gateway may name others. */
export const isWaitCode = (code: string | undefined): code is WaitCode =>
  code !== undefined && Object.hasOwn(WAIT_TRAITS, code);

export const isStoppingWait = (code: WaitCode): code is StoppingWait => WAIT_TRAITS[code].kind === 'stopping';

export const WAIT_CODES = Object.keys(WAIT_TRAITS) as [WaitCode, ...WaitCode[]];
const isQueueWait = (code: WaitCode): code is QueueWait =>
  WAIT_TRAITS[code].kind === 'queue' || WAIT_TRAITS[code].kind === 'key';
export const QUEUE_WAITS = WAIT_CODES.filter(isQueueWait) as [QueueWait, ...QueueWait[]];
export const STOPPING_WAITS = WAIT_CODES.filter(isStoppingWait) as [StoppingWait, ...StoppingWait[]];
