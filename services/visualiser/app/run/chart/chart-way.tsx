import { useState } from 'preact/hooks';
import type { Moment } from '#shared/domain/story/moment.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { stateName } from '#shared/domain/words/state-name.ts';
import { shownAsOf } from '../../kit/clock.ts';
import { text } from '../../text/text.ts';
import { stateText } from './state-text.ts';
import type { Stop } from './way.ts';

export interface ChartWayProps {
  moment: Moment;
  way: readonly Stop[];
  /** The end of the last stop, epoch ms. */
  now: number;
  isLive: boolean;
  tone: string;
}

/** Where the run is in words, and the way there: each stop in its order, with its time. */
export function ChartWay({ moment: { state, outcome, visits }, way, now, isLive, tone }: ChartWayProps) {
  const { run, states, standing } = text.value;
  const [isToGrow] = useState(outcome === undefined);
  const isNow = isLive && shownAsOf.value === undefined;
  const since = visits.at(-1)!.entered.at;
  return (
    <div class={`chart-way tone-${tone}`}>
      <p class="chart-now">
        <span class="chart-now-when">{outcome ? run.endedAs : isNow ? run.isIn : run.wasIn}</span>{' '}
        <strong>{outcome ? standing[outcome] : stateName(state)}</strong>
        {!outcome && <span class="chart-now-time">{formatDuration(Math.max(0, now - since))}</span>}
        <span class="chart-now-text">{outcome ? run.outcomeTexts[outcome] : stateText(states, state)}</span>
      </p>
      <ol class={isToGrow ? 'way is-to-grow' : 'way'} aria-label={run.way}>
        {way.map(({ id, name, seq, ms }, n) => (
          <li key={seq} class={n === way.length - 1 ? 'is-last' : ''} data-stop={id}>
            {name}
            {ms !== undefined && <span class="way-time">{formatDuration(ms)}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
