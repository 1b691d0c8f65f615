import type { RUNG_WAITS } from '#shared/run/meaning.ts';

type RungWait = (typeof RUNG_WAITS)[keyof typeof RUNG_WAITS];
/** What a cancelled run may be waiting for, in English: a rung of the ladder, its machine, its owner, or a supervisor. */
export const WAITING_FOR = {
  atomic_step: 'its atomic step to end',
  interrupted_call: 'the interrupted call to return',
  on_cancel_steps: 'its onCancel steps to end',
  context_close: 'its browser context to close',
  browser_kill: 'its browser to be killed',
  machine: 'its machine to stop',
  delivery: 'its runner to take the request',
  supervisor_no_runner: 'a supervisor to end it: no runner has it',
  supervisor_runner_lost: 'a supervisor to end it: its runner is lost',
} satisfies Record<
  RungWait | 'machine' | 'delivery' | 'supervisor_no_runner' | 'supervisor_runner_lost',
  string
>;
export type WaitingCode = keyof typeof WAITING_FOR;
