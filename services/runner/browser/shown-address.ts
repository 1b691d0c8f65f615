/*
 * An address of a page as it may leave the runner: without secrets, and without what opens a session (I10). Owns nothing.
 */
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { withoutSessions } from './playwright-trace/sessions.ts';

/** What it returns is still to be redacted. */
export const withoutAccess = (url: string): Promise<string> => inSlices(withoutSessions(url));

/** The first `limit` units. */
export const shownAddress = async (url: string, redact: Redactor, limit: number): Promise<string> =>
  redact(await withoutAccess(url), limit);
