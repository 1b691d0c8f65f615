import { closestMatch } from 'leven';

/** `; did you mean "runs"?`, or nothing if no known word is close. */
export function didYouMean(given: string, known: readonly string[]): string {
  const closest = closestMatch(given, known, { maxDistance: given.length <= 4 ? 1 : 2 });
  return closest === undefined ? '' : `; did you mean "${closest}"?`;
}
