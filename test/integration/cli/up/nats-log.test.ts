/* I13: a client that is refused again and again fills neither the log of NATS nor the terminal. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { READER_USER } from '../../../../services/cli/local/nats/config.ts';
import { startNats } from '../../../../services/cli/local/nats.ts';
import { createLogs } from '../../../../services/cli/up/logs.ts';
import { eventually } from '../../../support/eventually.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { openRawNats } from '../../../support/servers/raw-nats.ts';

const MIB = 1_024 * 1_024;
/** A line in the log of NATS for each. */
const REFUSED = 9_000;
const LONG = 'x'.repeat(3_900);

it('I13: a client that is refused again and again fills neither the log of NATS nor the terminal', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-nats-log-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const shown: string[] = [];
  let lines = 0;
  const logs = createLogs(
    join(folder, 'logs'),
    (line) => void shown.push(line),
    () => new Date(),
  );
  afterFile(async () => logs.close());
  const nats = await startNats({
    binary: await ensureNatsServer({ env: process.env, say: () => undefined }),
    storeDir: join(folder, 'nats'),
    credentials: { service: 'service-password', reader: 'reader-password' },
    log(line) {
      lines += 1;
      logs.line('nats', 'nats', line);
    },
  });
  afterFile(async () => void (await nats.stop()));
  const client = await openRawNats(nats.port, { user: READER_USER, pass: 'reader-password' });
  for (let sent = 0; sent < REFUSED; sent += 100) {
    client.send(`PUB ${LONG} 0\r\n\r\n`.repeat(100));
    expect(await client.settled()).toBe(true);
  }
  await eventually(() => expect(lines).toBeGreaterThan(REFUSED));
  client.close();
  expect(client.errors).toHaveLength(REFUSED);
  const files = await readdir(join(folder, 'logs'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, 'logs', file))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(REFUSED * LONG.length).toBeGreaterThan(30 * MIB);
  expect(bytes).toBeLessThan(21 * MIB);
  expect(shown.filter((line) => line.includes('Publish Violation')).length).toBeLessThanOrEqual(20);
  expect(shown.at(-1)).toContain('more of this within a minute is only in');
});
