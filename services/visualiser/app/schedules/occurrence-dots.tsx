import { useRef, useState } from 'preact/hooks';
import type { Occurrence, Schedule } from '#shared/api/contract/schedules/schedules.ts';
import { Icon } from '../kit/icon.tsx';
import { hashOf } from '../session/route.ts';
import { lookOf, OCCURRENCE_SIGNS } from './occurrence-look.ts';
import { occurrenceText } from './occurrence-text.ts';
import { schedulesText } from './schedules-text.ts';

/** What became of its last times, the newest to the right, and in words what became of one: that which is pointed at, or the newest. */
export function OccurrenceDots({ schedule: { last, timezone } }: { schedule: Schedule }) {
  const words = schedulesText.value;
  const [pointed, setPointed] = useState<string>();
  const row = useRef<HTMLDivElement>(null);
  const newest = last[0];
  if (!newest) return <p class="soft">{words.noLast}</p>;
  const shown = last.find(({ nominalAt }) => nominalAt === pointed) ?? newest;
  return (
    <div class="dots-part">
      <h3>{words.last}</h3>
      {/* One stop of the Tab key, as fifty would be too many. */}
      <div
        ref={row}
        class="dots"
        role="toolbar"
        aria-label={words.last}
        title={words.lastHint}
        onKeyDown={(event) => goOn(event, row.current)}
        onPointerLeave={() => setPointed(undefined)}
      >
        {last.toReversed().map((one) => (
          <Dot
            key={one.nominalAt}
            occurrence={one}
            text={occurrenceText(one, timezone)}
            isStop={one === shown}
            onPoint={() => setPointed(one.nominalAt)}
          />
        ))}
      </div>
      <p class={`dots-said tone-${OCCURRENCE_SIGNS[lookOf(shown)].tone}`}>
        {occurrenceText(shown, timezone)}
      </p>
    </div>
  );
}

interface DotProps {
  occurrence: Occurrence;
  text: string;
  /** The Tab key stops here. */
  isStop: boolean;
  onPoint(): void;
}

/** Leads to its run, if it has one. */
function Dot({ occurrence, text, isStop, onPoint }: DotProps) {
  const { runId } = occurrence;
  const look = lookOf(occurrence);
  const { icon, tone, isHollow } = OCCURRENCE_SIGNS[look];
  const given = {
    class: `dot tone-${tone}${isHollow ? ' is-hollow' : ''}`,
    'data-look': look,
    'aria-label': text,
    title: text,
    tabIndex: isStop ? 0 : -1,
    onFocus: onPoint,
    onPointerEnter: onPoint,
  };
  const sign = <Icon name={icon} size={12} />;
  if (runId === undefined)
    return (
      <button type="button" {...given}>
        {sign}
      </button>
    );
  return (
    <a href={hashOf({ view: 'run', id: runId })} {...given}>
      {sign}
    </a>
  );
}

/** The arrow keys go from one to the next, Home and End to both ends. */
function goOn(event: KeyboardEvent, row: HTMLElement | null): void {
  const all = [...(row?.querySelectorAll<HTMLElement>('.dot') ?? [])];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  all[Math.max(0, Math.min(next, all.length - 1))]?.focus();
}
