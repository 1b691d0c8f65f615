/* I11, I13: a subscriber reads the messages that it missed page by page, of the runs that it may see. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  BEGUN,
  CHECKED,
  CLAIM,
  claimByHand,
  LAUNCHED,
  queueRun,
  SETTLED,
  type TestEvent,
  TO_PASS,
} from '../../../support/database/runs.ts';
import {
  addMember,
  call,
  createKey,
  createPerson,
  expectContract,
  type Person,
  useGateway,
} from '../fixture.ts';

const gateway = await useGateway();
const ann = await createPerson(gateway);
const bob = await createPerson(gateway);

async function playRun(
  of: Pick<Person, 'userId' | 'projectId'>,
  events: readonly TestEvent[] = TO_PASS,
): Promise<string> {
  const { id } = await queueRun(gateway.sql, of);
  const owned = await claimByHand(gateway.sql, randomUUID());
  expect(owned.run.id).toBe(id);
  for (const event of events) expect(await owned.commit(event)).toBeDefined();
  return id;
}

interface Message {
  runId: string;
  kind: string;
  seq?: number;
  status?: string;
}

async function read(key: string, query = '') {
  const received = await call(gateway, 'GET', `/v1/events${query}`, { key });
  expectContract('readMissed', received);
  expect(received.status).toBe(200);
  const next = /<\/v1\/events(\?[^>]+)>; rel="next"/.exec(received.headers.get('link') ?? '')?.[1];
  return { messages: received.body as Message[], next };
}

/** The runs of the messages, in their order. */
const runsOf = (messages: Message[]) => [...new Set(messages.map(({ runId }) => runId))];

test('I11: the messages of the runs of a user and of its projects, in the order of their ends, page after page', async () => {
  await addMember(gateway, bob.projectId, ann, 'viewer');
  const stranger = await createPerson(gateway);
  const ids: string[] = [];
  for (const of of [ann, bob, stranger, ann, { userId: ann.userId, projectId: stranger.projectId }, bob])
    ids.push(await playRun(of));
  const [, ofBob, ofStranger, , , last] = ids;
  const mine = ids.filter((id) => id !== ofStranger);
  const key = await createKey(gateway, ann, ['runs:read']);

  const whole = await read(key);
  expect(runsOf(whole.messages)).toEqual(mine);
  expect(whole.next).toBeUndefined();
  const first = whole.messages.filter(({ runId }) => runId === mine[0]);
  const seqs = first.flatMap(({ seq }) => seq ?? []);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(first.map(({ kind, status }) => status ?? kind).filter((kind) => kind !== 'assist')).toEqual([
    'running',
    'pass',
    'end',
  ]);

  const pages: string[][] = [];
  for (let query: string | undefined = '?limit=2'; query; ) {
    const { messages, next } = await read(key, query);
    pages.push(runsOf(messages));
    query = next;
  }
  expect(pages).toEqual([mine.slice(0, 2), mine.slice(2, 4), mine.slice(4)]);

  expect(runsOf((await read(key, '?projects=none')).messages)).not.toContain(ofBob);
  expect(runsOf((await read(key, `?projects=${stranger.projectId}`)).messages)).not.toContain(ofStranger);
  const [{ at } = { at: new Date() }] = await gateway.sql.rows<{ at: Date }>(
    'select finished_at as at from runs where id = $1',
    [last],
  );
  expect(runsOf((await read(key, `?since=${at.toISOString()}`)).messages)).toEqual([last]);
  expect((await read(key, '?since=2999-01-01T00:00:00Z')).messages).toEqual([]);
});

test('an admin is given what a subscription of its own has, and no more', async () => {
  const admin = await createPerson(gateway, 'admin');
  await playRun(bob);
  const own = await playRun(admin);
  const key = await createKey(gateway, admin, ['admin', 'runs:read']);
  expect(runsOf((await read(key)).messages)).toEqual([own]);
});

test('I13: a page of long runs ends early, and the next one goes on', async () => {
  const eve = await createPerson(gateway);
  const ids: string[] = [];
  const error = 'x'.repeat(1_500_000);
  const long: TestEvent = { type: 'xstate.done.actor.step', output: { at: 1_000, ok: false, error } };
  for (let n = 0; n < 3; n += 1)
    ids.push(await playRun(eve, [CLAIM, LAUNCHED, BEGUN, long, CHECKED, SETTLED]));
  const key = await createKey(gateway, eve, ['runs:read']);
  const { messages, next } = await read(key);
  expect(runsOf(messages)).toEqual(ids.slice(0, 2));
  expect(runsOf((await read(key, next)).messages)).toEqual(ids.slice(2));
});

test('what is no cursor of a page is refused, and so are more projects than a subscription covers', async () => {
  const eve = await createPerson(gateway);
  const key = await createKey(gateway, eve, ['runs:read']);
  for (const query of ['after=x', 'since=yesterday', 'limit=101', 'limit=0', 'projects=x'])
    expect([query, (await call(gateway, 'GET', `/v1/events?${query}`, { key })).status]).toEqual([
      query,
      400,
    ]);
  await gateway.sql.rows(
    `with made as (insert into projects (id, label) select gen_random_uuid(), 'Test' from generate_series(1, 64) returning id)
     insert into project_members select id, $1, 'viewer' from made`,
    [eve.userId],
  );
  const received = await call(gateway, 'GET', '/v1/events', { key });
  expectContract('readMissed', received);
  expect(received.status).toBe(400);
  expect((await read(key, `?projects=${eve.projectId}`)).messages).toEqual([]);
});
