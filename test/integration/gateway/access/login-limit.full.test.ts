/* I10, I13: failed logins are limited by account and address, and keep no user out who signs in elsewhere. */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { deleteOldLoginAttempts } from '#shared/adapters/database/accounts/login-attempts.ts';
import { extendedOnly } from '../../../support/share.ts';
import {
  call,
  createPerson,
  expectContract,
  PASSWORD,
  type Person,
  type Received,
  type TestGateway,
  useGateway,
} from '../fixture.ts';

let ann: Person;

const gateway = await useGateway();
/** Another one on the same database, which believes two proxies. */
const proxied = await useGateway({
  databaseUrl: gateway.databaseUrl,
  config: { GHOSTLY_TRUSTED_PROXIES: 2 },
});
beforeEach(async () => {
  await gateway.sql.rows('delete from login_attempts');
  ann = await createPerson(gateway);
});

const login = (email: string, password: string, { at = gateway, from = '' } = {}) =>
  call(at, 'POST', '/v1/auth/login', {
    body: { email, password },
    headers: from === '' ? {} : { 'x-forwarded-for': from },
  });
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const statuses = (answers: Received[]) => answers.map(({ status }) => status).sort();
const many = (count: number, status: number) => Array.from({ length: count }, () => status);
const nobody = () => `${randomUUID()}@test.local`;

let others = 0;
/** Another account each time, whose password is as cheap to check as Ann's, unlike that of an account that does not exist. */
const someone = () => {
  others += 1;
  return `other-${others}@test.local`;
};
const OTHERS = 500;
const addOthers = ({ userId }: Person) =>
  gateway.sql.rows(
    `insert into users
     select (jsonb_populate_record(users, jsonb_build_object('id', gen_random_uuid(), 'email', 'other-' || n || '@test.local'))).*
     from users, generate_series(1, ${OTHERS}) as n where id = $1`,
    [userId],
  );
await addOthers(await createPerson(gateway));

function expectRefused(answer: Received): void {
  expectContract('login', answer);
  expect(answer).toMatchObject({
    status: 429,
    body: { ok: false, error: 'too many login attempts, try again later' },
  });
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(14 * 60);
  expect(seconds).toBeLessThanOrEqual(15 * 60);
}

describe('logins that fail', () => {
  it('are ten per account from one address, at whichever gateway and however many at once', async () => {
    const answers = await times(14, (n) => login(ann.email, 'wrong', { at: n % 2 ? gateway : proxied }));
    expect(statuses(answers)).toEqual([...many(10, 401), ...many(4, 429)]);
    for (const answer of answers.filter(({ status }) => status === 429)) expectRefused(answer);
    expectRefused(await login(ann.email, PASSWORD));
    expectRefused(await login(ann.email.toUpperCase(), PASSWORD));
    expect((await call(gateway, 'GET', '/v1/auth/me', { as: ann })).status).toBe(200);
  });

  it('tell nothing of an account that is not there', async () => {
    const unknown = nobody();
    const [toKnown, toUnknown] = [
      await times(12, () => login(ann.email, 'x')),
      await times(12, () => login(unknown, 'x')),
    ];
    expect(statuses(toUnknown)).toEqual(statuses(toKnown));
  });

  it('are forgotten after a success, and after a quarter of an hour', async () => {
    await times(9, () => login(ann.email, 'wrong'));
    expect((await login(ann.email, PASSWORD)).status).toBe(200);
    expect(statuses(await times(10, () => login(ann.email, 'wrong')))).toEqual(many(10, 401));
    expectRefused(await login(ann.email, PASSWORD));
    await gateway.sql.rows(`update login_attempts set until = until - interval '15 minutes'`);
    expect((await login(ann.email, PASSWORD)).status).toBe(200);
  });

  extendedOnly(() => {
    it('are fifty per address; a success takes itself back, not those before it', async () => {
      const wrong = await times(49, () => login(someone(), 'wrong'));
      expect(statuses(wrong)).toEqual(many(49, 401));
      for (let n = 0; n < 3; n++) expect((await login(ann.email, PASSWORD)).status).toBe(200);
      expect((await login(someone(), 'wrong')).status).toBe(401);
      expectRefused(await login(someone(), 'wrong'));
      expectRefused(await login(ann.email, PASSWORD));
    });
  });

  it('I13: elsewhere do not lock out the user of the account, known there or new', async () => {
    await times(12, () => login(ann.email, 'wrong'));
    expectRefused(await login(ann.email, PASSWORD));
    const from = '203.0.113.30, 10.0.0.1';
    expect((await login(ann.email, PASSWORD, { at: proxied, from })).status).toBe(200);
    expectRefused(await login(ann.email, PASSWORD));
  });

  extendedOnly(() => {
    it('from ever new addresses are two hundred per account, of which those that it signs in from hear nothing', async () => {
      const home = { at: proxied, from: '198.51.100.77, 10.0.0.1' };
      expect((await login(ann.email, PASSWORD, home)).status).toBe(200);
      const guesses = [];
      for (let block = 0; block < 21; block += 1)
        guesses.push(
          ...(await times(10, () =>
            login(ann.email, 'wrong', { at: proxied, from: `203.0.113.${100 + block}, 10.0.0.1` }),
          )),
        );
      expect(statuses(guesses)).toEqual([...many(200, 401), ...many(10, 429)]);
      expectRefused(await login(ann.email, PASSWORD, { at: proxied, from: '203.0.113.200, 10.0.0.1' }));
      expect((await login(ann.email, PASSWORD, home)).status).toBe(200);
      await times(9, () => login(ann.email, 'wrong', home));
      expect((await login(ann.email, PASSWORD, home)).status).toBe(200);
    });
  });

  it("of an address over its limit do not count against other people's accounts", async () => {
    await times(50, () => login(someone(), 'wrong'));
    await times(15, () => login(ann.email, 'wrong'));
    expect((await login(ann.email, PASSWORD, { at: proxied, from: '203.0.113.9, 10.0.0.1' })).status).toBe(
      200,
    );
  });

  it('do not count when the body was no login', async () => {
    await times(60, () => call(gateway, 'POST', '/v1/auth/login', { body: { email: ann.email } }));
    expect(await gateway.sql.rows('select from login_attempts where failures > 0')).toEqual([]);
  });

  it('I10: are kept without the e-mail, which may be a password in the wrong field', async () => {
    await login('my secret password', 'wrong');
    expect(JSON.stringify(await gateway.sql.rows('select * from login_attempts'))).not.toContain('secret');
    expect(gateway.lines.join('')).not.toContain('my secret password');
  });

  it('go once they are old', async () => {
    await times(3, () => login(someone(), 'wrong'));
    await gateway.sql.rows(
      `update login_attempts set until = clock_timestamp() - interval '1 second' where failures = 1`,
    );
    await deleteOldLoginAttempts(gateway.sql);
    expect(await gateway.sql.rows('select failures from login_attempts where failures > 0')).toEqual([
      { failures: 3 },
    ]);
  });
});

describe('the address of a client', () => {
  const attempts = (from: (n: number) => string, at: TestGateway) =>
    times(52, (n) => login(someone(), 'wrong', { at, from: from(n) }));
  const refused = (answers: Received[]) => answers.filter(({ status }) => status === 429).length;

  it('is that of the connection, whatever X-Forwarded-For says, without a trusted proxy', async () => {
    expect(refused(await attempts((n) => `203.0.113.${n}`, gateway))).toBe(2);
  });

  it('is the one that the outermost of the trusted proxies names, not what a client puts before it', async () => {
    expect(refused(await attempts((n) => `198.51.100.${n}, 203.0.113.7, 10.0.0.1`, proxied))).toBe(2);
    expect(refused(await attempts((n) => `203.0.114.${n}, 10.0.0.1`, proxied))).toBe(0);
  });

  it.each(['nonsense, 10.0.0.1', "'; drop table users; --, 10.0.0.1", `${'9'.repeat(4_000)}, 10.0.0.1`])(
    'is that of the connection where the header is nonsense',
    async (from) => {
      await times(50, () => login(someone(), 'wrong'));
      expectRefused(await login(someone(), 'wrong', { at: proxied, from }));
    },
  );
});
