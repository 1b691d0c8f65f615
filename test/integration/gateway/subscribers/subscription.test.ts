/* I11, I13: a key that may read is told its own subjects, for 64 projects at most. */
import { expect, test } from 'vitest';
import { VERSION } from '#shared/platform/process/version.ts';
import { describeMessages } from '../../../../services/gateway/describe/asyncapi.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  startGateway,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway({ subscribers: true });
const SERVERS = [new URL(gateway.nats.serviceUrl).host];
const ann = await createPerson(gateway);

const HANDED_OUT = expect.stringMatching(/^ghostly\.v1\.durable\.feed_(own|projects)_[0-9a-f]{32}$/);

const read = async (key: string, query = '') => {
  const received = await call(gateway, 'GET', `/v1/subscription${query}`, { key });
  expectContract('readSubscription', received);
  return received;
};

test('I11: a key gets its own subjects, and how to get at them', async () => {
  const bob = await createPerson(gateway);
  await addMember(gateway, bob.projectId, ann, 'viewer');
  const { status, body } = await read(await createKey(gateway, ann, ['runs:read']));
  expect(status).toBe(200);
  const own = `ghostly.v1.events.${ann.userId}.>`;
  const ofProjects = [ann.projectId, bob.projectId].sort().map((id) => `ghostly.v1.events.*.${id}.>`);
  expect(body).toEqual({
    servers: SERVERS,
    live: { user: 'live', subjects: [own, ...ofProjects] },
    durable: {
      user: 'durable',
      inboxPrefix: expect.stringMatching(/^_INBOX_[0-9a-f]{32}$/),
      stream: 'GHOSTLY_EVENTS',
      queue: 'readers',
      consumers: [
        { name: expect.stringMatching(/^feed_own_[0-9a-f]{32}$/), handsOut: HANDED_OUT, subjects: [own] },
        {
          name: expect.stringMatching(/^feed_projects_[0-9a-f]{32}$/),
          handsOut: HANDED_OUT,
          subjects: ofProjects,
        },
      ],
    },
  });
});

test('I13: a key of more than 64 projects names those that are meant, and others than one’s own are not heard', async () => {
  const [eve, bob] = [await createPerson(gateway), await createPerson(gateway)];
  await gateway.sql.rows(
    `with made as (insert into projects (id, label) select gen_random_uuid(), 'Test' from generate_series(1, 64) returning id)
     insert into project_members select id, $1, 'viewer' from made`,
    [eve.userId],
  );
  const key = await createKey(gateway, eve, ['runs:read']);
  expect((await read(key)).body).toMatchObject({ error: expect.stringMatching(/^more than 64 projects/) });
  const named = await read(key, `?projects=${eve.projectId},${bob.projectId}`);
  const list = [eve.projectId, bob.projectId].sort().join();
  expect(named.body).toMatchObject({
    live: { user: `live:${list}`, subjects: [expect.anything(), `ghostly.v1.events.*.${eve.projectId}.>`] },
    durable: {
      user: `durable:${list}`,
      consumers: [{}, { subjects: [`ghostly.v1.events.*.${eve.projectId}.>`] }],
    },
  });
  const none = await read(key, '?projects=none');
  expect(none.body).toMatchObject({ durable: { user: 'durable:none', consumers: [{}] } });
  expect((await read(key, '?projects=*')).status).toBe(400);
});

test('I11: the names are each key’s own, and tell nothing of it', async () => {
  const keys = await Promise.all([
    createKey(gateway, ann, ['runs:read']),
    createKey(gateway, ann, ['runs:read']),
  ]);
  const [first, second, again] = await Promise.all([read(keys[0]!), read(keys[1]!), read(keys[0]!)]);
  expect(first.body).toEqual(again.body);
  expect(first.body).not.toEqual(second.body);
  const stored = await gateway.sql.rows<{ text: string }>(
    'select id::text || key_hash as text from api_keys',
  );
  const { durable } = first.body as { durable: { inboxPrefix: string } };
  expect(JSON.stringify(stored)).not.toContain(durable.inboxPrefix.slice('_INBOX_'.length));
});

test('a key without the scope to read, and a token, are forbidden', async () => {
  expect((await read(await createKey(gateway, ann, ['runs:write']))).status).toBe(403);
  expect((await call(gateway, 'GET', '/v1/subscription', { as: ann })).status).toBe(403);
  expect((await call(gateway, 'GET', '/v1/subscription')).status).toBe(401);
});

test('a server that lets no subscribers in says so', async () => {
  await using other = await startGateway();
  const person = await createPerson(other);
  const received = await call(other, 'GET', '/v1/subscription', {
    key: await createKey(other, person, ['runs:read']),
  });
  expectContract('readSubscription', received);
  expect(received.status).toBe(501);
});

test('the description of the messages is there for anybody', async () => {
  const { status, headers, body } = await call(gateway, 'GET', '/asyncapi.json');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(body).toEqual(JSON.parse(JSON.stringify(describeMessages({ version: VERSION }))));
});
