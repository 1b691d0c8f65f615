/*
 * What the owners of runs say of their pages. Owns, for a second each, what was answered: one question for a run and a
 * gateway, however many ask (I13); and which owners have missed their last questions. Nothing depends on an answer.
 */

import type { Bus } from '#shared/adapters/bus/bus.ts';
import { type LookReply, type LookRequest, lookReplySchema } from '#shared/adapters/bus/command.ts';
import { BusError } from '#shared/adapters/bus/errors.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { RecentMap } from '#shared/platform/async/recent-map.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';

/** `silent`: it gave no answer twice, though it had answered before. */
export type OwnerAnswer = LookReply | NoAnswer | 'silent';
/**
 * `late`: it did not answer in time, though NATS did. `absent`: no process subscribes for its run, which proves nothing.
 * `unreachable`: NATS is out of reach. `unasked`: there was no reason or no way to ask.
 */
type NoAnswer = 'late' | 'absent' | 'unreachable' | 'unasked';
export type AskOwner = (run: Asking) => Promise<OwnerAnswer>;

interface Asking {
  id: string;
  epoch: number;
  state: string;
}

interface Owner {
  /** What it was asked last, and until when the answer is good. */
  asked?: { state: string; answer: Promise<OwnerAnswer>; goodUntil: number };
  /** Until it has, an answer that is late says nothing: its actor may just be starting. */
  hasAnswered: boolean;
  /** Questions in a row that it has not answered. */
  missed: number;
}

/** An owner waits up to half a second for its page, ms. */
const WITHIN_MS = 700;
const GOOD_MS = 1_000;
/** How long an owner is remembered after the last question about it, ms. */
const KEPT_MS = 5_000;

/** How long NATS has to answer once an owner has not, ms: a server that does not answer may have delivered nothing. */
const NATS_WITHIN_MS = 300;

export interface AskOwnerDeps {
  bus: Pick<Bus, 'request' | 'answers'>;
  /** Whether NATS is known to be out of reach. */
  isNatsOut(): boolean;
  now?: () => number;
}

export function createAskOwner(deps: AskOwnerDeps): AskOwner {
  const { isNatsOut, now = () => performance.now() } = deps;
  /** Keyed by run and epoch. */
  const owners = new RecentMap<string, Owner>({ keptMs: KEPT_MS, now });

  function ask(owner: Owner, run: Asking): Promise<OwnerAnswer> {
    const asked = { state: run.state, goodUntil: Number.POSITIVE_INFINITY, answer: answered() };
    owner.asked = asked;
    return asked.answer;

    async function answered(): Promise<OwnerAnswer> {
      const answer = await request(deps, run);
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

  return async (run) => {
    if (isNatsOut()) return 'unreachable';
    const owner = owners.getOrSet(`${run.id} ${run.epoch}`, () => ({ hasAnswered: false, missed: 0 }));
    const { asked } = owner;
    return asked?.state === run.state && now() < asked.goodUntil ? asked.answer : ask(owner, run);
  };
}

async function request(
  { bus, isNatsOut }: AskOwnerDeps,
  { id, epoch }: Asking,
): Promise<LookReply | NoAnswer> {
  const look: LookRequest = { type: 'LOOK', epoch };
  try {
    return lookReplySchema.parse(await bus.request(subjects.command(id), look, WITHIN_MS));
  } catch (error) {
    if (!(error instanceof BusError)) return 'late';
    if (error.code === 'no_responders') return 'absent';
    if (error.code === 'timeout' && (await natsAnswers(bus))) return 'late';
    return isNatsOut() ? 'unreachable' : 'unasked';
  }
}

async function natsAnswers(bus: AskOwnerDeps['bus']): Promise<boolean> {
  let has = false;
  const answered = bus.answers().then(() => {
    has = true;
  });
  await settlesWithin(answered, NATS_WITHIN_MS);
  return has;
}
