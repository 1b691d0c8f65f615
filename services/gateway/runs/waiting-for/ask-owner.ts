/*
 * What the owners of runs say of their pages. Owns, for a second each, what was answered: one question for a run and a
 * gateway, however many ask (I13); and which owners have missed their last questions. Nothing depends on an answer.
 */

import type { Bus } from '#shared/adapters/bus/bus.ts';
import { type LookReply, type LookRequest, lookReplySchema } from '#shared/adapters/bus/command.ts';
import { BusError } from '#shared/adapters/bus/errors.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { RecentMap } from '#shared/platform/async/recent-map.ts';

/**
 * `late`: it did not answer in time. `silent`: nor did it the time before, though it had answered before that. `unasked`:
 * there was no reason or no way to ask.
 */
export type OwnerAnswer = LookReply | 'late' | 'silent' | 'unasked';
export type AskOwner = (run: Asking) => Promise<OwnerAnswer>;

interface Asking {
  id: string;
  epoch: number;
  state: string;
}

interface Owner {
  /** What it was asked last, and until when the answer is good. */
  asked?: { state: string; answer: Promise<OwnerAnswer>; goodUntil: number };
  /** Until it has, a missing answer says nothing: its actor may just be starting. */
  hasAnswered: boolean;
  /** Questions in a row that it has not answered. */
  missed: number;
}

/** An owner waits up to half a second for its page, ms. */
const WITHIN_MS = 700;
const GOOD_MS = 1_000;
/** How long an owner is remembered about which nobody asks, ms. */
const KEPT_MS = 5_000;

/** An owner that is `silent` has given no answer for so long, ms. */
export const SILENT_MS = 2 * WITHIN_MS;

export function createAskOwner(bus: Bus, now: () => number = () => performance.now()): AskOwner {
  /** Keyed by run and epoch. */
  const owners = new RecentMap<string, Owner>({ keptMs: KEPT_MS, now });

  function ask(owner: Owner, run: Asking): Promise<OwnerAnswer> {
    const asked = { state: run.state, goodUntil: Number.POSITIVE_INFINITY, answer: answered() };
    owner.asked = asked;
    return asked.answer;

    async function answered(): Promise<OwnerAnswer> {
      const answer = await request(bus, run);
      asked.goodUntil = now() + GOOD_MS;
      owner.hasAnswered ||= typeof answer === 'object';
      owner.missed = answer === 'late' ? owner.missed + 1 : 0;
      if (answer !== 'late' || !owner.hasAnswered) return answer;
      if (owner.missed > 1) return 'silent';
      // The owner is asked again right away: the next caller then learns whether it is silent.
      if (owner.asked === asked) void ask(owner, run);
      return answer;
    }
  }

  return (run) => {
    const owner = owners.getOrSet(`${run.id} ${run.epoch}`, () => ({ hasAnswered: false, missed: 0 }));
    const { asked } = owner;
    return asked?.state === run.state && now() < asked.goodUntil ? asked.answer : ask(owner, run);
  };
}

async function request(bus: Bus, { id, epoch }: Asking): Promise<LookReply | 'late' | 'unasked'> {
  const look: LookRequest = { type: 'LOOK', epoch };
  try {
    return lookReplySchema.parse(await bus.request(subjects.command(id), look, WITHIN_MS));
  } catch (error) {
    return error instanceof BusError && error.code === 'unavailable' ? 'unasked' : 'late';
  }
}
