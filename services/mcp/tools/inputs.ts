/* What several tools are given. */
import { z } from 'zod';

export const runId = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe('The id of the run, or the last 8 characters of it.');

/** A project by its id or label; `findProjectId` says which one that is. */
export const projectName = z.string().trim().min(1).max(200).optional();

/** `usual` if nothing is given. */
export const waitSeconds = ({
  least = 0,
  usual,
  longest,
}: {
  least?: number;
  usual: number;
  longest: number;
}) => z.int().min(least).max(longest).default(usual);
