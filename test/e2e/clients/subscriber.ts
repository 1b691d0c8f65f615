import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addMember, addViewer, type Member } from '../../support/database/members.ts';
import { eventually } from '../../support/eventually.ts';
import type { Client } from '../../support/http/client.ts';
import { extendedOnly } from '../../support/share.ts';
import { entriesIn, type Subscriber, startSubscriber } from '../../support/stack/subscriber.ts';
import { useStack } from '../../support/stack/use-stack.ts';

const bench = useStack();
let admin: Client;
let member: Member;
let memberKey: { id: string; key: string };
let file: string;
const subscribers: Subscriber[] = [];

beforeAll(async () => {
  admin = bench.client;
  member = await addMember(admin);
  await member.client.project(); // its own, before there is another one
  await addViewer(bench.stack.databaseUrl, await admin.project(), member.id);
  const reply = await member.client.request<{ id: string; key: string }>('POST', '/v1/api-keys', {
    body: { label: 'subscriber', scopes: ['runs:read'] },
  });
  memberKey = reply.body;
  file = join(bench.stack.home, 'events.ndjson');
});

afterAll(async () => {
  await Promise.all(subscribers.map((subscriber) => subscriber.end('SIGKILL')));
});

const subscribe = (): Subscriber => {
  const subscriber = startSubscriber({ url: admin.url, apiKey: memberKey.key, file });
  subscribers.push(subscriber);
  return subscriber;
};

/** Stops at its second step until the site lets it go on, and has two steps more. */
const startGated = (client: Client, tag: string) =>
  client.start({
    baseUrl: bench.site.url,
    steps: [
      { action: 'goto', url: `/gated?${tag}` },
      { action: 'waitForSelector', selector: '#opened' },
      { action: 'goto', url: '/plain' },
      { action: 'snapshot' },
    ],
  });

const entriesOf = async (id: string) => (await entriesIn(file)).filter(({ runId }) => runId === id);
const until = (id: string, text: string) =>
  eventually(async () => expect(JSON.stringify(await entriesOf(id))).toContain(text));
const entering = (state: string) => `"to":"${state}"`;

extendedOnly(() => {
  test('a subscriber that is killed, and whose server of NATS is started anew, has each event once and in order, none missing', async () => {
    const first = subscribe();
    const own = await startGated(member.client, 'own');
    await until(own, 'step_start');
    // Killed with a run in the middle.
    expect(await first.end('SIGKILL')).toBeNull();

    const ofProject = await startGated(admin, 'project');
    bench.site.release('/gate?own');
    const second = subscribe();
    await until(own, '"kind":"end"');
    await until(ofProject, 'step_start');

    await bench.stack.nats.stop();
    const meanwhile = await startGated(admin, 'meanwhile');
    await bench.stack.nats.startAgain();
    bench.site.release('/gate?project');
    await until(ofProject, '"kind":"end"');

    // Nothing that was not acknowledged is left in the store of the next one.
    await bench.stack.nats.stop();
    await bench.stack.nats.startAgain({ wiped: true });
    bench.site.release('/gate?meanwhile');
    await until(meanwhile, '"kind":"end"');
    await second.end('SIGTERM');

    for (const id of [own, ofProject, meanwhile]) {
      const [entries, { events, status }] = [await entriesOf(id), await admin.read(id)];
      expect(status).toBe('pass');
      const assists = entries.filter(({ kind }) => kind === 'assist');
      expect(assists.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(assists.map(({ type, at, payload }) => ({ type, at, payload }))).toEqual(
        events.map(({ type, at, payload }) => ({ type, at, payload })),
      );
      expect(entries.filter(({ kind }) => kind === 'end')).toHaveLength(1);
      expect(entries.at(-1)?.kind).toBe('end');
    }
    expect(JSON.stringify(await entriesOf(own))).toContain(entering('pass'));
  });

  test('a subscriber killed again and again writes no event twice', async () => {
    const id = await startGated(member.client, 'again');
    bench.site.release('/gate?again');
    for (let kills = 0; kills < 4; kills += 1) {
      const subscriber = subscribe();
      const written = (await entriesIn(file)).length;
      await eventually(async () => expect((await entriesIn(file)).length).toBeGreaterThan(written), {
        timeoutMs: 1_500,
      }).catch(() => undefined);
      await subscriber.end('SIGKILL');
    }
    const last = subscribe();
    await until(id, '"kind":"end"');
    await last.end('SIGINT');
    const seqs = (await entriesOf(id)).flatMap(({ seq }) => seq ?? []);
    expect(seqs).toEqual((await admin.read(id)).events.map((_, index) => index + 1));
  });
});

test('I11: a subscriber whose key is revoked ends, saying so', async () => {
  const subscriber = subscribe();
  await eventually(() => expect(subscriber.output()).toContain('connected to'));
  await member.client.request('DELETE', `/v1/api-keys/${memberKey.id}`);
  await eventually(() => expect(subscriber.output()).toContain('unauthorized'));
  expect(await subscriber.end('SIGTERM')).toBe(1);
});
