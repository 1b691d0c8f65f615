import { ABORTING } from '#shared/domain/run/states.ts';
import type { Palette } from '../view/palette.ts';

/** When a cancel was asked for and what followed from it, epoch ms. */
export interface CancelMarks {
  requestedAt: number;
  /** When the transition to `cancelling.aborting` was committed, by its event. The other times are those of arrival here. */
  abortedAt: number;
  repliedAt: number;
  endedAt: number;
}

export interface Cost {
  ms: number;
  text: string;
}

/** What a cancel cost from its request on, quickest first. */
export const costsOf = ({ requestedAt, abortedAt, repliedAt, endedAt }: CancelMarks): Cost[] =>
  [
    { at: abortedAt, text: `the abort is raised: ${ABORTING}` },
    { at: repliedAt, text: '200: recorded, it can no longer be lost' },
    { at: endedAt, text: 'run_end at the watcher, the context is gone' },
  ]
    .map(({ at, text }) => ({ ms: Math.max(0, at - requestedAt), text }))
    .sort((a, b) => a.ms - b.ms);

const LONGEST_BAR = 18;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const bar = (share: number): string => {
  const eighths = Math.max(1, Math.round(share * LONGEST_BAR * 8));
  return ('█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!).padEnd(LONGEST_BAR);
};

/** One line each: `    4 ms  ███▍   200: …`. */
export const costLines = (costs: readonly Cost[], { cyan, bold }: Palette): string[] => {
  const longest = Math.max(...costs.map(({ ms }) => ms), 1);
  return costs.map(
    ({ ms, text }) => `${bold(`${Math.round(ms)} ms`.padStart(8))}  ${cyan(bar(ms / longest))}  ${text}`,
  );
};
