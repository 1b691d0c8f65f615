/* The traps that are set, and what each direction of each connection has shown of them so far. */
import type { Direction, Trap } from './faults.ts';
import type { FaultLink } from './link.ts';

export interface SetTrap {
  trap: Trap;
  /** Matches to let pass. */
  left: number;
  spring(link: FaultLink): void;
}

/** A match may begin in what has passed already: so much of it is kept. */
const LONGEST = 16 * 1024;

/** Watches one direction of one connection. */
export function watchFor(traps: Set<SetTrap>, direction: Direction) {
  let tail = '';
  /** The first trap that these bytes spring, and where in them its match begins and ends; it may begin before them. */
  return (bytes: Buffer): { set: SetTrap; start: number; end: number } | undefined => {
    const wanted = [...traps].filter(({ trap }) => (trap.direction ?? 'toServer') === direction);
    if (wanted.length === 0) {
      tail = '';
      return undefined;
    }
    const text = tail + bytes.toString('latin1');
    const passed = tail.length;
    tail = text.slice(-LONGEST);
    for (const set of wanted) {
      for (const { index, 0: match } of text.matchAll(expressionOf(set.trap))) {
        const end = index + match.length;
        if (end <= passed) continue; // it was counted when it passed
        if (set.left-- > 0) continue;
        traps.delete(set);
        return { set, start: Math.max(0, index - passed), end: end - passed };
      }
    }
    return undefined;
  };
}

function expressionOf({ match }: Trap): RegExp {
  if (typeof match === 'string') return new RegExp(match.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'g');
  return match.global ? match : new RegExp(match, `${match.flags}g`);
}
