/* I11: a session serves pages of the gateway alone, and ends with its time, password, sign-out or user. */
import { request } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../support/eventually.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  PASSWORD,
  type Person,
  type Received,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

const PUBLIC = 'https://ghostly.example';
const gateway = await useGateway({ config: { GHOSTLY_PUBLIC_URL: [PUBLIC] } });
/** Another one of the same service. */
const beside = await useGateway({ databaseUrl: gateway.databaseUrl });
let ann: Person;
beforeEach(async () => {
  ann = await createPerson(gateway);
});

const OWN = { 'sec-fetch-site': 'same-origin' };
const EXPIRED = { status: 401, body: { ok: false, error: 'session expired, please log in again' } };
const UNAUTHORIZED = { status: 401, body: { error: 'unauthorized' } };

const signIn = (headers: Record<string, string> = OWN, at = gateway) =>
  call(at, 'POST', '/v1/auth/session', { headers, body: { email: ann.email, password: PASSWORD } });
const cookieOf = ({ headers }: Received): string => headers.getSetCookie()[0]!.split(';', 1)[0]!;
const signedIn = async () => cookieOf(await signIn());
const me = (sent: Sent, at = gateway) => call(at, 'GET', '/v1/auth/me', sent);
const as = (cookie: string, headers: Record<string, string> = OWN): Sent => ({
  headers: { ...headers, cookie },
});
const createProject = (sent: Sent) =>
  call(gateway, 'POST', '/v1/projects', { ...sent, body: { label: 'made' } });

/** Calls like a proxy in front: `fetch` does not let one choose the host. */
function rawCall(method: string, path: string, headers: Record<string, string>, body?: object) {
  return new Promise<{ status: number; cookies: string[] }>((resolve, reject) => {
    const asked = request(`${gateway.url}${path}`, { method, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        resolve({ status: answer.statusCode!, cookies: answer.headers['set-cookie'] ?? [] }),
      );
    });
    asked.once('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}

describe('a browser that signs in', () => {
  it('has a cookie that no script reads and no other site sends, and that any gateway takes', async () => {
    const answer = await signIn();
    expectContract('startSession', answer);
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^ghostly_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
      ),
      // What says to a page that there is a session says nothing else.
      'ghostly_signed_in=1; Path=/; SameSite=Strict; Max-Age=604800',
    ]);
    const cookie = cookieOf(answer);
    for (const one of [gateway, beside]) {
      const reported = await me(as(cookie), one);
      expectContract('me', reported);
      expect(reported.body).toMatchObject({
        user: { id: ann.userId },
        session: { expiresAt: expect.any(String) },
      });
    }
    expect((await createProject(as(cookie))).status).toBe(201);
    expect(await gateway.sql.rows('select from user_sessions where secret_hash = $1', [cookie])).toEqual([]);
  });

  it('keeps it to TLS and to this very host where the page is served so', async () => {
    const host = { host: 'ghostly.example', origin: PUBLIC };
    const answer = await rawCall('POST', '/v1/auth/session', host, {
      email: ann.email,
      password: PASSWORD,
    });
    expect(answer.cookies).toEqual([
      expect.stringMatching(/^__Host-ghostly_session=[\w-]{43}; Path=\/; HttpOnly; .*; Secure$/),
      expect.stringMatching(/^ghostly_signed_in=1; Path=\/; .*; Secure$/),
    ]);
    const cookie = answer.cookies[0]!.split(';', 1)[0]!;
    expect((await rawCall('GET', '/v1/auth/me', { ...host, cookie })).status).toBe(200);
    // One that another site could have put there is not taken.
    const planted = cookie.replace('__Host-', '');
    expect((await rawCall('GET', '/v1/auth/me', { ...host, cookie: planted })).status).toBe(401);
    const plain = { ...host, origin: 'http://ghostly.example', cookie };
    expect((await rawCall('DELETE', '/v1/auth/session', plain)).status).toBe(401);
  });

  it('gets a new session each time, and the one before ends', async () => {
    const first = await signedIn();
    const second = cookieOf(await signIn({ ...OWN, cookie: first }));
    expect(second).not.toBe(first);
    expect(await me(as(first))).toMatchObject(EXPIRED);
    expect((await me(as(second))).status).toBe(200);
  });

  it('does not choose its secret', async () => {
    const chosen = `ghostly_session=${'a'.repeat(43)}`;
    expect(cookieOf(await signIn({ ...OWN, cookie: chosen }))).not.toBe(chosen);
    expect(await me(as(chosen))).toMatchObject(EXPIRED);
  });
});

describe('a page of another site', () => {
  const FORM = { 'content-type': 'text/plain' };
  const HOSTILE: [string, Record<string, string>][] = [
    ['a form of another site', { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page of another port', { ...FORM, 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
    ['an older browser, from another port', { ...FORM, origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { ...FORM, origin: 'null' }],
    ['a link that a user follows', { ...FORM, 'sec-fetch-site': 'none' }],
    ['something that says nothing of itself', FORM],
  ];

  it.each(HOSTILE)('changes nothing with the cookie: %s', async (_, headers) => {
    const cookie = await signedIn();
    expect(await createProject(as(cookie, headers))).toMatchObject(UNAUTHORIZED);
    expect(await call(gateway, 'DELETE', '/v1/auth/session', as(cookie, headers))).toMatchObject(
      UNAUTHORIZED,
    );
    expect((await me(as(cookie))).status).toBe(200);
  });

  it.each(HOSTILE)('signs nobody in: %s', async (_, headers) => {
    const answer = await signIn(headers);
    expectContract('startSession', answer);
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('reads nothing with it either', async () => {
    const cookie = await signedIn();
    for (const site of ['cross-site', 'same-site'])
      expect(await me(as(cookie, { 'sec-fetch-site': site }))).toMatchObject(UNAUTHORIZED);
  });

  it('is known from the own one without Sec-Fetch-Site, too', async () => {
    const cookie = await signedIn();
    expect((await createProject(as(cookie, { origin: gateway.url }))).status).toBe(201);
    expect((await createProject(as(cookie, { origin: PUBLIC }))).status).toBe(201);
  });
});

describe('other credentials', () => {
  it('decide alone, also if they are not valid', async () => {
    const cookie = await signedIn();
    const bob = await createPerson(gateway);
    const cross = { 'sec-fetch-site': 'cross-site' };
    const key = await createKey(gateway, bob, ['runs:write']);
    expect((await createProject({ key, headers: { ...cross, cookie } })).status).toBe(201);
    expect((await me({ key, headers: { ...OWN, cookie } })).body).toMatchObject({ user: { id: bob.userId } });
    expect((await me({ as: bob, headers: { ...OWN, cookie } })).body).toMatchObject({
      user: { id: bob.userId },
    });
    expect(await me({ key: 'gly_wrong', headers: { ...OWN, cookie } })).toMatchObject({ status: 401 });
  });

  it('are not what a cookie holds: a session is no token, and a token no session', async () => {
    const secret = (await signedIn()).split('=')[1]!;
    expect((await me({ headers: { authorization: `Bearer ${secret}` } })).status).toBe(401);
    expect(await me(as(`ghostly_session=${ann.token}`))).toMatchObject(UNAUTHORIZED);
  });
});

describe('I11: a session ends', () => {
  it('when its browser signs out, here and at every gateway; others go on', async () => {
    const [cookie, other] = [await signedIn(), await signedIn()];
    const answer = await call(gateway, 'DELETE', '/v1/auth/session', as(cookie));
    expectContract('endSession', answer);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^ghostly_session=; .*Max-Age=0/);
    for (const one of [gateway, beside]) expect(await me(as(cookie), one)).toMatchObject(EXPIRED);
    expect((await me(as(other))).status).toBe(200);
    expect((await me({ as: ann })).status).toBe(200);
  });

  it('when the password changes, but for the one that changed it, which gets another', async () => {
    const [cookie, other] = [await signedIn(), await signedIn()];
    const body = { currentPassword: PASSWORD, newPassword: 'another long password' };
    const answer = await call(gateway, 'POST', '/v1/auth/password', { ...as(cookie), body });
    expectContract('changePassword', answer);
    expect(answer.body).toEqual({ ok: true, session: { expiresAt: expect.any(String) } });
    for (const ended of [cookie, other]) expect(await me(as(ended))).toMatchObject(EXPIRED);
    expect((await me(as(cookieOf(answer)))).status).toBe(200);
  });

  it('when its user signs out everywhere', async () => {
    const cookie = await signedIn();
    const answer = await call(gateway, 'DELETE', '/v1/auth/tokens', as(cookie));
    expect(answer.headers.getSetCookie()[0]).toMatch(/^ghostly_session=; .*Max-Age=0/);
    expect(await me(as(cookie))).toMatchObject(EXPIRED);
  });

  it('when its user is deleted', async () => {
    const cookie = await signedIn();
    const admin = await createPerson(gateway, 'admin');
    await call(gateway, 'DELETE', `/v1/users/${ann.userId}`, { as: admin });
    expect(await me(as(cookie), beside)).toMatchObject(EXPIRED);
  });

  it.each([
    ['after a week', 'expires_at = clock_timestamp()'],
    ['after a day without a request', `used_at = clock_timestamp() - interval '24 hours'`],
  ])('%s', async (_, over) => {
    const cookie = await signedIn();
    await gateway.sql.rows(`update user_sessions set ${over} where user_id = $1`, [ann.userId]);
    expect(await me(as(cookie))).toMatchObject(EXPIRED);
  });

  it('later if it is used', async () => {
    const cookie = await signedIn();
    await gateway.sql.rows(
      `update user_sessions set used_at = clock_timestamp() - interval '23 hours' where user_id = $1`,
      [ann.userId],
    );
    await me(as(cookie));
    await eventually(async () =>
      expect(
        await gateway.sql.rows(
          `select from user_sessions where user_id = $1 and used_at > clock_timestamp() - interval '1 minute'`,
          [ann.userId],
        ),
      ).toHaveLength(1),
    );
  });

  it('when its user has begun fifty others, and rows of ended ones go', async () => {
    const first = await signedIn();
    await gateway.sql.rows(
      `insert into user_sessions (id, user_id, secret_hash, token_epoch, expires_at)
       select gen_random_uuid(), $1, gen_random_uuid()::text, 0, clock_timestamp() + n * interval '1 day' from generate_series(-3, 46) as n`,
      [ann.userId],
    );
    await signedIn();
    expect(await me(as(first))).toMatchObject(EXPIRED);
    const [{ count }] = (await gateway.sql.rows<{ count: number }>(
      'select count(*)::int from user_sessions where user_id = $1',
      [ann.userId],
    )) as [{ count: number }];
    expect(count).toBeLessThanOrEqual(50);
  });

  it('with the streams that it has opened', async () => {
    const id = await startRun(gateway, ann);
    const cookie = await signedIn();
    const stream = await fetch(`${gateway.url}/v1/runs/${id}/events/stream`, { headers: { ...OWN, cookie } });
    expect(stream.status).toBe(200);
    await call(gateway, 'DELETE', '/v1/auth/session', as(cookie));
    // It ends without the run having ended.
    expect(await stream.text()).not.toContain('event: end');
  });
});
