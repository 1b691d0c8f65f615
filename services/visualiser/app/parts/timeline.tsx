import { useEffect, useRef } from 'preact/hooks';
import { formatDuration } from '#shared/events/duration.ts';
import { formatOffset } from '../model/duration.ts';
import { eventDetail, eventError, eventName, eventTone } from '../model/event-text.ts';
import type { PastEvent } from '../model/history.ts';
import { timelineOf } from '../model/timeline.ts';
import { text } from '../text/text.ts';

export interface TimelineProps {
  events: readonly PastEvent[];
  startedAt: number;
  seq: number;
  onMove(seq: number): void;
}

/** Every event in its order; the one that is looked at is marked, what came after it is dim. */
export function Timeline({ events, startedAt, seq, onMove }: TimelineProps) {
  const { run } = text.value;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const box = list.current;
    const row = box?.querySelector<HTMLElement>('[aria-current]');
    if (!box || !row) return;
    const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
  }, [seq, events.length]);
  if (events.length === 0) return <p class="nothing">{run.noEvents}</p>;
  return (
    <ol class="timeline" ref={list}>
      {timelineOf(startedAt, events).map(({ event, offset, took }) => (
        <li key={event.seq} class={event.seq > seq ? 'is-ahead' : ''}>
          <button
            type="button"
            aria-current={event.seq === seq ? 'true' : undefined}
            onClick={() => onMove(event.seq)}
          >
            <span class={`timeline-dot mark-${eventTone(event)}`} aria-hidden="true" />
            <span class="timeline-offset">{formatOffset(offset)}</span>
            <span class="timeline-name">{eventName(event, run)}</span>
            <span class="timeline-took">{took === undefined ? '' : formatDuration(took)}</span>
            <span class="timeline-detail">{eventDetail(event, run)}</span>
            {eventError(event) !== undefined && <span class="timeline-error">{eventError(event)}</span>}
          </button>
        </li>
      ))}
    </ol>
  );
}
