import type { History } from '#shared/domain/story/history.ts';
import type { PastEvent } from '#shared/domain/story/when.ts';

/** An event of a run with how long it took, or what came of it. */
export interface TimelineRow {
  event: PastEvent;
  /** The time from the run's start, ms. */
  offset: number;
  /** How long the state lasted that a transition led to, or the step took that ended, ms. */
  took?: number;
}

/** `history` is of all these events. */
export function timelineOf({ visits, steps }: History, events: readonly PastEvent[]): TimelineRow[] {
  const startedAt = visits[0].entered.at;
  const ends = new Set(events.filter(({ type }) => /^(step|cleanup)_/.test(type)).map(({ seq }) => seq));
  const spans = [
    // What else may end a step, such as the end of the run, is no event of it.
    ...steps
      .filter(({ ended }) => ended && ends.has(ended.seq))
      .map(({ began, ended }) => ({ seq: ended?.seq, from: began.at, to: ended?.at })),
    ...visits.map(({ entered }, n) => ({
      seq: entered.seq,
      from: entered.at,
      to: visits[n + 1]?.entered.at,
    })),
  ];
  const took = new Map(spans.map(({ seq, from, to }) => [seq, to === undefined ? undefined : to - from]));
  return events.map((event) => {
    const ms = took.get(event.seq);
    return { event, offset: Math.max(0, event.time - startedAt), ...(ms !== undefined && { took: ms }) };
  });
}
