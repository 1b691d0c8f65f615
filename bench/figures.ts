/* The table of `npm run bench`: what was measured beside what it is compared with, in turns in one run; and the file of it. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { errorOfMedian, median } from './support/median.ts';

export interface Figure {
  what: string;
  unit: string;
  ours: number[];
  /** Measured in turns with ours: one for each. */
  beside: number[];
  /** What `beside` is. */
  besideIs: string;
  goal?: Goal;
}

interface Goal {
  of: 'ours' | 'ratio';
  /** The goal is met up to this value; down to it if more is better. */
  bound: number;
  moreIsBetter?: boolean;
}

interface Result {
  what: string;
  unit: string;
  ours: number;
  beside: number;
  besideIs: string;
  /** Ours to what it is compared with; the median of the pairs. */
  ratio: number;
  /** Possible error of the ratio (95 %). */
  noise: number;
  goal: string;
  met: boolean | undefined;
  moreIsBetter: boolean;
}

export interface Report {
  commit: string;
  at: string;
  cores: number;
  figures: Result[];
  /** Whatever else was measured. */
  details: object;
}

/** A median of few samples says little of its own error. */
const LEAST_NOISE = 0.03;

export function resultOf({ goal, ...figure }: Figure): Result {
  const { what, unit, besideIs } = figure;
  const pairs = figure.ours.map((value, index) => value / (figure.beside[index] ?? Number.NaN));
  const [ours, beside, ratio] = [median(figure.ours), median(figure.beside), median(pairs)];
  const value = goal?.of === 'ratio' ? ratio : ours;
  const noise = Math.max(errorOfMedian(pairs), LEAST_NOISE * ratio);
  const moreIsBetter = goal?.moreIsBetter ?? false;
  const bound = goal && `${goal.of === 'ratio' ? '×' : ''}${goal.bound}`;
  return {
    what,
    unit,
    ours,
    beside,
    besideIs,
    ratio,
    noise,
    moreIsBetter,
    goal: bound === undefined ? '' : `${moreIsBetter ? '≥' : '≤'} ${bound}`,
    met: goal && (moreIsBetter ? value >= goal.bound : value <= goal.bound),
  };
}

export function reportOf(figures: Figure[], details: object): Report {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const at = new Date().toISOString();
  return { commit, at, cores: availableParallelism(), figures: figures.map(resultOf), details };
}

export function printReport({ figures }: Report): void {
  console.log('\n| figure | ours | beside it | ratio | goal | |\n| --- | ---: | ---: | ---: | ---: | --- |');
  for (const { what, unit, ours, beside, besideIs, ratio, noise, goal, met } of figures) {
    const verdict = met === undefined ? '' : met ? 'met' : '**missed**';
    const ratios = `×${ratio.toFixed(2)} ± ${noise.toFixed(2)}`;
    console.log(
      `| ${what} | ${short(ours)} ${unit} | ${short(beside)} ${unit} (${besideIs}) | ${ratios} | ${goal} | ${verdict} |`,
    );
  }
}

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** The default file of a report: one for each commit. */
export const fileOf = ({ commit }: Report): string => join('test-results/bench', `${commit}.json`);

export async function writeReport(file: string, report: Report): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** The figures whose ratio is worse than in the report of `file` by more than the noise of both. */
export async function worseThan(file: string, now: Report): Promise<string[]> {
  const before = JSON.parse(await readFile(file, 'utf8')) as Report;
  return now.figures.flatMap((figure) => {
    const old = before.figures.find(({ what }) => what === figure.what);
    if (old === undefined) return [];
    const worse = figure.moreIsBetter ? old.ratio - figure.ratio : figure.ratio - old.ratio;
    const noise = Math.hypot(figure.noise, old.noise);
    const ratios = `×${old.ratio.toFixed(2)} at ${before.commit}, now ×${figure.ratio.toFixed(2)}`;
    return worse > noise ? [`${figure.what}: ${ratios} (noise ${noise.toFixed(2)})`] : [];
  });
}
