/* A NATS server with known defects is named together with a version to install; the default has none of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { releaseName } from '#shared/adapters/binaries/download.ts';
import { adviceOnNats, NATS_VERSION } from '#shared/adapters/bus/server-version.ts';

test.each([
  ['2.10.27', false],
  ['2.11.17', false],
  ['2.12.11', false],
  ['2.12.12', true],
  ['2.13.0', false],
  ['2.14.2', false],
  ['2.14.3', true],
  ['2.15.0', true],
  ['3.0.0', true],
  ['nats-server: v2.10.27', false],
  ['nats-server: v2.14.7', true],
  ['something else', false],
  [undefined, false],
])('nats-server %s is mended: %s', (version, isMended) => {
  expect(adviceOnNats(version) === undefined).toBe(isMended);
});

test('the advice names the version that runs, and one to install', () => {
  expect(adviceOnNats('nats-server: v2.10.27')).toContain('nats-server 2.10.27 has');
  expect(adviceOnNats(undefined)).toContain(`install ${NATS_VERSION}`);
});

test('what is started by default is mended', () => {
  expect(adviceOnNats(NATS_VERSION)).toBeUndefined();
  const root = join(import.meta.dirname, '../../../..');
  const image = /image: nats:([\d.]+)-alpine/.exec(readFileSync(join(root, 'docker-compose.yml'), 'utf8'));
  expect(image?.[1]).toBe(NATS_VERSION);
  expect(releaseName('linux', 'x64')).toBe(`nats-server-v${NATS_VERSION}-linux-amd64`);
});
