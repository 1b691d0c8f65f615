import { useEffect } from 'preact/hooks';
import { formatOffset } from '../model/duration.ts';
import { eventDetail, eventName, eventTone } from '../model/event-text.ts';
import type { PastEvent } from '../model/history.ts';
import { text } from '../text/text.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon, type IconName } from './icon.tsx';

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
export function TimeSlider(props: TimeSliderProps) {
  const { events, startedAt, seq, seqNow, isLive, hasEnded, link, onMove } = props;
  const { run, app } = text.value;
  const last = events.at(-1)?.seq ?? 0;
  const current = events.findLast((event) => event.seq <= seq);
  const offset = formatOffset(current ? current.time - startedAt : 0);
  const told = current ? `${eventName(current, run)} ${eventDetail(current, run)}` : run.start;
  const move = (next: number) => onMove(next >= last ? undefined : Math.max(0, next));
  const step = (by: number) => move(seqNow() + by);
  useArrowKeys(step);
  return (
    <div class="slider">
      <div class="slider-row">
        <StepButton label={run.before} sign="←" icon="left" disabled={seq <= 0} onClick={() => step(-1)} />
        <div class="slider-track">
          <Marks events={events} last={last} />
          <input
            type="range"
            min={0}
            max={last}
            step={1}
            value={seq}
            aria-label={run.slider}
            aria-valuetext={`${run.moment(seq, last)}, ${offset}: ${told}`}
            onInput={(event) => move(Number(event.currentTarget.value))}
          />
        </div>
        <StepButton label={run.after} sign="→" icon="right" disabled={seq >= last} onClick={() => step(1)} />
        <LiveButton isLive={isLive} hasEnded={hasEnded} onClick={() => onMove(undefined)} />
      </div>
      <p class="slider-told">
        <span class="slider-seq">{run.moment(seq, last)}</span>
        <span class="slider-offset">{offset}</span>
        <span class="slider-event">{told}</span>
        <CopyButton value={link} label={app.copyLink} icon="link" />
      </p>
    </div>
  );
}

interface StepButtonProps {
  label: string;
  /** Of the key that does the same. */
  sign: string;
  icon: IconName;
  disabled: boolean;
  onClick(): void;
}

function StepButton({ label, sign, icon, disabled, onClick }: StepButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={`${label} (${sign})`}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function LiveButton(props: { isLive: boolean; hasEnded: boolean; onClick(): void }) {
  const { isLive, hasEnded, onClick } = props;
  const { run } = text.value;
  return (
    <button
      type="button"
      class={`button live${isLive ? ' is-on' : ''}`}
      aria-pressed={isLive}
      title={hasEnded ? run.toEnd : run.toLive}
      onClick={onClick}
    >
      <Icon name={hasEnded ? 'right' : 'dot'} size={14} />
      {hasEnded ? run.toEnd : run.live}
    </button>
  );
}

/** A line for each event, in the colour of what it tells. */
function Marks({ events, last }: { events: readonly PastEvent[]; last: number }) {
  return (
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
  );
}

function useArrowKeys(step: (by: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isTaken(event.target))
        return;
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      step(by);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

/** Whether arrow keys mean something else there. */
function isTaken(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, dialog form, [role=tablist], .menu-panel') !== null
  );
}
