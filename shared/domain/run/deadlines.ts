import type { RunContext } from './context.ts';
import { late } from './records.ts';

/** The deadline of an effect, counted from the latest time the machine knows. */
export const within = (ms: (context: RunContext) => number) => ({
  src: 'deadline' as const,
  input: ({ context }: { context: RunContext }) => ({ at: context.now + ms(context) }),
});

/**
 * The end of a person's time. The effect itself knows when that is over, and looks for orders once more then; a run that was
 * parked and is opened again later has to look, too.
 */
export const personDeadline = (until: (context: RunContext) => number) => ({
  src: 'deadline' as const,
  input: ({ context }: { context: RunContext }) => ({
    at: Math.max(until(context), context.now) + context.budget.checkpoint,
  }),
});

/** The deadline of a rung, counted from the moment of the cancel. */
export const rung = (name: 'finish' | 'cleanup' | 'kill') => ({
  src: 'deadline' as const,
  input: ({ context: { cancel, now, budget } }: { context: RunContext }) => ({
    at: (cancel?.at ?? now) + budget[name],
  }),
});

/** The time at which the context has to be closed, epoch ms: sooner after a forced cancel. */
export function closedBy({ cancel, now, budget }: RunContext): number {
  const latest = (cancel?.at ?? now) + budget.close;
  return cancel?.mode === 'force' ? Math.min(now + budget.forcedClose, latest) : latest;
}

export const closeDeadline = {
  src: 'deadline' as const,
  input: ({ context }: { context: RunContext }) => ({ at: closedBy(context) }),
};

/** The end of the whole run, while its flow is under way. Runs without a maximum have no such end. */
export const runDeadline = {
  id: 'runDeadline',
  src: 'deadline' as const,
  input: ({ context }: { context: RunContext }) => ({ at: context.deadline ?? null }),
  onDone: {
    target: '#run.running.settling',
    actions: late('deadline', 'the run took longer than its maximum duration'),
  },
};
