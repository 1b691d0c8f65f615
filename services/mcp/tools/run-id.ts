import { z } from 'zod';
import { findRun } from '#shared/client/find-run.ts';
import type { CallContext } from '../tool.ts';

export const runId = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .describe('The id of the run, or the last 8 characters of it.');

/** @throws ShortIdError, ApiError, GatewayError, or the reason of the call's signal */
export const findId = (named: string, { client, signal }: CallContext): Promise<string> =>
  findRun(client, named, { signal });
