/* How long test files take: written by `durations-reporter.ts`, read by `longest-first.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FILE = join(import.meta.dirname, 'durations.json');
/** What takes less may begin at any time. */
const LEAST_SECONDS = 5;

/** Seconds, by the path from the root. */
export type Durations = Record<string, number>;

export const pathOf = (moduleId: string): string => relative(ROOT, moduleId);

export const readDurations = (): Durations => JSON.parse(readFileSync(FILE, 'utf8')) as Durations;

export const writeDurations = (durations: Durations): void =>
  writeFileSync(FILE, `${JSON.stringify(durations, undefined, 2)}\n`);

/** Files that ran have their new duration, others the one that is known, unless they are gone. The longest first. */
export function durationsAfter(
  known: Durations,
  ran: Durations,
  isThere: (path: string) => boolean,
): Durations {
  const rows = Object.entries({ ...known, ...ran })
    .map(([path, seconds]) => [path, Math.round(seconds)] as const)
    .filter(([path, seconds]) => seconds >= LEAST_SECONDS && isThere(path));
  return Object.fromEntries(rows.toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}
