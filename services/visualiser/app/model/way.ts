/*
 * The way that a run went through its machine, in order: where it was and how long. What goes to and fro within a box
 * inside a box (the steps of a flow, each between two commits) is one stop. Pure.
 */
import type { PastEvent } from './history.ts';
import { nameOf } from './state-name.ts';

/** One stop of the way. */
export interface Stop {
  /** The state, or the box that several of them are in. */
  id: string;
  name: string;
  /** The event by which the run came here; 0 for the state that it began in. */
  seq: number;
  /** When, epoch ms. */
  since: number;
  /** How long it stayed, ms; absent of the stop that it is at. */
  ms?: number;
}

/** `events` are all from the first one on; the way is as far as the event `seq`. */
export function wayOf(begunIn: string, startedAt: number, events: readonly PastEvent[], seq: number): Stop[] {
  const way: Stop[] = [stopAt(begunIn, 0, startedAt)];
  for (const event of events) {
    if (event.seq > seq) break;
    if (event.type !== 'transition') continue;
    const last = way.at(-1)!;
    const next = stopAt(event.payload.to, event.seq, Math.max(last.since, event.time));
    if (next.id === last.id) continue;
    last.ms = next.since - last.since;
    way.push(next);
  }
  return way;
}

function stopAt(state: string, seq: number, since: number): Stop {
  const parts = state.split('.');
  const id = parts.length > 2 ? parts.slice(0, 2).join('.') : state;
  return { id, name: nameOf(id), seq, since };
}
