/*
 * What gateways want to see of one run, and which of its pictures they have taken. Owns no clock: times are monotonic, ms.
 * A gateway that takes nothing holds back nothing that another one takes.
 */
import { type FrameSize, type LiveAsk, WISH_MS, type Wish } from '#shared/adapters/bus/live/wish.ts';

export interface AskedPicture {
  page: number;
  size: FrameSize;
  /** The shortest time that any gateway wants. */
  everyMs: number;
}

/** Pictures that a gateway may be behind. */
const MOST_ON_THE_WAY = 2;

export const keyOf = ({ page, size }: Pick<AskedPicture, 'page' | 'size'>): string => `${page} ${size}`;

export class Interest {
  /** `since`: the last picture before the gateway came, which it was not sent. */
  readonly #wishes = new Map<string, { wish: Wish; until: number; since: number }>();
  readonly #sent = new Map<string, number[]>();
  #last = 0;

  /** Whether it adds to what was asked for, by a gateway that has none of it yet. */
  heard(wish: Wish, now: number): boolean {
    const known = this.#wishes.get(wish.gateway);
    const before = known?.wish.asks;
    const since = known?.since ?? this.#last;
    if (wish.asks.length === 0) this.#wishes.delete(wish.gateway);
    else this.#wishes.set(wish.gateway, { wish, until: now + WISH_MS.holds, since });
    return wish.asks.some((ask) => !before?.some((one) => isSame(one, ask)));
  }

  /** What does not hold any more is forgotten. */
  expire(now: number): void {
    for (const [gateway, { until }] of this.#wishes) if (until <= now) this.#wishes.delete(gateway);
  }

  /** What is asked for while the run is on that page. */
  asked(on: number): AskedPicture[] {
    const asked = new Map<string, AskedPicture>();
    for (const { wish } of this.#wishes.values())
      for (const { page, size, everyMs } of wish.asks) {
        const one = { page: page ?? on, size, everyMs };
        const other = asked.get(keyOf(one));
        asked.set(keyOf(one), { ...one, everyMs: Math.min(everyMs, other?.everyMs ?? everyMs) });
      }
    return [...asked.values()];
  }

  sent(asked: AskedPicture, seq: number): void {
    this.#last = seq;
    const sent = this.#sent.get(keyOf(asked)) ?? [];
    this.#sent.set(keyOf(asked), [...sent, seq].slice(-MOST_ON_THE_WAY));
  }

  /** Whether a gateway that asks for this has taken what it was sent. */
  hasRoom(asked: AskedPicture, on: number): boolean {
    const sent = this.#sent.get(keyOf(asked)) ?? [];
    const isFor = (ask: LiveAsk) => (ask.page ?? on) === asked.page && ask.size === asked.size;
    return [...this.#wishes.values()].some(
      ({ wish, since }) =>
        wish.asks.some(isFor) &&
        sent.filter((seq) => seq > Math.max(wish.taken, since)).length < MOST_ON_THE_WAY,
    );
  }
}

const isSame = (one: LiveAsk, other: LiveAsk): boolean => one.page === other.page && one.size === other.size;
