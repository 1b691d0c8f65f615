/* I10, I11: the local NATS takes nobody without a password, lets its reader only read, and keeps its stream. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AckPolicy, connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { startNats, stopLeftoverNats } from '../../../../services/cli/local/nats.ts';
import { openRawNats } from '../../../support/servers/raw-nats.ts';
import { startTestNats, type TestNats } from '../../../support/servers/servers.ts';

let nats: TestNats;
let service: NatsConnection;
let reader: NatsConnection;

const open = (url: string): Promise<NatsConnection> => {
  const { host, username, password } = new URL(url);
  return connect({ servers: host, user: username, pass: password });
};

beforeAll(async () => {
  nats = await startTestNats();
  service = await open(nats.serviceUrl);
  reader = await open(nats.readerUrl);
  const manager = await service.jetstreamManager();
  await manager.streams.add({ name: 'GHOSTLY_EVENTS', subjects: ['ghostly.v1.events.>'] });
  await manager.streams.add({ name: 'OTHER', subjects: ['other.>'] });
});

afterAll(async () => {
  await service.close();
  await reader.close();
});

const denied = async (subject: string): Promise<string> => {
  const connection = await open(nats.readerUrl);
  try {
    const status = connection.status();
    connection.publish(subject, '{}');
    for await (const event of status) {
      if (event.type === 'error') return `${event.data} ${event.permissionContext?.subject}`;
    }
    return 'nothing refused';
  } finally {
    await connection.close();
  }
};

describe('the reader', () => {
  test('sees live events', async () => {
    const subscription = reader.subscribe('ghostly.v1.events.>', { max: 1 });
    await reader.flush();
    service.publish('ghostly.v1.events.u.p.r.run_end', 'hello');
    for await (const message of subscription) expect(message.string()).toBe('hello');
  });

  test('reads the stream with an ordered and with a durable consumer', async () => {
    await service.jetstream().publish('ghostly.v1.events.u.p.r.status', 'stored');
    const ordered = await reader.jetstream().consumers.get('GHOSTLY_EVENTS', {
      filterSubjects: 'ghostly.v1.events.u.p.r.status',
    });
    expect((await ordered.next())?.string()).toBe('stored');

    const manager = await reader.jetstreamManager();
    await manager.consumers.add('GHOSTLY_EVENTS', {
      durable_name: 'mine',
      ack_policy: AckPolicy.Explicit,
      filter_subject: 'ghostly.v1.events.u.p.r.status',
    });
    const durable = await reader.jetstream().consumers.get('GHOSTLY_EVENTS', 'mine');
    const message = await durable.next();
    expect(message?.string()).toBe('stored');
    expect(await message?.ackAck()).toBe(true);
    expect(await durable.delete()).toBe(true);
  });

  test.each([
    'ghostly.v1.run.1.command',
    'ghostly.v1.queued',
    'ghostly.v1.supervisor.finalise',
    'ghostly.v1.events.u.p.r.run_end',
    '$JS.API.STREAM.DELETE.GHOSTLY_EVENTS',
    '$JS.API.STREAM.PURGE.GHOSTLY_EVENTS',
    '$JS.API.CONSUMER.CREATE.OTHER.x',
  ])('I11: may not publish %s', async (subject) => {
    expect(await denied(subject)).toContain(subject);
  });
});

test('I11: no client gets in without a password', async () => {
  await expect(openRawNats(nats.port, {})).rejects.toThrow(/authorization/i);
});

test('I10: the configuration with the passwords is its owner’s alone', async () => {
  expect((await stat(join(nats.storeDir, 'nats.conf'))).mode & 0o077).toBe(0);
});

test('what was acknowledged is still in the stream after a restart on the same port', async () => {
  const again = await startTestNats();
  const first = await open(again.serviceUrl);
  const manager = await first.jetstreamManager();
  await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
  await first.jetstream().publish('kept', 'x');
  await first.close();
  await again.stop();
  await again.startAgain();
  const second = await open(again.serviceUrl);
  try {
    expect((await (await second.jetstreamManager()).streams.info('KEPT')).state.messages).toBe(1);
  } finally {
    await second.close();
  }
});

describe('a server on a folder of its own', () => {
  const credentials = { service: 'a', reader: 'b' };

  test('left by a killed parent, it is ended by its pid file', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'ghostly-test-local-'));
    const binary = await findNatsServer({ env: process.env });
    const server = await startNats({ binary, storeDir, credentials });
    expect(await stopLeftoverNats(storeDir)).toBe(true);
    expect((await server.exited).signal).toBeNull();
    expect(await stopLeftoverNats(storeDir)).toBe(false);
    await rm(storeDir, { recursive: true });
  });

  test('a busy port is one clear error', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'ghostly-test-local-'));
    const binary = await findNatsServer({ env: process.env });
    const start = startNats({ binary, storeDir, credentials, port: nats.port });
    await expect(start).rejects.toThrow(`nats-server: port ${nats.port} is in use`);
    await rm(storeDir, { recursive: true });
  });
});
