import type { Both, Comparison } from '#shared/domain/story/compare.ts';

export interface PictureBy {
  path: string;
  /** The step, from 1, after which it was taken. */
  step: number;
}

/** The last picture that a run had by the end of a step; after the last step of one that did not pass, the last look. */
export function pictureBy(
  { steps, left }: Comparison,
  n: number,
  side: keyof Both<unknown>,
): PictureBy | undefined {
  const past = steps.slice(0, n + 1).flatMap((step) => step[side] ?? []);
  const last = past.at(-1);
  const isLast = steps.slice(n + 1).every((step) => step[side] === undefined);
  const look = isLast && last?.picture === undefined ? left[side]?.screenshotPath : undefined;
  if (look !== undefined && last) return { path: look, step: last.index + 1 };
  const found = past.findLast(({ picture }) => picture !== undefined);
  return found && { path: found.picture!, step: found.index + 1 };
}

export const hasPictures = ({ steps }: Comparison, side: keyof Both<unknown>): boolean =>
  steps.some((step) => step[side]?.picture !== undefined);
