/* I11: a caller who is signed out, or whose key ends, while a request waits gets nothing from it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createCountedApiKey } from '#shared/adapters/database/accounts/api-keys.ts';
import {
  call,
  createKey,
  createPerson,
  expectContract,
  inviteTo,
  PASSWORD,
  type Person,
  type Received,
  type Sent,
  useGateway,
} from '../fixture.ts';
import { rush } from '../runs/rush.ts';

/* I11: a caller who is signed out, or has a key revoked, while its request waits has lost it for that request too. */

const gateway = await useGateway();
const owner = await createPerson(gateway);
let ann: Person;
let other: Person;
let invitation: string;
beforeEach(async () => {
  await gateway.sql.rows('delete from login_attempts');
  [ann, other] = [await createPerson(gateway, 'admin'), await createPerson(gateway)];
  invitation = await inviteTo(gateway, owner.projectId, { by: owner, email: ann.email });
});

const signedIn = async (): Promise<Sent> => {
  const headers = { 'sec-fetch-site': 'same-origin' };
  const body = { email: ann.email, password: PASSWORD };
  const answer = await call(gateway, 'POST', '/v1/auth/session', { headers, body });
  return { headers: { ...headers, cookie: answer.headers.getSetCookie()[0]!.split(';', 1)[0]! } };
};

/** What each is by, and what ends that. */
const ENDS: [string, () => Promise<Sent>, string][] = [
  [
    'a token that is ended',
    async () => ({ as: ann }),
    'update users set token_epoch = token_epoch + 1, tokens_ended_at = clock_timestamp() where id = $1',
  ],
  [
    'a session that is ended',
    signedIn,
    `with gone as (delete from user_sessions where user_id = $1) select from users where id = $1 for update`,
  ],
  [
    'a key that is revoked',
    async () => ({ key: await createKey(gateway, ann, ['admin']) }),
    `with gone as (delete from api_keys where user_id = $1) select from users where id = $1 for update`,
  ],
];

const post = (path: string, body?: unknown) => (sent: Sent) => call(gateway, 'POST', path, { ...sent, body });
const REQUESTS: [Parameters<typeof expectContract>[0], () => (sent: Sent) => Promise<Received>][] = [
  ['createApiKey', () => post('/v1/api-keys', { label: 'late', scopes: ['runs:write'] })],
  ['createProject', () => post('/v1/projects', { label: 'late' })],
  [
    'putMember',
    () => post(`/v1/projects/${ann.projectId}/members`, { email: 'late@test.local', role: 'owner' }),
  ],
  [
    'register',
    () => post('/v1/auth/register', { email: 'late@test.local', password: PASSWORD, role: 'admin' }),
  ],
  ['deleteUser', () => (sent) => call(gateway, 'DELETE', `/v1/users/${other.userId}`, sent)],
  ['endTokens', () => (sent) => call(gateway, 'DELETE', '/v1/auth/tokens', sent)],
  ['acceptInvitation', () => post(`/v1/invitations/${invitation}/accept`)],
  ['declineInvitation', () => post(`/v1/invitations/${invitation}/decline`)],
  [
    'changePassword',
    () => post('/v1/auth/password', { currentPassword: PASSWORD, newPassword: `${PASSWORD} 2` }),
  ],
];

it('a token of an outside issuer that was ended meanwhile makes no key, and one of later does', async () => {
  await gateway.sql.rows('update users set tokens_ended_at = clock_timestamp() where id = $1', [ann.userId]);
  const make = async (at: number) => {
    const by = { userId: ann.userId, issue: { at: new Date(at) } };
    const wanted = { by, label: 'late', scopes: ['runs:write' as const] };
    return createCountedApiKey(await gateway.database.entities(), wanted, undefined);
  };
  expect(await make(Date.now() - 60_000)).toBe('unauthorized');
  expect(await make(Date.now() + 60_000)).toMatchObject({ key: expect.stringMatching(/^gly_/) });
});

/** All that these requests could touch. */
const touched = () =>
  gateway.sql.rows(`
    select 'key' as what, id, label as of, null as more from api_keys where label = 'late'
    union all select 'member', user_id, project_id::text, role from project_members
    union all select 'invitation', id, email, null from project_invitations
    union all select 'user', id, concat(email, deleted_at), password_hash from users
    order by what, id, of`);

describe.each(ENDS)('%s meanwhile', (_, credential, text) => {
  it.each(REQUESTS)('gets nothing from %s', async (id, request) => {
    const sent = await credential();
    const before = await touched();
    const lost = { text, values: [ann.userId] };
    const [answer] = await rush(gateway, lost, [() => request()(sent)]);
    expectContract(id, answer!);
    expect(answer!.status).toBe(401);
    expect(await touched()).toEqual(before);
  });
});
