/* I10, I11, I13: a subscriber hears its own and its projects' events and no others, and its sign-in costs little. */
import { createUser, fromPublic, fromSeed } from 'nkeys.js';
import { describe, expect, it } from 'vitest';
import { ACCOUNTS } from '#shared/adapters/bus/accounts.ts';
import { durableGrant, type Grant, liveGrant } from '#shared/adapters/bus/subscribers/access.ts';
import {
  consumersOf,
  isTooWide,
  MAX_PROJECTS,
  subscriptionRequestOf,
  userOf,
} from '#shared/adapters/bus/subscribers/choice.ts';
import { readSignIn, refused, type SignIn, signAdmission } from '#shared/adapters/bus/subscribers/claims.ts';
import { createIssuerSeed, openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import { ConfigError } from '#shared/platform/config/config.ts';
import { threadMs } from '../../../../support/thread-ms.ts';

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
  const answer = payloadOf(signAdmission(issuer, signIn, { grant, name: 'key', until }));
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

  const durable = (who: typeof subscriber, projects: 'all' | string[] = 'all') =>
    durableGrant(who, consumersOf(who, projects));

  it('I11: is to hear its own consumers and to acknowledge, when it reads durably', () => {
    expect(durable(subscriber)).toEqual({
      account: ACCOUNTS.durable,
      publish: [
        '$JS.ACK.GHOSTLY_EVENTS.feed_own_h.>',
        '$JS.ACK.GHOSTLY_EVENTS.gap_own_h.>',
        '$JS.ACK.GHOSTLY_EVENTS.feed_projects_h.>',
        '$JS.ACK.GHOSTLY_EVENTS.gap_projects_h.>',
      ],
      subscribe: [
        'ghostly.v1.durable.feed_own_h readers',
        'ghostly.v1.durable.feed_projects_h readers',
        '_INBOX_h.>',
      ],
    });
  });

  it('I11: never is a consumer without subjects, which would hand out everything', () => {
    expect(consumersOf(lonely, 'all')[1]?.subjects).toEqual([]);
    expect(JSON.stringify(durable(lonely))).not.toContain('projects_');
  });

  it('I13: is about at most 64 projects', () => {
    const ids = Array.from({ length: MAX_PROJECTS }, () => crypto.randomUUID());
    expect(isTooWide({ ...subscriber, projectIds: ids })).toBe(false);
    expect(isTooWide({ ...subscriber, projectIds: [...ids, 'one more'] })).toBe(true);
    expect(consumersOf(subscriber, [])).toHaveLength(1);
  });

  it('keeps the consumer of named projects apart from others, whatever has become of the memberships', () => {
    const nameOf = (who: typeof subscriber, projects: 'all' | string[]) =>
      consumersOf(who, projects)[1]?.name;
    expect(nameOf(subscriber, ['p'])).toBe(nameOf(lonely, ['p']));
    expect(
      new Set([nameOf(subscriber, 'all'), nameOf(subscriber, ['p']), nameOf(subscriber, ['q'])]).size,
    ).toBe(3);
  });
});

describe('the user name of a sign-in', () => {
  const [a, b] = ['0b9f0a10-0000-4000-8000-000000000001', '0b9f0a10-0000-4000-8000-000000000002'];

  it.each([
    [undefined, { durable: false, projects: 'all' }],
    ['anybody', { durable: false, projects: 'all' }],
    ['live:none', { durable: false, projects: [] }],
    ['durable', { durable: true, projects: 'all' }],
    ['durable:none', { durable: true, projects: [] }],
    [`durable:${b},${a},${b}`, { durable: true, projects: [a, b] }],
  ])('%s says what is wished for', (user, wish) => expect(subscriptionRequestOf(user)).toEqual(wish));

  it.each([
    'durable:',
    'durable:*',
    `durable:${a},`,
    'durable:>',
    `live:${Array.from({ length: 65 }, () => crypto.randomUUID()).join()}`,
  ])('%j is none', (user) => expect(subscriptionRequestOf(user)).toBeUndefined());

  it('comes back as it was given', () => {
    for (const user of ['live', 'durable', 'durable:none', `live:${a},${b}`])
      expect(userOf(subscriptionRequestOf(user)!)).toBe(user);
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
      const start = threadMs();
      for (let n = 0; n < 50; n += 1) work();
      return threadMs() - start;
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
