/* A pause that a receiver asks for is kept, and each failed attempt says why in plain words. */
import { describe, expect, it } from 'vitest';
import { pauseOf } from '../../../../services/supervisor/webhooks/retry-after.ts';
import { Unanswered, whyOfAnswer } from '../../../../services/supervisor/webhooks/why-failed.ts';

const TOO_LONG = {
  code: 'asked_to_wait',
  text: 'the answer was 429, which asks for a pause of more than 3600 s, the longest that is made',
};
const NOW = Date.parse('2026-11-25T12:00:00Z');

describe('a pause that a receiver asks for', () => {
  it.each<[status: number, header: string | undefined, ms: number | undefined]>([
    [429, '120', 120_000],
    [503, ' 0 ', 0],
    [503, 'Wed, 25 Nov 2026 12:01:00 GMT', 60_000],
    [503, 'Wednesday, 25-Nov-26 12:01:00 GMT', 60_000],
    [429, 'Wed, 25 Nov 2026 11:00:00 GMT', 0],
    [429, undefined, undefined],
    [429, '', undefined],
    [429, '-5', undefined],
    [429, '1.5', undefined],
    [429, '2026', 2_026_000],
    [429, '2026-11-25T12:01:00Z', undefined],
    [429, 'later, perhaps GMT', undefined],
    [500, '120', undefined],
    [200, '120', undefined],
  ])('of %s with `Retry-After: %s` is %s ms', (status, retryAfter, ms) => {
    expect(pauseOf({ status, retryAfter }, NOW)).toBe(ms);
  });
});

describe('why an attempt failed', () => {
  it.each([
    [204, undefined, undefined],
    [500, undefined, { code: 'answered', text: 'the answer was 500' }],
    [302, undefined, { code: 'redirected', text: 'the answer was 302, and redirects are not followed' }],
    [429, 90_500, { code: 'asked_to_wait', text: 'the answer was 429, which asks for a pause of 91 s' }],
    [429, 3_600_000, { code: 'asked_to_wait', text: 'the answer was 429, which asks for a pause of 3600 s' }],
    [429, 3_600_001, TOO_LONG],
    [429, Number.POSITIVE_INFINITY, TOO_LONG],
  ])('is said of an answer of %s that asks for a pause of %s ms', (status, pauseMs, why) => {
    expect(whyOfAnswer(status, pauseMs, 3_600_000)).toEqual(why);
  });

  it.each([
    ['ECONNREFUSED', 'connection_refused', 'the connection was refused'],
    ['EHOSTUNREACH', 'unreachable', 'no network leads to its address'],
    ['EAI_AGAIN', 'name_not_looked_up', 'its name could not be looked up'],
    ['CERT_HAS_EXPIRED', 'certificate_expired', 'its certificate has expired'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'certificate_not_trusted',
      'its certificate is not trusted here (why)',
    ],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'no_tls', 'no TLS connection could be made (why)'],
    ['HPE_INVALID_CONSTANT', 'not_http', 'the answer was no HTTP'],
    ['ENEWS', 'other', 'why'],
  ])('is said of %s', (code, expected, text) => {
    const { why } = new Unanswered(Object.assign(new Error('why'), { code }));
    expect(why).toEqual({ code: expected, text });
  });
});
