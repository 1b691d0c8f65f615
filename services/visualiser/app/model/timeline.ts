import { type RunEvent, timeOf } from './history.ts';

/** An event of a run with how long it took, or what came of it. */
export interface TimelineRow {
  event: RunEvent;
  /** From the run's start, ms. */
  offset: number;
  /** Of a transition: how long the state that it led to lasted; of a step's end: how long the step took. ms */
  took?: number;
  /** The state that it led to is the one that the run is in. */
  open?: boolean;
}

export function timelineOf(startedAt: number, events: readonly RunEvent[]): TimelineRow[] {
  const begun = new Map<string, number>();
  let latest: TimelineRow | undefined;
  return events.map((event) => {
    const at = timeOf(event);
    const row: TimelineRow = { event, offset: Math.max(0, at - startedAt) };
    const [, phase, what] = /^(step|cleanup)_(start|success|failure)$/.exec(event.type) ?? [];
    const key = `${phase}:${event.stepIndex}`;
    if (what === 'start') begun.set(key, at);
    else if (what !== undefined) row.took = Math.max(0, at - (begun.get(key) ?? at));
    if (event.type === 'transition') {
      if (latest) {
        latest.took = Math.max(0, row.offset - latest.offset);
        delete latest.open;
      }
      latest = row;
      if (String(event.payload.to).includes('.')) row.open = true;
    }
    return row;
  });
}
