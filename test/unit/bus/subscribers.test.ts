import { createUser, fromPublic, fromSeed } from 'nkeys.js';
import { describe, expect, it } from 'vitest';
import { ACCOUNTS } from '#shared/bus/accounts.ts';
import { consumersOf, durableGrant, type Grant, liveGrant } from '#shared/bus/subscribers/access.ts';
import { admitted, readSignIn, refused, type SignIn } from '#shared/bus/subscribers/claims.ts';
import { createIssuerSeed, openIssuer } from '#shared/bus/subscribers/issuer.ts';
import { ConfigError } from '#shared/config/config.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const issuer = openIssuer(createIssuerSeed(), () => NOW);
const signIn: SignIn = {
  user: 'durable',
  secret: 'gly_secret',
  connection: { serverId: 'NSERVER', id: 7 },
  userKey: 'UKEY',
  serverKey: 'NSERVER',
};
const subscriber = { userId: 'u', projectIds: ['p', 'q'], handle: 'h' };
const lonely = { ...subscriber, projectIds: [] };

const payloadOf = (jwt: string) => {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const key = fromPublic(issuer.publicKey);
  expect(key.verify(Buffer.from(`${head}.${body}`), Buffer.from(signature, 'base64url'))).toBe(true);
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown> & {
    nats: Record<string, unknown>;
  };
};
const userIn = (grant: Grant, until = NOW + 60_000) => {
  const answer = payloadOf(admitted(issuer, signIn, { grant, name: 'key', until }));
  return payloadOf(answer.nats.jwt as string);
};

describe('what a subscriber may', () => {
  it('I11: is to hear its own events and those of its projects, and to say nothing, when it listens', () => {
    expect(liveGrant(subscriber)).toEqual({
      account: ACCOUNTS.live,
      publish: [],
      subscribe: ['ghostly.v1.events.u.>', 'ghostly.v1.events.*.p.>', 'ghostly.v1.events.*.q.>'],
    });
  });

  it('I11: is to ask its own consumers and to hear the answers, when it reads durably', () => {
    const { account, publish, subscribe } = durableGrant(subscriber);
    expect(account).toBe(ACCOUNTS.durable);
    expect(subscribe).toEqual(['_INBOX_h.>']);
    expect(publish.filter((subject) => !/\.(own|projects)_h(\.>)?$/.test(subject))).toEqual([]);
    expect(publish).toHaveLength(6);
  });

  it('I11: never is a consumer without subjects, which would hand out everything', () => {
    expect(consumersOf(lonely)[1].subjects).toEqual([]);
    expect(durableGrant(lonely).publish.filter((subject) => subject.includes('projects_'))).toEqual([]);
  });
});

describe('the answer to the server', () => {
  it('lets in as long and to what was granted', () => {
    const { sub, aud, exp, name, nats } = userIn(liveGrant(subscriber));
    expect({ sub, aud, exp, name }).toEqual({
      sub: 'UKEY',
      aud: ACCOUNTS.live,
      exp: NOW / 1_000 + 60,
      name: 'key',
    });
    expect(nats.sub).toEqual({ allow: liveGrant(subscriber).subscribe });
  });

  it('I11: denies everything where nothing is allowed: an empty list would allow all', () => {
    const { nats } = userIn({ account: ACCOUNTS.live, publish: [], subscribe: [] });
    expect([nats.pub, nats.sub]).toEqual([{ deny: ['>'] }, { deny: ['>'] }]);
  });

  it('costs a gateway next to nothing: anybody may knock, as often as they like', () => {
    const timed = (work: () => unknown) => {
      const start = performance.now();
      for (let n = 0; n < 50; n += 1) work();
      return performance.now() - start;
    };
    const library = fromSeed(new TextEncoder().encode(createIssuerSeed()));
    const text = Buffer.from(refused(issuer, signIn, 'unauthorized'));
    expect(timed(() => refused(issuer, signIn, 'unauthorized'))).toBeLessThan(
      timed(() => library.sign(text)) / 4,
    );
  });

  it('refuses with a reason and no JWT', () => {
    const { aud, nats } = payloadOf(refused(issuer, signIn, 'unauthorized'));
    expect(aud).toBe('NSERVER');
    expect(nats).toEqual({ type: 'authorization_response', version: 2, error: 'unauthorized' });
  });

  it.each([
    '',
    'a',
    'a.b',
    'a.e30.c',
    `a.${Buffer.from('{"nats":{"user_nkey":1}}').toString('base64url')}.c`,
    '..',
  ])('is none to %j, which no server asks', (text) => expect(readSignIn(text)).toBeUndefined());
});

describe('a seed', () => {
  const ofUser = new TextDecoder().decode(createUser().getSeed());

  it.each([
    ['empty', ''],
    ['too short', 'SA'],
    ['with a wrong checksum', `SA${'B'.repeat(56)}`],
    ['of a user', ofUser],
  ])('I10: that is %s is refused without being repeated', (_, seed) => {
    expect(() => openIssuer(seed)).toThrow(ConfigError);
    expect(() => openIssuer(seed)).toThrow(/^GHOSTLY_NATS_ISSUER_SEED: must be the seed of an account, SA…$/);
  });

  it('that was made here is accepted by the configuration', () => {
    const seed = createIssuerSeed();
    expect(seed).toMatch(/^SA[A-Z2-7]{56}$/);
    expect(openIssuer(seed).publicKey).toBe(fromSeed(new TextEncoder().encode(seed)).getPublicKey());
  });
});
