import { EVENT_SCHEMAS, type EventType, type RunEvent } from './events.ts';

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
function isRunEvent(event: { type: string }): event is RunEvent {
  if (!Object.hasOwn(EVENT_SCHEMAS, event.type)) return false;
  const { error } = EVENT_SCHEMAS[event.type as EventType].safeParse(event);
  return error?.issues.every(({ code, path }) => code === 'invalid_value' && isWord(event, path)) ?? true;
}

const isWord = (event: object, path: PropertyKey[]): boolean =>
  typeof path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown>)[key], event) === 'string';
