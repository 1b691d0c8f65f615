/* I11, I13: nothing that a hostile subscriber sends ends the NATS server or reaches somebody else. */
import { randomInt, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONNECTION } from '#shared/adapters/bus/bus.ts';
import { subjects } from '#shared/adapters/bus/subjects.ts';
import { durableGrant, type Grant, liveGrant } from '#shared/adapters/bus/subscribers/access.ts';
import { consumersOf } from '#shared/adapters/bus/subscribers/choice.ts';
import { openRawNats, type RawNats } from '../../../support/servers/raw-nats.ts';
import { createWorld, type Heard, type Holder, listenTo, type World } from './fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Resolves to whether the server is the one that it was, and answers. */
const isAlive = async (): Promise<boolean> => {
  const dead = world.nats.exited.then(() => false);
  const alive = world.bus[CONNECTION]()
    .then((connection) => connection.flush())
    .then(() => true);
  return Promise.race([dead, alive]);
};

test.each([
  ['INFO', 'MSG.NEXT'],
  ['MSG.NEXT', 'INFO'],
])('I13: a request %s that names %s as its reply does not end the server', async (request, reply) => {
  const ann = await world.addHolder();
  const connection = await world.durable(ann, { reconnect: false });
  const ofOwn = (verb: string) => `$JS.ghostly.API.CONSUMER.${verb}.GHOSTLY_EVENTS.own_${ann.handle}`;
  await world.say(ann);
  connection.publish(ofOwn(request), '', { reply: ofOwn(reply) });
  await connection.flush().catch(() => undefined);
  expect(await isAlive()).toBe(true);
});

const MESSAGES = 10_000;
const BATCH = 100;
const SEED = randomInt(2 ** 31);

const grantsOf = ({ userId, projectId, handle }: Holder): { live: Grant; durable: Grant } => {
  const subscriber = { userId, projectIds: [projectId], handle };
  return {
    live: liveGrant(subscriber),
    durable: durableGrant(subscriber, consumersOf(subscriber, 'all')),
  };
};

/** Subjects that an attacker would like to have an answer sent to, or that a server treats in a way of its own. */
const targetsOf = (ann: Holder, bob: Holder): string[] => [
  `_INBOX_${ann.handle}.x`,
  ...[ann, bob].map((who) => subjects.event({ ...who, runId: randomUUID() }, 'run_end')),
  ...['runQueued', 'finalise'].map((name) => subjects[name as 'runQueued' | 'finalise']),
  subjects.command('r'),
  subjects.live('r'),
  subjects.handedOut(`feed_own_${ann.handle}`),
  subjects.handedOut('feed_own_x'),
  ...['>', '*', '*.>', '$JS.>', '$JS.ACK.>', '$JS.*.GHOSTLY_EVENTS.*', 'ghostly.v1.>', '$SYS.>'],
  ...['$SYS.REQ.USER.AUTH', '$SYS.REQ.SERVER.PING', '$SYS.REQ.SERVER.x.KICK', '$SYS.ACCOUNT.GHOSTLY.CONNECT'],
  ...['', '$JS', '$JS.', '.', '..', 'a..b', '$JS.ACK', '$JS.ACK.', '_R_', '_R_.x', '_R_.x.y', '_GR_.a.b.c'],
  ...['$GR.x.y', '_GR_.', '$GNR.x', '_INBOX.x', '_GHOSTLY_INBOX.x', '$JSC.CI', '$JSC.R.x', '$NRG.V.x', '$G'],
  ...[
    '$MQTT.sub.x',
    '$LDS.x',
    '$KV.x.y',
    '$O.x',
    '$JS.FC.GHOSTLY_EVENTS.x.y',
    '$JS.M.x',
    '$JS.S.x',
    '{{1}}',
    '$1',
  ],
  ...['$JS.API', '$JS.ghostly.API'].flatMap((api) => [
    ...[`${api}.INFO`, `${api}.STREAM.PURGE.GHOSTLY_EVENTS`, `${api}.STREAM.DELETE.GHOSTLY_EVENTS`],
    ...['INFO', 'MSG.NEXT', 'DELETE', 'CREATE'].flatMap((verb) =>
      [`own_${ann.handle}`, `feed_own_${ann.handle}`].map(
        (name) => `${api}.CONSUMER.${verb}.GHOSTLY_EVENTS.${name}`,
      ),
    ),
  ]),
  'x'.repeat(3_000),
  'x.'.repeat(1_500),
];

const BODIES = ['', '+ACK', '+OK', '-NAK', '-NAK {"delay":1}', '+WPI', '+TERM', '+TERM x', '+NXT', '+NXT 1'];
const MORE_BODIES = [
  '+NXT {"batch":1000,"expires":1}',
  '{"batch":5}',
  '{}',
  'null',
  '\0'.repeat(64),
  'x'.repeat(16_000),
];
const HEADERS = [
  'Nats-Request-Info: {"acc":"GHOSTLY","svc":"SYS"}',
  'Nats-Msg-Id: x',
  'Nats-Expected-Stream: GHOSTLY_EVENTS',
  'Nats-Rollup: all',
  'Nats-Trace-Dest: ghostly.v1.queued',
  'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'Status: 503',
  ': ',
  'x',
];

/** Messages over every subject that the grant allows, with every reply: some after one that is real. */
const messagesOf = ({ publish }: Grant, targets: string[]) => {
  const token = fc.constantFrom(
    '1',
    '0',
    '-1',
    '18446744073709551615',
    '1700000000000000000',
    'x',
    '*',
    '>',
    '@',
    '',
  );
  const under = fc
    .array(token, { minLength: 1, maxLength: 9 })
    .chain((tokens) => fc.constantFrom(tokens.join('.'), '1.1.1.1700000000000000000.0'));
  const allowed = publish.length > 0 ? publish : targets.filter((target) => target !== '');
  const subject = fc
    .tuple(fc.constantFrom(...allowed), under)
    .map(([pattern, rest]) => pattern.replace(/>$/, rest));
  const target = fc.constantFrom(...targets);
  const reply = fc.oneof(
    target,
    subject,
    fc.tuple(subject, target).map((both) => both.join('@')),
  );
  const body = fc.constantFrom(...BODIES, ...MORE_BODIES);
  const header = fc.option(fc.constantFrom(...HEADERS), { nil: undefined });
  return fc.record({ subject, reply, body, header, real: fc.boolean() });
};
interface Message {
  subject: string;
  reply: string;
  body: string;
  header: string | undefined;
  /** Acknowledges a message that was handed out. */
  real: boolean;
}

function frame({ subject, reply, body, header }: Message): string {
  const address = `${subject} ${reply}`;
  if (header === undefined) return `PUB ${address} ${Buffer.byteLength(body)}\r\n${body}\r\n`;
  const head = `NATS/1.0\r\n${header}\r\n\r\n`;
  return `HPUB ${address} ${head.length} ${head.length + Buffer.byteLength(body)}\r\n${head}${body}\r\n`;
}

test(`I13, I11: ${MESSAGES} messages of a hostile subscriber, live and durable, end no server and reach nobody (seed ${SEED})`, async () => {
  const [ann, bob] = [await world.addHolder(), await world.addHolder()];
  const services = await world.bus[CONNECTION]();
  const manager = await services.jetstreamManager();
  const bobLive = await world.live(bob);
  const bobDurable = await world.durable(bob);
  const ofBob = `feed_own_${bob.handle}`;
  const bobs = [
    await listenTo(bobLive, subjects.eventsOfUser(bob.userId)),
    await listenTo(bobDurable, `_INBOX_${bob.handle}.>`),
  ];
  for (let seq = 1; seq <= 20; seq += 1) await world.say(ann, seq);
  const all = await listenTo(services, '>');
  const before = (await manager.streams.info('GHOSTLY_EVENTS')).state;
  const bobBefore = await manager.consumers.info('GHOSTLY_EVENTS', ofBob);

  const grants = grantsOf(ann);
  const targets = targetsOf(ann, bob);
  for (const kind of ['live', 'durable'] as const) {
    const login = { user: kind, pass: ann.key };
    const messages = fc.sample(messagesOf(grants[kind], targets), { seed: SEED, numRuns: MESSAGES / 2 });
    let raw: RawNats | undefined;
    for (let from = 0; from < messages.length; from += BATCH) {
      raw ??= await openAs(login, grants[kind]);
      const replies = raw.replies;
      for (const message of messages.slice(from, from + BATCH)) {
        const real = message.real ? replies[replies.length - 1] : undefined;
        raw.send(frame(real === undefined ? message : { ...message, subject: real }));
      }
      if (await raw.settled()) continue;
      expect(await isAlive()).toBe(true);
      raw = undefined;
    }
    raw?.close();
  }

  expect(await isAlive()).toBe(true);
  const strange = all.heard.filter((message) => !isUsual(message, ann));
  expect(strange.map(({ subject }) => subject)).toEqual([]);
  expect(bobs.flatMap(({ heard }) => heard)).toEqual([]);
  const after = (await manager.streams.info('GHOSTLY_EVENTS')).state;
  expect([after.messages, after.last_seq]).toEqual([before.messages, before.last_seq]);
  const bobAfter = await manager.consumers.info('GHOSTLY_EVENTS', ofBob);
  expect([bobAfter.ack_floor, bobAfter.num_pending]).toEqual([bobBefore.ack_floor, bobBefore.num_pending]);
});

/** What an honest subscriber makes the services hear too: sign-ins, what is handed out, acknowledgements, answers. */
function isUsual({ subject, text }: Heard, { userId, handle }: Holder): boolean {
  if (/^\$SYS\.(REQ\.USER\.AUTH$|_INBOX\.)/.test(subject)) return text.startsWith('eyJ');
  if (subject.startsWith(`ghostly.v1.events.${userId}.`)) return text.includes('"type":"step_start"');
  if (/^(_R_|_GHOSTLY_INBOX|\$JS\.API|\$JS\.EVENT)\./.test(subject)) return true;
  return new RegExp(`^\\$JS\\.ACK\\.GHOSTLY_EVENTS\\.(feed|gap)_(own|projects)_${handle}\\.`).test(subject);
}

/** Signed in, and hearing all that it may. */
async function openAs(login: { user: string; pass: string }, { subscribe }: Grant): Promise<RawNats> {
  const raw = await openRawNats(world.nats.port, login);
  for (const [sid, subject] of subscribe.entries()) raw.send(`SUB ${subject} ${sid + 1}\r\n`);
  await raw.settled();
  return raw;
}
