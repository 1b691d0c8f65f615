import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../../services/gateway/access/tokens.ts';

const SECRET = 'a secret of at least 32 characters';
const HOUR = 3_600_000;
const at = (ms: number) => () => new Date(ms);
const NOW = Date.UTC(2026, 0, 1);
const tokens = createTokens(SECRET, at(NOW));

const forged = (claims: (jwt: SignJWT) => SignJWT, secret = SECRET, alg = 'HS256') =>
  claims(
    new SignJWT()
      .setProtectedHeader({ alg })
      .setSubject('user')
      .setIssuer('ghostly')
      .setAudience('ghostly-api')
      .setExpirationTime(NOW / 1_000 + 60),
  ).sign(new TextEncoder().encode(secret));

describe('tokens', () => {
  it('say who they were made for', async () => {
    expect(await tokens.read(await tokens.issue('user'))).toBe('user');
  });

  it('are good for 24 hours', async () => {
    const token = await tokens.issue('user');
    expect(await createTokens(SECRET, at(NOW + 24 * HOUR - 1_000)).read(token)).toBe('user');
    expect(await createTokens(SECRET, at(NOW + 24 * HOUR)).read(token)).toBeUndefined();
  });

  it('are read when every claim is ours', async () => {
    expect(await tokens.read(await forged((jwt) => jwt))).toBe('user');
  });

  it.each<[string, () => Promise<string> | string]>([
    ['nonsense', () => 'nonsense'],
    ['another secret', () => forged((jwt) => jwt, 'another secret, just as long as ours')],
    ['another algorithm', () => forged((jwt) => jwt, SECRET.repeat(2), 'HS512')],
    ['another issuer', () => forged((jwt) => jwt.setIssuer('other'))],
    ['another audience', () => forged((jwt) => jwt.setAudience('other'))],
    ['no algorithm', () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"user"}')}.`],
    [
      'no end',
      () =>
        new SignJWT()
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject('user')
          .setIssuer('ghostly')
          .setAudience('ghostly-api')
          .sign(new TextEncoder().encode(SECRET)),
    ],
  ])('with %s are refused', async (_, token) => {
    expect(await tokens.read(await token())).toBeUndefined();
  });
});
