import type { EventStep } from '#shared/domain/events/step-events.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { redactStep } from '#shared/domain/flow/redact.ts';
import type { Step } from '#shared/domain/flow/step.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { raceSignal } from '../race.ts';
import type { RunTrace } from './run-trace.ts';

/** How long the first step may wait for its trace, which mostly has begun by then. */
const START_MS = 3_000;
/** The same of one that leaves the page, for the looks at that. */
const LOOK_MS = 100;

/** How a step has ended, as far as the trace tells it. */
interface Performed {
  ok: boolean;
  error?: string;
}
type Perform<Done extends Performed> = (index: number, signal: AbortSignal) => Promise<Done>;

/** The same, with each step in the trace, by its number. */
export function withSteps<
  Done extends Performed,
  Acts extends { perform: Perform<Done>; cleanUp: Perform<Done> },
>(
  trace: Pick<RunTrace, 'begins' | 'ended' | 'looked' | 'started'>,
  { steps, onCancel = [] }: Flow,
  acts: Acts,
): Acts {
  let isFirst = true;
  const traced =
    (of: readonly Step[], prefix: string, perform: Perform<Done>): Perform<Done> =>
    async (index, signal) => {
      const step = of[index];
      // Any other step begins at once: its time counts.
      if (isFirst) await raceSignal(settlesWithin(trace.started, START_MS), signal);
      else if (step?.action === 'goto') await raceSignal(settlesWithin(trace.looked(), LOOK_MS), signal);
      isFirst = false;
      trace.begins(`${prefix}${index + 1}. ${step ? describeStep(redactStep(step) as EventStep) : ''}`);
      try {
        const done = await perform(index, signal);
        trace.ended(done.ok ? undefined : (done.error ?? 'the step failed'));
        return done;
      } catch (error) {
        trace.ended('the step was interrupted');
        throw error;
      }
    };
  return {
    ...acts,
    perform: traced(steps, '', acts.perform),
    cleanUp: traced(onCancel, 'clean-up ', acts.cleanUp),
  };
}
