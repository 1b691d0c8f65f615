/*
 * An address of a page as it may leave the runner: without secrets, and without what opens a session (I10). What `sessions.ts`
 * finds in any text, and besides that what only an address has. Owns nothing.
 */
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { withoutSessions } from './playwright-trace/sessions.ts';

/** What opens a session once, under names that mean that in an address only. */
const ONCE = /([?&#;](?:code|otp|ticket|sig|jwt|assertion|reset|invite|saml\w{0,20})=)[^&#"'\s<>]+/gi;

/** What it returns is still to be redacted. */
export const withoutAccess = async (url: string): Promise<string> =>
  (await inSlices(withoutSessions(url))).replace(ONCE, '$1[REDACTED]');

/** The first `limit` units. */
export const shownAddress = async (url: string, redact: Redactor, limit: number): Promise<string> =>
  redact(await withoutAccess(url), limit);
