import type { StepSpan } from '#shared/domain/story/history.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { eventTone } from '../event-text.ts';
import { type AxisBar, stepsBetween, ticksOf } from './axis.ts';
import type { TimeScale } from './time-scale.ts';

/** A transform moves what is drawn, without a new layout of the page. */
const placed = (left: number, right = left) => ({
  transform: `translateX(${left.toFixed(1)}px)`,
  ...(right > left && { width: `${(right - left).toFixed(1)}px` }),
});

interface RowProps {
  scale: TimeScale;
  /** The width of the sheet, px. */
  width: number;
}

/** What the run did: in each state, and on top of that in each step. */
export function AxisBars({ bars, scale, width }: RowProps & { bars: readonly AxisBar[] }) {
  return (
    <div class="axis-bars">
      {bars.map(({ key, from, to, tone, label }) => {
        const [left, right] = [scale.at(from) * width, scale.at(to) * width];
        return (
          <span key={key} class={`axis-bar axis-bar-${tone}`} style={placed(left, right)}>
            {label !== '' && <span>{label}</span>}
          </span>
        );
      })}
    </div>
  );
}

/** A line for each event, in the colour of what it tells. */
export function AxisMarks({ events, scale }: { events: readonly PastEvent[]; scale: TimeScale }) {
  const tones = Map.groupBy(events, eventTone);
  return (
    <svg class="axis-marks" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {[...tones].map(([tone, marked]) => (
        <path
          key={tone}
          class={`mark-${tone}`}
          d={marked.map(({ time }) => `M${scale.at(time).toFixed(5)} 0v1`).join('')}
        />
      ))}
    </svg>
  );
}

const APART_PX = 72;

export function AxisTicks({ scale, width }: RowProps) {
  return (
    <div class="axis-ticks">
      {width > 0 &&
        ticksOf(scale, width, APART_PX).map(({ at, label }) => (
          <span key={label} class="axis-tick" style={placed(at * width)}>
            <span>{label}</span>
          </span>
        ))}
    </div>
  );
}

/** Pauses that are drawn shorter, each with how long it was and the steps in it. */
export function AxisFolds({ scale, width, steps }: RowProps & { steps: readonly StepSpan[] }) {
  return scale.folds.map(({ from, to }) => {
    const [left, right] = [scale.at(from) * width, scale.at(to) * width];
    const about = ['⋯', formatDuration(to - from), stepsBetween(steps, from, to)].join(' ').trim();
    return (
      <span key={from} class="axis-fold" style={placed(left, right)} title={about}>
        <span>{about}</span>
      </span>
    );
  });
}
