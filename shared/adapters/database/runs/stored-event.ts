import type { RunEvent } from '#shared/domain/events/events.ts';

/** An event as SQL makes JSON of it; its time is a text, in the zone of the session. */
export interface StoredEvent {
  seq: number;
  type: string;
  at: string;
  stepIndex: number | null;
  payload: Record<string, unknown>;
}

export const EVENT_OBJECT = `json_build_object('type', type, 'seq', seq, 'at', at, 'stepIndex', step_index, 'payload', payload)`;

/** What was stored was written by the types; a newer version may have written others. */
export const eventOf = ({ type, seq, at, stepIndex, payload }: StoredEvent): RunEvent =>
  ({
    type,
    seq,
    at: new Date(at).toISOString(),
    ...(stepIndex !== null && { stepIndex }),
    payload,
  }) as RunEvent;
