import type { PastEvent } from './history.ts';

/** An event of a run with how long it took, or what came of it. */
export interface TimelineRow {
  event: PastEvent;
  /** From the run's start, ms. */
  offset: number;
  /** Of a transition: how long the state that it led to lasted; of a step's end: how long the step took. ms */
  took?: number;
  /** The state that it led to is the one that the run is in. */
  open?: boolean;
}

export function timelineOf(startedAt: number, events: readonly PastEvent[]): TimelineRow[] {
  const begun = new Map<string, number>();
  let latest: TimelineRow | undefined;
  return events.map((event) => {
    const row: TimelineRow = { event, offset: Math.max(0, event.time - startedAt) };
    const step = stepOf(event);
    if (step?.isEnd) row.took = Math.max(0, event.time - (begun.get(step.key) ?? event.time));
    else if (step) begun.set(step.key, event.time);
    if (event.type === 'transition') {
      if (latest) {
        latest.took = Math.max(0, row.offset - latest.offset);
        delete latest.open;
      }
      latest = row;
      if (event.payload.to.includes('.')) row.open = true;
    }
    return row;
  });
}

/** Which step it is the begin or the end of. */
function stepOf(event: PastEvent): { key: string; isEnd: boolean } | undefined {
  switch (event.type) {
    case 'step_start':
    case 'step_success':
    case 'step_failure':
      return { key: `step:${event.stepIndex}`, isEnd: event.type !== 'step_start' };
    case 'cleanup_start':
    case 'cleanup_success':
    case 'cleanup_failure':
      return { key: `cleanup:${event.stepIndex}`, isEnd: event.type !== 'cleanup_start' };
    default:
      return undefined;
  }
}
