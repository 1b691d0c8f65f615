import type { EventOf, NewEvent } from '#shared/events/events.ts';
import { type CancelHop, METRICS } from '#shared/metrics/instruments.ts';
import type { Rung } from '#shared/run/meaning.ts';
import { meaningOf } from '#shared/run/states.ts';
import { endedStep, type StepEnd } from './step-end.ts';

/** Times the steps of one run and the hops of its cancel, from the events that its owner has stored, in their order. */
export interface RunMeter {
  /** `at`: when the owner heard of their commit, epoch ms, which is when a step that it announces begins. */
  stored(events: readonly NewEvent[], at: number): void;
}

type Moved = EventOf<'transition'>['payload'];

export function createRunMeter(): RunMeter {
  /** When the machine entered the state that it is in, epoch ms. */
  let since: number | undefined;
  /** When it began the step that is under way, which a cancel takes through further states. */
  let begun: number | undefined;
  let ended: StepEnd | undefined;

  const moved = ({ from, to, at }: Moved, storedAt: number) => {
    const now = at === undefined ? storedAt : Date.parse(at);
    if (begun !== undefined && ended)
      METRICS.steps.record(Math.max(0, now - begun), {
        'ghostly.step.action': ended.action,
        'ghostly.step.result': ended.result,
      });
    const { rung } = meaningOf(from);
    const hop = rung && HOPS[rung];
    if (since !== undefined && hop && meaningOf(to).rung !== 'kill')
      METRICS.cancelHops.record(now - since, { 'ghostly.cancel.hop': hop });
    ended = undefined;
    since = now;
  };

  return {
    stored(events, at) {
      for (const event of events)
        if (event.type === 'transition') moved(event.payload, at);
        else if (event.type === 'step_start') begun = at;
        else ended = endedStep(event) ?? ended;
    },
  };
}

/** By the rung that ends. */
const HOPS: Partial<Record<Rung, CancelHop>> = { abort: 'interruption', close: 'context_close' };
