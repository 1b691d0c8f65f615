/* An address of a page as it may leave the runner: without secrets, and without what opens a session (I10). Owns nothing. */
import type { Redactor } from '#shared/domain/flow/redact.ts';
import { withoutSessions } from './playwright-trace/texts.ts';

/** What opens a session once, under names that mean that in an address only. */
const ONCE = /([?&#;](?:code|otp|ticket|sig|jwt|assertion|reset|invite|saml\w{0,20})=)[^&#"'\s<>]+/gi;

/** What it returns is still to be redacted. */
export const withoutAccess = (url: string): string => withoutSessions(url).replace(ONCE, '$1[REDACTED]');

/** The first `limit` units. */
export const shownAddress = (url: string, redact: Redactor, limit: number): Promise<string> =>
  redact(withoutAccess(url), limit);
