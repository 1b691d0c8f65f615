/*
 * The way that a run went through its machine, in order: where it was and how long. What goes to and fro within a box
 * inside a box (the steps of a flow, each between two commits) is one stop. Pure.
 */
import type { Visit } from '#shared/domain/story/history.ts';
import { stateName } from '#shared/domain/words/state-name.ts';

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

export function wayOf(visits: readonly Visit[]): Stop[] {
  const way: Stop[] = [];
  for (const { state, entered } of visits) {
    const last = way.at(-1);
    const next = stopAt(state, entered.seq, entered.at);
    if (next.id === last?.id) continue;
    if (last) last.ms = next.since - last.since;
    way.push(next);
  }
  return way;
}

function stopAt(state: string, seq: number, since: number): Stop {
  const parts = state.split('.');
  const id = parts.length > 2 ? parts.slice(0, 2).join('.') : state;
  return { id, name: stateName(id), seq, since };
}
