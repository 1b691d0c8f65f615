/* What `npm run bench -- …` takes. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const NUMBERS = {
  /** Samples of each figure of one run at a time. */
  rounds: 25,
  /** Blocks of runs of the figures with many at once, in turns with raw Playwright. */
  blocks: 6,
  /** Runs of a block with a full queue. */
  flows: 40,
  /** Runs, or contexts of raw Playwright, at a time. */
  slots: 2 * availableParallelism(),
};

type Options = Record<keyof typeof NUMBERS, number> & {
  /** Where the report is written; in a file of its commit if left out. */
  json: string | undefined;
  /** An earlier report: the bench ends with 1 if a ratio is worse than there by more than its noise. */
  against: string | undefined;
};

export function readOptions(): Options {
  const names = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];
  const { values } = parseArgs({
    options: Object.fromEntries(
      [...names, 'json', 'against'].map((name) => [name, { type: 'string' as const }]),
    ),
  });
  const numberOf = (name: keyof typeof NUMBERS) => {
    const value = values[name] === undefined ? NUMBERS[name] : Number(values[name]);
    if (!(Number.isInteger(value) && value > 0)) throw new Error(`--${name} must be a whole number above 0`);
    return [name, value];
  };
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined);
  return { ...Object.fromEntries(names.map(numberOf)), json: text('json'), against: text('against') };
}
