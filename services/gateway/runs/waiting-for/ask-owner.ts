/*
 * What the owners of runs say of their pages. Owns, for a second each, what was answered: one question for a run and a
 * gateway, however many ask (I13). Nothing depends on an answer.
 */
import type { Bus } from '#shared/bus/bus.ts';
import { type LookReply, type LookRequest, lookReplySchema } from '#shared/bus/command.ts';
import { BusError } from '#shared/bus/errors.ts';
import { subjects } from '#shared/bus/subjects.ts';

/** `silent`: it did not answer in time. `unasked`: there was no reason or no way to ask. */
export type OwnerAnswer = LookReply | 'silent' | 'unasked';
export type AskOwner = (run: { id: string; epoch: number; state: string }) => Promise<OwnerAnswer>;

/** An owner waits up to half a second for its page. */
const WITHIN_MS = 800;
const GOOD_MS = 1_000;

export function createAskOwner(bus: Bus, now: () => number = () => performance.now()): AskOwner {
  /** The oldest first. */
  const known = new Map<string, { at: number; answer: Promise<OwnerAnswer> }>();
  return ({ id, epoch, state }) => {
    for (const [key, { at }] of known) {
      if (now() - at < GOOD_MS) break;
      known.delete(key);
    }
    const key = `${id} ${epoch} ${state}`;
    const answer = known.get(key)?.answer ?? ask(bus, id, epoch);
    if (!known.has(key)) known.set(key, { at: now(), answer });
    return answer;
  };
}

async function ask(bus: Bus, runId: string, epoch: number): Promise<OwnerAnswer> {
  const request: LookRequest = { type: 'LOOK', epoch };
  try {
    return lookReplySchema.parse(await bus.request(subjects.command(runId), request, WITHIN_MS));
  } catch (error) {
    return error instanceof BusError && error.code === 'unavailable' ? 'unasked' : 'silent';
  }
}
