/* A token of the outside issuer counts as the user with its e-mail and no more, or as nobody. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { call, createPerson, startGateway, startRun, useGateway } from '../fixture.ts';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const ISSUER = 'https://id.test.local/';
const AUDIENCE = 'ghostly-at-test';
let served = 0;

/** An issuer that publishes its keys, as OpenID providers do. */
const generate = (alg: string) => generateKeyPair(alg, { extractable: true });
const keys = { rsa: await generate('RS256'), ec: await generate('ES256'), stranger: await generate('RS256') };
const published = [
  { ...(await exportJWK(keys.rsa.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' },
  { ...(await exportJWK(keys.ec.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
];
const issuer = createServer((_, response) => {
  served += 1;
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
});
issuer.listen(0, '127.0.0.1');
await once(issuer, 'listening');
const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
const outsideIssuer = (url: string) => ({
  GHOSTLY_OIDC_JWKS_URL: url,
  GHOSTLY_OIDC_ISSUER: ISSUER,
  GHOSTLY_OIDC_AUDIENCE: AUDIENCE,
});
const gateway = await useGateway({
  config: outsideIssuer(jwksUrl),
});
const ann = await createPerson(gateway);
afterAll(async () => {
  issuer.closeAllConnections();
  issuer.close();
});

interface Outside {
  claims?: Record<string, unknown>;
  key?: Pair['privateKey'] | Uint8Array;
  header?: { alg?: string; kid?: string };
}
const token = ({ claims = {}, key = keys.rsa.privateKey, header = {} }: Outside = {}) =>
  new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'a-user-there',
    email: ann.email,
    email_verified: true,
    exp: Math.floor(Date.now() / 1_000) + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header })
    .sign(key);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const me = (bearer: string) =>
  call(gateway, 'GET', '/v1/auth/me', { headers: { authorization: `Bearer ${bearer}` } });

describe('a token of the outside issuer', () => {
  it('counts for the user with its e-mail, in any case, and is no more than that user', async () => {
    for (const bearer of [
      await token(),
      await token({ claims: { email: ann.email.toUpperCase() } }),
      await token({ claims: { email_verified: 'true', aud: ['other', AUDIENCE] } }),
      await token({ key: keys.ec.privateKey, header: { alg: 'ES256', kid: 'ec' } }),
    ])
      expect(await me(bearer)).toMatchObject({
        status: 200,
        body: { user: { id: ann.userId, role: 'member' } },
      });
    const theirs = await startRun(gateway, await createPerson(gateway));
    const headers = { authorization: `Bearer ${await token()}` };
    expect((await call(gateway, 'GET', `/v1/runs/${theirs}`, { headers })).status).toBe(404);
    expect((await call(gateway, 'GET', '/v1/users', { headers })).status).toBe(403);
  });

  it('counts on streams, and beside our own', async () => {
    const id = await startRun(gateway, ann);
    const abort = new AbortController();
    const path = `/v1/runs/${id}/events/stream?token=${await token()}`;
    expect((await fetch(`${gateway.url}${path}`, { signal: abort.signal })).status).toBe(200);
    abort.abort();
    expect((await me(ann.token)).status).toBe(200);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['for an e-mail that nobody has here', () => token({ claims: { email: 'nobody@test.local' } })],
    ['for an e-mail that is not verified', () => token({ claims: { email_verified: false } })],
    ['that does not say whether it is verified', () => token({ claims: { email_verified: undefined } })],
    ['for an e-mail that is not verified, as text', () => token({ claims: { email_verified: 'false' } })],
    ['without an e-mail', () => token({ claims: { email: undefined } })],
    ['with an e-mail that is no text', () => token({ claims: { email: [ann.email] } })],
    ['with NUL in the e-mail', () => token({ claims: { email: `${ann.email}\0` } })],
    ['with half a character in the e-mail', () => token({ claims: { email: `\ud800${ann.email}` } })],
    ['with an injection for an e-mail', () => token({ claims: { email: "' or true --" } })],
    ['of another issuer', () => token({ claims: { iss: 'https://evil.test.local/' } })],
    ['for another audience', () => token({ claims: { aud: 'another' } })],
    [
      'for our own audience',
      () => token({ claims: { iss: 'ghostly', aud: 'ghostly-api', sub: ann.userId } }),
    ],
    ['that is over', () => token({ claims: { exp: Math.floor(Date.now() / 1_000) - 1 } })],
    ['without an end', () => token({ claims: { exp: undefined } })],
    ['of the future', () => token({ claims: { nbf: Math.floor(Date.now() / 1_000) + 60 } })],
    ['signed by a stranger', () => token({ key: keys.stranger.privateKey })],
    ['with a key id that is not published', () => token({ header: { kid: 'other' } })],
    ['with the id of a key of another kind', () => token({ header: { kid: 'ec' } })],
    [
      'signed with the public key as if it were a secret',
      async () => {
        const secret = new TextEncoder().encode(await exportSPKI(keys.rsa.publicKey));
        return token({ key: secret, header: { alg: 'HS256' } });
      },
    ],
    [
      'without a signature',
      async () => {
        const [, claims] = (await token()).split('.');
        return `${encoded({ alg: 'none', kid: 'rsa' })}.${claims}.`;
      },
    ],
    [
      'with changed claims',
      async () => {
        const [header, , signature] = (await token()).split('.');
        return `${header}.${encoded({ iss: ISSUER, aud: AUDIENCE, email: ann.email, exp: 4e9 })}.${signature}`;
      },
    ],
    [
      'that brings its own key',
      async () => {
        const [, claims, signature] = (await token({ key: keys.stranger.privateKey })).split('.');
        const jwk = await exportJWK(keys.stranger.publicKey);
        return `${encoded({ alg: 'RS256', jwk, kid: 'rsa' })}.${claims}.${signature}`;
      },
    ],
    [
      'that names another place for the keys',
      async () => {
        const [, claims, signature] = (await token()).split('.');
        return `${encoded({ alg: 'RS256', kid: 'x', jku: 'http://127.0.0.1:1/' })}.${claims}.${signature}`;
      },
    ],
  ])('%s: 401', async (_, bearer) => {
    expect(await me(await bearer())).toMatchObject({
      status: 401,
      body: { ok: false, error: 'invalid or expired token' },
    });
  });

  it('is nobody at once when the user is deleted', async () => {
    const [admin, bob] = [await createPerson(gateway, 'admin'), await createPerson(gateway)];
    const bearer = await token({ claims: { email: bob.email } });
    expect((await me(bearer)).status).toBe(200);
    await call(gateway, 'DELETE', `/v1/users/${bob.userId}`, { as: admin });
    expect((await me(bearer)).status).toBe(401);
  });

  it('does not make the gateway ask for the keys each time, not even with made-up key ids', async () => {
    const before = served;
    await Promise.all(
      Array.from({ length: 20 }, async (_, n) => me(await token({ header: { kid: `made-up-${n}` } }))),
    );
    expect(served - before).toBeLessThanOrEqual(1);
  });
});

it('a token of the outside issuer counts for nobody while the keys are out of reach, and says so in the log; our own tokens go on', async () => {
  await using cutOff = await startGateway({ config: outsideIssuer('http://127.0.0.1:1/keys') });
  const bob = await createPerson(cutOff);
  const headers = { authorization: `Bearer ${await token({ claims: { email: bob.email } })}` };
  expect((await call(cutOff, 'GET', '/v1/auth/me', { headers })).status).toBe(401);
  expect(cutOff.lines.join('')).toContain("the outside issuer's keys are out of reach");
  expect((await call(cutOff, 'GET', '/v1/auth/me', { as: bob })).status).toBe(200);
});
