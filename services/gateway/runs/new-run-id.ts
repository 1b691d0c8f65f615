/*
 * Ids of new runs: UUIDv7 with the run's day (`shared/domain/run/day.ts`) and another time of it. With the true time, all
 * ids of a minute would begin alike, which the original's dashboard shows. Owns the number of ids made.
 */
import { randomInt, randomUUIDv7 } from 'node:crypto';
import { DAY_MS, idAt, timeOf } from '#shared/domain/run/day.ts';

/** So many ms of time have the first eight characters of an id in common. */
const ALIKE_MS = 2 ** 16;
/** A day has about 1,317 beginnings; with a prime, each is taken once before one is taken again, and neighbours look different. */
const STRIDE = 503;

let made = randomInt(ALIKE_MS);

export function newRunId(): string {
  made += 1;
  return withinItsDay(randomUUIDv7(), made);
}

/** The same id at another time of its day, by how many there were before. */
export function withinItsDay(id: string, nth: number): string {
  const at = timeOf(id);
  const midnight = at - (at % DAY_MS);
  const first = Math.ceil(midnight / ALIKE_MS);
  const beginnings = Math.floor((midnight + DAY_MS) / ALIKE_MS) - first;
  const beginning = first + ((nth * STRIDE) % beginnings);
  // Among ids that begin alike, the later one is still the higher one.
  const rest = Math.floor(((at - midnight) / DAY_MS) * ALIKE_MS);
  return idAt(beginning * ALIKE_MS + rest, id);
}
