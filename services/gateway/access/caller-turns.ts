/*
 * The turns of callers, before every handler: a few requests of a user at a time, more wait in order, further ones
 * are refused. No user waits for another (I13), nothing urgent for what may be long (I14). Owns the queues, not the
 * connections.
 */
import { setImmediate as nextTurnOfLoop } from 'node:timers/promises';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { TooManyWaitingError } from '#shared/platform/async/turns.ts';
import { RequestError } from '../http/errors.ts';
import { createRightOfWay, type RightOfWay } from './right-of-way.ts';
import { createTurnsByName } from './turns-by-name.ts';

/**
 * Requests of one user at a time: all that are under way may go on in the same turn of the event loop, which others wait
 * for. The number of changes follows from the connections (`changesOfOneUser`).
 */
const AT_ONCE = { cancels: 2, reads: 2, streams: 2, lists: 1, searches: 1 };
/** Callers of one user or address that are looked up at a time. */
const SIGN_INS_AT_ONCE = 4;
/** `Retry-After` of a refused request, s. */
const RETRY_AFTER_S = 1;

export type Kind = keyof typeof AT_ONCE | 'changes';

/** Left at the end of its request, or as soon as the request only waits for something that takes long. */
export interface Turn extends Disposable {
  /** Any further call does nothing. */
  leave(): void;
  /** Leaves it, does what only waits, and takes another turn of the same kind. */
  outside: OutsideTurn;
}

/** Rejects as the work does, or as `take`. */
export type OutsideTurn = <Result>(wait: () => Promise<Result>) => Promise<Result>;

export interface CallerTurns {
  /** Rejects with "too many requests" if too many of this kind and user wait already. */
  take(kind: Kind, userId: string): Promise<Turn>;
  /** Looks up who calls; `from`: the user, if these credentials were valid lately, or else the address. Those who cancel do not wait for the others. */
  signIn<Result>(kind: Kind, from: string, lookUp: () => Promise<Result>): Promise<Result>;
  /** What waits is refused because the database does not answer: its turn may be long in coming. */
  refuseWaiting(): void;
}

interface Options {
  /** Requests of a user and kind that wait. */
  most: number;
  /** Changes of a user, at a time. */
  changes: number;
  /** What has waited lets cancels pass that have not. */
  cancels?: RightOfWay;
}

export function createCallerTurns({ most, changes, cancels = createRightOfWay() }: Options): CallerTurns {
  const turnsOf = (atOnce: number) => createTurnsByName({ atOnce, waiting: most });
  const requests = Object.fromEntries(
    Object.entries({ ...AT_ONCE, changes }).map(([kind, atOnce]) => [kind, turnsOf(atOnce)]),
  ) as Record<Kind, ReturnType<typeof turnsOf>>;
  const signIns = { cancels: turnsOf(SIGN_INS_AT_ONCE), others: turnsOf(SIGN_INS_AT_ONCE) };
  const letBegin = createBeginnings(cancels);
  const refusals = turnsOfLoop();

  async function refusalOf(name: string, error: unknown): Promise<unknown> {
    if (!(error instanceof TooManyWaitingError)) return error;
    await refusals(name);
    return new RequestError('too_many_requests', { retryAfterS: RETRY_AFTER_S, cause: error });
  }

  async function begin(kind: Kind, userId: string): Promise<Begun> {
    const [begun, over] = [Promise.withResolvers<Begun>(), Promise.withResolvers<void>()];
    let hasWaited = false;
    const held = async () => {
      const end = await letBegin(kind, userId, hasWaited);
      begun.resolve({ leave: over.resolve, end });
      await over.promise;
    };
    requests[kind].take(userId, held).catch(begun.reject);
    hasWaited = true;
    try {
      return await begun.promise;
    } catch (error) {
      throw await refusalOf(userId, error);
    }
  }

  return {
    take: (kind, userId) => turnOf(() => begin(kind, userId)),
    async signIn(kind, from, lookUp) {
      const turns = kind === 'cancels' ? signIns.cancels : signIns.others;
      try {
        return await turns.take(from, lookUp);
      } catch (error) {
        throw await refusalOf(from, error);
      }
    },
    refuseWaiting() {
      const message = 'the database was out of reach before the turn of this request came';
      const reason = new DatabaseUnavailableError(message, { mayHaveTakenEffect: false });
      for (const turns of [...Object.values(requests), ...Object.values(signIns)])
        turns.refuseWaiting(reason);
    },
  };
}

/** A request whose turn it is. */
interface Begun {
  leave(): void;
  /** Other requests need not let it pass any more. */
  end(): void;
}

async function turnOf(begin: () => Promise<Begun>): Promise<Turn> {
  let begun = await begin();
  const end = () => {
    begun.leave();
    begun.end();
  };
  return {
    leave: () => begun.leave(),
    async outside(wait) {
      end();
      const result = await wait();
      begun = await begin();
      return result;
    },
    [Symbol.dispose]: end,
  };
}

/**
 * What has waited lets cancels pass that have not, and then begins one by one, as what is refused is refused: in each turn
 * of the event loop, which all users share, one of each. Resolves to what is to be called at the end of the request.
 */
function createBeginnings(cancels: RightOfWay) {
  const beginnings = turnsOfLoop();
  return async (kind: Kind, userId: string, hasWaited: boolean): Promise<() => void> => {
    if (!hasWaited) return kind === 'cancels' ? cancels.take() : () => undefined;
    await cancels.give();
    await beginnings(userId);
    return () => undefined;
  };
}

/** Lets those of a name go on one by one, each in another turn of the event loop. */
function turnsOfLoop(): (name: string) => Promise<void> {
  const turns = createTurnsByName({ atOnce: 1, waiting: Number.POSITIVE_INFINITY });
  return (name) => turns.take(name, () => nextTurnOfLoop());
}
