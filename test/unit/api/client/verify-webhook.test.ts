/* A message of a webhook is accepted only if its signature, its time and its body are right. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, WebhookError } from '#shared/api/client/index.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const BODY = JSON.stringify({ type: 'ping', version: 1, data: { webhook: { id: 'é' } } });
const NOW = Date.UTC(2026, 10, 27, 12);

/** Signed by the reference library. */
const signed = (secret = SECRET, body = BODY, at = NOW) => ({
  'webhook-id': 'one',
  'webhook-timestamp': String(at / 1_000),
  'webhook-signature': new Webhook(secret).sign('one', new Date(at), body),
});
const verify = (
  headers: Record<string, string>,
  body: string | Uint8Array = BODY,
  secret: string | string[] = SECRET,
) => verifyWebhook(body, headers, { secret, now: NOW });
const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WebhookError);
  return (error as WebhookError).code;
};

describe('a message that is signed as the reference library does', () => {
  it('is returned, from a text or bytes, and whatever has its headers', async () => {
    expect(await verify(signed())).toEqual(JSON.parse(BODY));
    expect(await verify(signed(), new TextEncoder().encode(BODY))).toEqual(JSON.parse(BODY));
    const headers = new Headers(signed());
    expect(await verifyWebhook(BODY, headers, { secret: SECRET, now: NOW })).toEqual(JSON.parse(BODY));
    const upper = Object.fromEntries(
      Object.entries(signed()).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(await verify(upper)).toEqual(JSON.parse(BODY));
  });

  it('is taken by either secret while it is rotated', async () => {
    const both = {
      ...signed(),
      'webhook-signature': `${signed(OTHER)['webhook-signature']} ${signed()['webhook-signature']}`,
    };
    expect(await verify(both)).toBeDefined();
    expect(await verify(both, BODY, OTHER)).toBeDefined();
    expect(await verify(signed(OTHER), BODY, [SECRET, OTHER])).toBeDefined();
  });
});

describe('what is refused', () => {
  it('is another body, id, time or secret', async () => {
    expect(await refusal(verify(signed(), `${BODY} `))).toBe('wrong_signature');
    expect(await refusal(verify({ ...signed(), 'webhook-id': 'two' }))).toBe('wrong_signature');
    expect(await refusal(verify(signed(OTHER)))).toBe('wrong_signature');
    const later = String(NOW / 1_000 + 1);
    expect(await refusal(verify({ ...signed(), 'webhook-timestamp': later }))).toBe('wrong_signature');
  });

  it.each(['v1,', 'v1,!', 'v2,AAAA', '', 'v1a,AAAA'])('is the signature %j', async (text) => {
    const code = await refusal(verify({ ...signed(), 'webhook-signature': text }));
    expect(code).toBe(text === '' ? 'missing_header' : 'wrong_signature');
  });

  it('is what is too old or too new, or has no time', async () => {
    expect(await verify(signed(SECRET, BODY, NOW - 300_000))).toBeDefined();
    expect(await refusal(verify(signed(SECRET, BODY, NOW - 301_000)))).toBe('wrong_time');
    expect(await refusal(verify(signed(SECRET, BODY, NOW + 301_000)))).toBe('wrong_time');
    expect(await refusal(verify({ ...signed(), 'webhook-timestamp': 'soon' }))).toBe('wrong_time');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'is a request without %s',
    async (name) => {
      const { [name]: _, ...rest } = signed() as Record<string, string>;
      expect(await refusal(verify(rest))).toBe('missing_header');
    },
  );

  it('is a body that is no JSON, and a secret that is none', async () => {
    expect(await refusal(verify(signed(SECRET, 'text'), 'text'))).toBe('not_json');
    await expect(verify(signed(), BODY, 'whsec_!')).rejects.toThrow(TypeError);
  });
});
