import type { EventOf, NewEvent } from '#shared/events/events.ts';
import { type CancelHop, METRICS } from '#shared/metrics/instruments.ts';
import type { Rung } from '#shared/run/meaning.ts';
import { meaningOf } from '#shared/run/states.ts';
import { endedStep, type StepEnd } from './step-end.ts';

/** Times the steps of one run and the hops of its cancel, from the events that its owner has stored, in their order. */
export interface RunMeter {
  stored(events: readonly NewEvent[]): void;
}

type Moved = EventOf<'transition'>['payload'];

export function createRunMeter(): RunMeter {
  /** When the machine entered the state that it is in, epoch ms. */
  let since: number | undefined;
  /** When it began the step that is under way, which a cancel takes through further states. */
  let begun: number | undefined;
  let ended: StepEnd | undefined;

  const moved = ({ from, to, at }: Moved) => {
    const now = at === undefined ? undefined : Date.parse(at);
    if (now !== undefined && begun !== undefined && ended)
      METRICS.steps.record(now - begun, {
        'ghostly.step.action': ended.action,
        'ghostly.step.result': ended.result,
      });
    const { rung } = meaningOf(from);
    const hop = rung && HOPS[rung];
    if (now !== undefined && since !== undefined && hop && meaningOf(to).rung !== 'kill')
      METRICS.cancelHops.record(now - since, { 'ghostly.cancel.hop': hop });
    ended = undefined;
    since = now;
  };

  return {
    stored(events) {
      for (const event of events)
        if (event.type === 'transition') moved(event.payload);
        else if (event.type === 'step_start') begun = since;
        else ended = endedStep(event) ?? ended;
    },
  };
}

/** By the rung that ends. */
const HOPS: Partial<Record<Rung, CancelHop>> = { abort: 'interruption', close: 'context_close' };
