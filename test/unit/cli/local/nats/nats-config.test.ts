/* I11: a local NATS listens on 127.0.0.1 only, and its reader can do no more than read the stream of events. */
import { expect, test } from 'vitest';
import { natsConfig } from '../../../../../services/cli/local/nats/config.ts';

const config = natsConfig({
  port: undefined,
  dir: '/home/with "quotes"',
  credentials: { service: 's', reader: 'r' },
});

test('NATS listens on 127.0.0.1 only, on any free port if none is asked for', () => {
  expect(config).toContain('host: "127.0.0.1"');
  expect(config).toContain('port: -1');
});

test('paths and passwords are quoted', () => {
  expect(config).toContain('store_dir: "/home/with \\"quotes\\""');
  expect(config).toContain('password: "s"');
});

test('I11: the reader publishes nothing but requests for the stream of events', () => {
  const [, publish = ''] = /publish: \[(.*)\]/.exec(config) ?? [];
  const subjects = publish.split(', ').map((subject) => subject.replaceAll('"', ''));
  for (const subject of subjects) expect(subject).toMatch(/^\$JS\.(API|ACK|FC)\b/);
  expect(
    subjects.filter((subject) => /STREAM\.(CREATE|UPDATE|DELETE|PURGE|MSG)|^\$JS\.API\.>/.test(subject)),
  ).toEqual([]);
});
