/* A token is good for 24 hours, also after a change of the secret, and only as it was made. */
import { decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../../../services/gateway/access/tokens.ts';

const SECRET = 'a secret of at least 32 characters';
const OTHER = 'another secret, just as long as ours';
const HOUR = 3_600_000;
const at = (ms: number) => () => new Date(ms);
const NOW = Date.UTC(2026, 0, 1);
const tokens = createTokens({ secret: SECRET, now: at(NOW) });
const LATER = NOW + 24 * HOUR;

interface Forgery {
  claims?: (jwt: SignJWT) => SignJWT;
  own?: Record<string, unknown>;
  secret?: string;
  header?: { alg?: string; kid?: unknown; [name: string]: unknown };
}
const kidOf = async (secret: string) =>
  decodeProtectedHeader(await createTokens({ secret, now: at(NOW) }).issue('user', 3)).kid;
const [KID, OTHER_KID] = [await kidOf(SECRET), await kidOf(OTHER)];
const forged = ({ claims = (jwt) => jwt, own = { epoch: 3 }, secret = SECRET, header = {} }: Forgery = {}) =>
  claims(
    new SignJWT(own)
      .setProtectedHeader({ alg: 'HS256', kid: KID, ...header } as { alg: string })
      .setSubject('user')
      .setIssuer('ghostly')
      .setAudience('ghostly-api')
      .setExpirationTime(NOW / 1_000 + 60),
  ).sign(new TextEncoder().encode(secret));
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('tokens', () => {
  it('say who they were made for, and until when', async () => {
    expect(await tokens.read(await tokens.issue('user', 3))).toEqual({
      userId: 'user',
      until: new Date(LATER),
      issue: { epoch: 3 },
    });
  });

  it('are good for 24 hours', async () => {
    const token = await tokens.issue('user', 3);
    const readAt = (ms: number) => createTokens({ secret: SECRET, now: at(ms) }).read(token);
    expect(await readAt(LATER - 1_000)).toMatchObject({ userId: 'user' });
    expect(await readAt(LATER)).toBeUndefined();
  });

  it('are read when every claim is ours', async () => {
    expect(await tokens.read(await forged())).toMatchObject({ userId: 'user', issue: { epoch: 3 } });
  });

  it('name their key without giving it away', async () => {
    expect(KID).toMatch(/^[\w-]{16}$/);
    expect(await kidOf(SECRET)).toBe(KID);
    expect(OTHER_KID).not.toBe(KID);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['nonsense', () => 'nonsense'],
    ['nothing', () => ''],
    ['no header', () => `.${encoded({ sub: 'user' })}.`],
    ['a header that is no object', () => `${btoa('7')}.${encoded({ sub: 'user' })}.`],
    ['another secret', () => forged({ secret: OTHER })],
    ['the id of another key', () => forged({ header: { kid: 'another' } })],
    ['no id', () => forged({ header: { kid: undefined } })],
    ['no epoch', () => forged({ own: {} })],
    ['an epoch that is no number', () => forged({ own: { epoch: '3' } })],
    ['an id that is no text', () => forged({ header: { kid: 7 } })],
    ['the id of a prototype', () => forged({ header: { kid: '__proto__' } })],
    ['another algorithm', () => forged({ secret: SECRET.repeat(2), header: { alg: 'HS512' } })],
    ['another issuer', () => forged({ claims: (jwt) => jwt.setIssuer('other') })],
    ['another audience', () => forged({ claims: (jwt) => jwt.setAudience('other') })],
    ['a start in the future', () => forged({ claims: (jwt) => jwt.setNotBefore(NOW / 1_000 + 30) })],
    ['an end in the past', () => forged({ claims: (jwt) => jwt.setExpirationTime(NOW / 1_000) })],
    ['no algorithm', () => `${encoded({ alg: 'none' })}.${encoded({ sub: 'user' })}.`],
    ['an algorithm that is no text', () => `${encoded({ alg: ['HS256'] })}.${encoded({ sub: 'user' })}.`],
    [
      'no end',
      () =>
        new SignJWT()
          .setProtectedHeader({ alg: 'HS256', kid: KID! })
          .setSubject('user')
          .setIssuer('ghostly')
          .setAudience('ghostly-api')
          .sign(new TextEncoder().encode(SECRET)),
    ],
    [
      'changed claims',
      async () => {
        const [header, , signature] = (await forged()).split('.');
        const claims = { sub: 'admin', iss: 'ghostly', aud: 'ghostly-api', exp: NOW / 1_000 + 60 };
        return `${header}.${encoded(claims)}.${signature}`;
      },
    ],
  ])('with %s are refused', async (_, token) => {
    expect(await tokens.read(await token())).toBeUndefined();
  });
});

describe('a change of the secret', () => {
  const before = createTokens({ secret: OTHER, now: at(NOW) });
  const during = createTokens({ secret: SECRET, previous: OTHER, now: at(NOW) });

  it('leaves tokens good that the one before has signed', async () => {
    expect(await during.read(await before.issue('user', 3))).toMatchObject({ userId: 'user' });
  });

  it('signs with the new one alone', async () => {
    const token = await during.issue('user', 3);
    expect(await tokens.read(token)).toMatchObject({ userId: 'user' });
    expect(await before.read(token)).toBeUndefined();
  });

  it('is over once the one before is taken away', async () => {
    expect(await tokens.read(await before.issue('user', 3))).toBeUndefined();
  });
});
