import { useEffect, useRef, useState } from 'preact/hooks';
import { neverBegan } from '#shared/domain/events/never-began.ts';
import type { History } from '#shared/domain/story/history.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { formatOffset } from '../../text/duration.ts';
import { text } from '../../text/text.ts';
import { eventDetail, eventError, eventName, eventTone } from '../event-text.ts';
import { isLong, MoreButton } from '../long-text.tsx';
import { showInBox } from './follow.ts';
import { type TimelineRow, timelineOf } from './timeline.ts';

export interface TimelineProps {
  events: readonly PastEvent[];
  /** The history of all these events. */
  history: History;
  seq: number;
  onMove(seq: number): void;
}

/** Every event in its order; the one that is looked at is marked, what came after it is dim. */
export function Timeline({ events, history, seq, onMove }: TimelineProps) {
  const { run } = text.value;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => showInBox(list.current, '[aria-current]'), [seq, events.length]);
  if (events.length === 0) return <p class="nothing">{run.noEvents}</p>;
  return (
    <ol class="timeline" ref={list}>
      {timelineOf(history, events).map((row) => (
        <Row key={row.event.seq} row={row} seq={seq} onMove={onMove} />
      ))}
    </ol>
  );
}

interface RowProps {
  row: TimelineRow;
  /** The one that is looked at. */
  seq: number;
  onMove(seq: number): void;
}

/** The error of a failed step is shown in full. */
function Row({ row: { event, offset, took }, seq, onMove }: RowProps) {
  const { run } = text.value;
  const [isWanted, setWanted] = useState<boolean | undefined>(undefined);
  const isOpen = isWanted ?? (event.type === 'step_failure' && !neverBegan(event));
  const [name, detail, error = ''] = [
    eventName(event, run),
    eventDetail(event, text.value),
    eventError(event),
  ];
  const classes = [event.seq > seq && 'is-ahead', isOpen && 'is-open'];
  return (
    <li class={classes.filter(Boolean).join(' ')}>
      <button
        type="button"
        class="timeline-event"
        aria-current={event.seq === seq ? 'true' : undefined}
        onClick={() => onMove(event.seq)}
      >
        <span class={`timeline-dot mark-${eventTone(event)}`} aria-hidden="true" />
        <span class="timeline-offset">{formatOffset(offset)}</span>
        <span class="timeline-name">{name}</span>
        <span class="timeline-took">{took === undefined ? '' : formatDuration(took)}</span>
        <span class="timeline-detail isolated clamp">{detail}</span>
        {error !== '' && <span class="timeline-error isolated clamp">{error}</span>}
      </button>
      {(isLong(detail) || isLong(error)) && (
        <MoreButton isOpen={isOpen} about={`${event.seq}. ${name}`} onToggle={setWanted} />
      )}
    </li>
  );
}
