import { EVENT_SHAPES } from './event-shapes.ts';
import type { RunEvent } from './events.ts';
import { hasShape } from './shape.ts';

/** One that is not known here: a newer version wrote it. It is shown by its name. */
export interface UnknownEvent {
  type: 'unknown';
  name: string;
  seq: number;
  at: string;
  stepIndex?: number | undefined;
  payload: Record<string, unknown>;
}

export type ReadEvent = RunEvent | UnknownEvent;

/** An event as this version knows it. Never throws: what does not say what its type says is unknown. */
export function readEvent(event: Omit<UnknownEvent, 'name' | 'type'> & { type: string }): ReadEvent {
  if (isRunEvent(event)) return event;
  const { type: name, seq, at, stepIndex, payload } = event;
  return { type: 'unknown', name, seq, at, stepIndex, payload };
}

/** A word that is not known here, such as a new source of cancels, is only shown: it makes no event unknown. */
const isRunEvent = (event: { type: string }): event is RunEvent =>
  Object.hasOwn(EVENT_SHAPES, event.type) && hasShape(event, EVENT_SHAPES[event.type]!);
