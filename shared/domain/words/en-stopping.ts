import type { StoppingWait } from '#shared/domain/story/waits.ts';

/** What a run that is being stopped waits for, in English; the contract describes the codes by it, too. */
export const stoppingFor: Record<StoppingWait, string> = {
  atomic_step: 'its atomic step to end',
  interrupted_call: 'the interrupted call to return',
  on_cancel_steps: 'its onCancel steps to end',
  context_close: 'its browser context to close',
  browser_kill: 'its browser to be killed',
  machine: 'its machine to stop',
  delivery: 'its runner to take the request',
  supervisor_no_runner: 'a supervisor to end it: no runner has it',
  supervisor_runner_lost: 'a supervisor to end it: its runner is lost',
};
