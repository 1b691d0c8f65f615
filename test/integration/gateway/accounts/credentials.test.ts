/* I11: a change of password, or signing out everywhere, ends the tokens of that user at once, and no other's. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  PASSWORD,
  type Person,
  type Sent,
  useGateway,
} from '../fixture.ts';

let ann: Person;

const gateway = await useGateway();
beforeEach(async () => {
  await gateway.sql.rows('delete from login_attempts');
  ann = await createPerson(gateway);
});

const NEW = 'another long password';
const login = async (password: string) =>
  call(gateway, 'POST', '/v1/auth/login', { body: { email: ann.email, password } });
const tokenOf = ({ body }: { body: unknown }) => (body as { token: string }).token;
const me = (sent: Sent) => call(gateway, 'GET', '/v1/auth/me', sent);
const change = (sent: Sent, currentPassword: unknown, newPassword: unknown) =>
  call(gateway, 'POST', '/v1/auth/password', { ...sent, body: { currentPassword, newPassword } });
const EXPIRED = { status: 401, body: { ok: false, error: 'session expired, please log in again' } };

describe('changing a password', () => {
  it('needs the old one, ends every token but the one that it answers, and leaves keys', async () => {
    const [other, key] = [tokenOf(await login(PASSWORD)), await createKey(gateway, ann, ['runs:read'])];
    const answer = await change({ as: ann }, PASSWORD, NEW);
    expectContract('changePassword', answer);
    expect(answer.status).toBe(200);
    expect((await me({ as: { ...ann, token: tokenOf(answer) } })).status).toBe(200);
    for (const token of [ann.token, other])
      expect(await me({ as: { ...ann, token } })).toMatchObject(EXPIRED);
    expect((await me({ key })).status).toBe(200);
    expect((await login(PASSWORD)).status).toBe(401);
    expect((await login(NEW)).status).toBe(200);
  });

  it('with a wrong one is refused, changes nothing, and counts as a login does', async () => {
    const wrong = await change({ as: ann }, 'wrong', NEW);
    expectContract('changePassword', wrong);
    expect(wrong).toMatchObject({ status: 400, body: { error: 'the current password is wrong' } });
    for (let n = 0; n < 9; n += 1) await change({ as: ann }, 'wrong', NEW);
    expect(await change({ as: ann }, PASSWORD, NEW)).toMatchObject({ status: 429 });
    expect((await me({ as: ann })).status).toBe(200);
  });

  it.each<[string, () => Promise<Sent>, number]>([
    ['by a token, which the first one ends', async () => ({ as: ann }), 401],
    ['by a key', async () => ({ key: await createKey(gateway, ann, ['runs:write']) }), 400],
  ])('of two at once %s, lets one through', async (_, by, refused) => {
    const sent = await by();
    const answers = await Promise.all([NEW, `${NEW} 2`].map((wanted) => change(sent, PASSWORD, wanted)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, refused]);
  });

  it.each<[unknown, unknown]>([
    [undefined, NEW],
    [PASSWORD, 'short'],
    [PASSWORD, 'a\0bcdefghij'],
  ])('from %j to %j names the field', async (from, to) => {
    expect(await change({ as: ann }, from, to)).toMatchObject({
      status: 400,
      body: { error: 'validation error' },
    });
  });

  it('through a key answers no token', async () => {
    const key = await createKey(gateway, ann, ['runs:write']);
    expect((await change({ key }, PASSWORD, NEW)).body).toEqual({ ok: true });
    expect(await me({ as: ann })).toMatchObject(EXPIRED);
  });
});

describe('signing out everywhere', () => {
  it('I11: ends all tokens of the caller at once, and nobody else’s', async () => {
    const bob = await createPerson(gateway);
    const answer = await call(gateway, 'DELETE', '/v1/auth/tokens', { as: ann });
    expectContract('endTokens', answer);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(await me({ as: ann })).toMatchObject(EXPIRED);
    expect((await me({ as: bob })).status).toBe(200);
    expect((await me({ as: { ...ann, token: tokenOf(await login(PASSWORD)) } })).status).toBe(200);
  });
});
