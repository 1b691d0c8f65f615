/* What `npm run bench:scale -- …` takes. The defaults end within about ten minutes; docs/performance.md has full sizes. */
import { parseArgs } from 'node:util';

const NUMBERS = {
  /** Finished runs: of the part `stored`, and in the full database of `orphans`. */
  stored: 100_000,
  /** Runs that wait: half behind one key, half behind a hundred others. */
  waiting: 20_000,
  /** Samples of each figure of `stored` and `waiting`. */
  rounds: 60,
  runners: 20,
  gateways: 4,
  /** Runs of each burst. */
  runs: 600,
  orphans: 1_000,
  watchers: 1_000,
  /** Watchers of one run. */
  crowd: 1_000,
  /** How long a step of a watched run takes. */
  'step-ms': 10_000,
  /** How long watchers are measured, and idle and live runs. */
  seconds: 20,
  /** Duration of the part `day`. */
  minutes: 4,
};

export type Options = Record<keyof typeof NUMBERS, number> & { only: string[] };

export function readOptions(parts: readonly string[]): Options {
  const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
  const { values } = parseArgs({
    options: Object.fromEntries([...names, 'only'].map((name) => [name, { type: 'string' as const }])),
  });
  const given: Record<string, unknown> = values;
  const numbers = Object.fromEntries(names.map((name) => [name, numberOf(name, given[name])]));
  const only = typeof given.only === 'string' ? given.only.split(',') : [...parts];
  const unknown = only.filter((part) => !parts.includes(part));
  if (unknown.length > 0) throw new Error(`--only knows ${parts.join(', ')}, not ${unknown.join(', ')}`);
  return { ...(numbers as Record<keyof typeof NUMBERS, number>), only };
}

function numberOf(name: keyof typeof NUMBERS, text: unknown): number {
  const value = text === undefined ? NUMBERS[name] : Number(text);
  if (!(value > 0)) throw new Error(`--${name} must be a number above 0`);
  return value;
}
