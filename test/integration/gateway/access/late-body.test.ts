/* I11: a request whose body comes late does nothing that its sender may not do any more by then. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  FLOW,
  type Person,
  type Received,
  type Sent,
  startRun,
  useGateway,
} from '../fixture.ts';

/*
 * I11: what a sender may is what it may when its request is there. A body may take minutes, and a sender who has a key, a
 * session or a role taken from it must not have half a request in store.
 */

const gateway = await useGateway();
let ann: Person;
let bob: Person;
beforeEach(async () => {
  [ann, bob] = [await createPerson(gateway), await createPerson(gateway)];
});

interface Late extends Pick<Sent, 'as' | 'key'> {
  path: string;
  body: unknown;
}

/** Sends half of the body, has that happen, and sends the rest. */
async function sendSlowly(
  { as, key, path, body }: Late,
  meanwhile: () => Promise<unknown>,
): Promise<Received> {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const half = bytes.length / 2;
  const first = Promise.withResolvers<void>();
  const rest = new ReadableStream<Uint8Array>({
    start: (sent) => sent.enqueue(bytes.slice(0, half)),
    async pull(sent) {
      await first.promise;
      sent.enqueue(bytes.slice(half));
      sent.close();
    },
  });
  const answer = fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: {
      ...(as && { authorization: `Bearer ${as.token}` }),
      ...(key !== undefined && { 'x-api-key': key }),
    },
    body: rest,
    duplex: 'half',
  });
  // Each of these takes as many statements as the caller of the first request does, and begins after that one.
  for (let n = 0; n < 3; n += 1) await call(gateway, 'GET', '/v1/auth/me', { as: bob });
  await meanwhile();
  first.resolve();
  const received = await answer;
  return { status: received.status, headers: received.headers, body: await received.json() };
}

const runsOf = ({ userId }: Person) => gateway.sql.rows('select id from runs where user_id = $1', [userId]);
const signOut = (person: Person) => call(gateway, 'DELETE', '/v1/auth/tokens', { as: person });
const revokeKeys = ({ userId }: Person) =>
  gateway.sql.rows('delete from api_keys where user_id = $1', [userId]);
const remove = (owner: Person, { userId }: Person) =>
  call(gateway, 'DELETE', `/v1/projects/${owner.projectId}/members/${userId}`, { as: owner });

it('a request whose body comes late is served', async () => {
  const late = { as: ann, path: '/v1/run', body: FLOW(ann.projectId) };
  const answer = await sendSlowly(late, async () => undefined);
  expectContract('startRun', answer);
  expect(answer.status).toBe(202);
});

describe('I11: a request whose body comes late', () => {
  it('starts no run through a key that is revoked meanwhile', async () => {
    const key = await createKey(gateway, ann, ['runs:write']);
    const late = { key, path: '/v1/run', body: FLOW(ann.projectId) };
    const answer = await sendSlowly(late, () => revokeKeys(ann));
    expectContract('startRun', answer);
    expect(answer.status).toBe(401);
    expect(await runsOf(ann)).toEqual([]);
  });

  it('makes no key for a user who signs out everywhere meanwhile', async () => {
    const late = { as: ann, path: '/v1/api-keys', body: { label: 'late', scopes: ['runs:write'] } };
    const answer = await sendSlowly(late, () => signOut(ann));
    expectContract('createApiKey', answer);
    expect(answer.status).toBe(401);
    expect(await gateway.sql.rows('select from api_keys where user_id = $1', [ann.userId])).toEqual([]);
  });

  it('cancels no run of a project that its sender is removed from meanwhile', async () => {
    await addMember(gateway, ann.projectId, bob, 'operator');
    const run = await startRun(gateway, ann);
    const late = { as: bob, path: `/v1/runs/${run}/cancel`, body: { reason: 'as it is late' } };
    const answer = await sendSlowly(late, () => remove(ann, bob));
    expectContract('cancelRun', answer);
    expect(answer.status).toBe(404);
    const recorded = 'select cancel_requested_at as at from runs where id = $1';
    expect(await gateway.sql.row(recorded, [run])).toEqual({ at: null });
  });
});
