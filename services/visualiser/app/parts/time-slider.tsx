import { useEffect } from 'preact/hooks';
import { formatOffset } from '../model/duration.ts';
import { eventDetail, eventName, eventTone } from '../model/event-text.ts';
import type { PastEvent } from '../model/history.ts';
import { text } from '../text/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';

export interface TimeSliderProps {
  events: readonly PastEvent[];
  startedAt: number;
  /** The event that is looked at; 0 is before the first. */
  seq: number;
  /** The same at this very instant, before it is drawn: keys may come faster. */
  seqNow(): number;
  /** The last moment is looked at, whichever it will be. */
  isLive: boolean;
  hasEnded: boolean;
  link(): string;
  onMove(seq: number | undefined): void;
}

/** Moves through the run's events; arrow keys do so too, wherever nothing else takes them. */
export function TimeSlider({
  events,
  startedAt,
  seq,
  seqNow,
  isLive,
  hasEnded,
  link,
  onMove,
}: TimeSliderProps) {
  const { run, app } = text.value;
  const last = events.at(-1)?.seq ?? 0;
  const current = events.findLast((event) => event.seq <= seq);
  const offset = current ? formatOffset(current.time - startedAt) : formatOffset(0);
  const eventLabel = current ? `${eventName(current, run)} ${eventDetail(current, run)}` : run.start;
  const move = (next: number) => onMove(next >= last ? undefined : Math.max(0, next));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTaken(event.target))
        return;
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      move(seqNow() + step);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <div class="slider">
      <div class="slider-row">
        <button
          type="button"
          class="icon-button"
          aria-label={run.before}
          title={`${run.before} (←)`}
          disabled={seq <= 0}
          onClick={() => move(seqNow() - 1)}
        >
          <Icon name="left" />
        </button>
        <div class="slider-track">
          <svg viewBox={`0 0 ${Math.max(1, last)} 10`} preserveAspectRatio="none" aria-hidden="true">
            {events.map((event) => (
              <line
                key={event.seq}
                class={`mark-${eventTone(event)}`}
                x1={event.seq}
                x2={event.seq}
                y1="0"
                y2="10"
              />
            ))}
          </svg>
          <input
            type="range"
            min={0}
            max={last}
            step={1}
            value={seq}
            aria-label={run.slider}
            aria-valuetext={`${run.moment(seq, last)}, ${offset}: ${eventLabel}`}
            onInput={(event) => move(Number(event.currentTarget.value))}
          />
        </div>
        <button
          type="button"
          class="icon-button"
          aria-label={run.after}
          title={`${run.after} (→)`}
          disabled={seq >= last}
          onClick={() => move(seqNow() + 1)}
        >
          <Icon name="right" />
        </button>
        <button
          type="button"
          class={`button live${isLive ? ' is-on' : ''}`}
          aria-pressed={isLive}
          title={hasEnded ? run.toEnd : run.toLive}
          onClick={() => onMove(undefined)}
        >
          <Icon name={hasEnded ? 'right' : 'dot'} size={14} />
          {hasEnded ? run.toEnd : run.live}
        </button>
      </div>
      <p class="slider-told">
        <span class="slider-seq">{run.moment(seq, last)}</span>
        <span class="slider-offset">{offset}</span>
        <span class="slider-event">{eventLabel}</span>
        <CopyButton value={link} label={app.copyLink} icon="link" />
      </p>
    </div>
  );
}

/** Whether arrow keys mean something else there. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input, textarea, select, dialog form, [role=tablist], .chart-scroll:focus, .menu-panel',
    ) !== null
  );
}
