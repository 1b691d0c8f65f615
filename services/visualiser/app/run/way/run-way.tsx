import type { Moment } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { useNow } from '../../kit/clock.ts';
import { text } from '../../text/text.ts';
import { toneOf } from '../tone.ts';
import { wayOf } from './way.ts';

export interface RunWayProps {
  moment: Moment;
  /** The moment is now: times grow. */
  isLive: boolean;
}

const TICK_MS = 200;

/** The way of a run to a moment in one line: each stop in its order, with its time, and how it ended. */
export function RunWay({ moment, isLive }: RunWayProps) {
  const isGrowing = isLive && moment.outcome === undefined;
  const clock = useNow(TICK_MS, isGrowing);
  const now = isGrowing ? Math.max(clock, moment.at) : moment.at;
  const { run, standing } = text.value;
  const way = wayOf(moment.visits);
  return (
    <ol class={`way tone-${toneOf(moment)}`} aria-label={run.way} data-moment-state={moment.state}>
      {way.map(({ id, name, seq, since, ms }, n) => {
        const isLast = n === way.length - 1;
        const took = isLast && moment.outcome ? undefined : (ms ?? Math.max(0, now - since));
        return (
          <li key={seq} class={isLast ? 'is-last' : ''} data-stop={id}>
            {isLast && moment.outcome ? standing[moment.outcome] : name}
            {took !== undefined && <span class="way-time">{formatDuration(took)}</span>}
          </li>
        );
      })}
    </ol>
  );
}
