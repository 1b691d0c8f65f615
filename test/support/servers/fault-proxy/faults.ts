export type Direction = 'toServer' | 'toClient';
export const DIRECTIONS = ['toServer', 'toClient'] as const satisfies Direction[];

/** A reset is noticed at once; after a FIN the peer may still believe that it can write. */
export type Cut = 'rst' | 'fin';

/** How one direction is. `held`: nothing passes, nothing is lost. `swallowed`: taken, and thrown away. */
export interface Weather {
  mode: 'open' | 'held' | 'swallowed';
  delayMs: number;
  bytesPerSecond: number;
}
export const FAIR: Weather = { mode: 'open', delayMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

/** What can be done to one connection, or to all of them, those to come included. Without directions: both. */
export interface Faults {
  /** Ends the connections there are; new ones come through. */
  cut(how?: Cut): void;
  /** Resets the client's side alone. The server goes on believing in its own side until `heal`. */
  cutClient(): void;
  hold(...directions: Direction[]): void;
  /** Half-open: what is sent is taken in silence. Such a connection cannot be healed: `heal` resets it. */
  swallow(...directions: Direction[]): void;
  /** Each byte arrives so much later, in order. */
  delay(ms: number, ...directions: Direction[]): void;
  throttle(bytesPerSecond: number, ...directions: Direction[]): void;
  /** Everything passes again, first what was held. */
  heal(): void;
}

/** Ends a connection at a certain place in what passes: the server sees a FIN, after all that has passed. */
export interface Trap {
  /** Matched in the bytes as latin1, whatever parts they come in. */
  match: string | RegExp;
  /** Default: `toServer`. */
  direction?: Direction;
  /**
   * `before`: what came before the match has passed, the match has not. `after`: the match has passed, and nothing more.
   * `answered`: everything has passed up to the next bytes of the other direction, which have not: so an answer is lost.
   */
  when: 'before' | 'after' | 'answered';
  /** What the client sees. Default: `rst`. */
  how?: Cut;
  /** How many matches pass before. */
  skip?: number;
}
