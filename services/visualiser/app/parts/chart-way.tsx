import { formatDuration } from '#shared/events/duration.ts';
import type { Outcome } from '#shared/run/outcome.ts';
import type { Moment } from '../model/history.ts';
import { nameOf } from '../model/state-name.ts';
import type { Stop } from '../model/way.ts';
import { stateText } from '../text/state.ts';
import { text } from '../text/text.ts';

export interface ChartWayProps {
  moment: Moment;
  way: readonly Stop[];
  /** Until when the last stop lasts, epoch ms. */
  now: number;
  isLive: boolean;
  tone: string;
  /** Of a run that has ended by the moment. */
  outcome: Outcome;
}

/** Where the run is in words, and the way there: each stop in its order, with its time. */
export function ChartWay({
  moment: { state, ended, visits },
  way,
  now,
  isLive,
  tone,
  outcome,
}: ChartWayProps) {
  const { run, states, standing } = text.value;
  const since = visits.get(state)?.since;
  return (
    <div class={`chart-way tone-${tone}`}>
      <p class="chart-now">
        <span class="chart-now-when">{ended ? run.endedAs : isLive ? run.isIn : run.wasIn}</span>{' '}
        <strong>{ended ? standing[outcome] : nameOf(state)}</strong>
        {!ended && since !== undefined && (
          <span class="chart-now-time">{formatDuration(Math.max(0, now - since))}</span>
        )}
        <span class="chart-now-text">{ended ? run.outcomeTexts[outcome] : stateText(states, state)}</span>
      </p>
      <ol class="way" aria-label={run.way}>
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
