/* I10, I17: `ghostly up` starts a whole stack, keeps its data and secrets, and stops it without leaving anything. */
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'nats';
import { expect, test } from 'vitest';
import { isAlive } from '#shared/platform/process/identity.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';
import { rows } from '../../../support/database/rows.ts';
import { eventually } from '../../../support/eventually.ts';
import { adminDatabaseUrl, startTestNats } from '../../../support/servers/servers.ts';
import {
  isThere,
  keepForCopies,
  newHome,
  pidsOf,
  startedOnce,
  startUp,
  upFileOf,
  usedHome,
} from './up-process.ts';

const processGroup = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[2]);
};

test('the first start announces a stack whose parts all answer, and stops it in order, leaving nothing', async () => {
  const home = await newHome();
  const up = startUp(home, { args: ['2', '2'] });
  const announced = await up.ready;

  expect(Object.keys(announced).sort()).toEqual([
    'apiKey',
    'database',
    'gateway',
    'gateways',
    'nats',
    'pids',
  ]);
  expect(announced.gateways).toEqual([
    announced.gateway,
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
  ]);
  for (const url of announced.gateways ?? []) expect(up.output).toContain(`  gateway  ${url}`);
  expect(announced.gateway).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(announced.apiKey).toBe('gly_of_this_test');
  expect(announced.pids).toMatchObject({
    gateway: [expect.any(Number), expect.any(Number)],
    runner: [expect.any(Number), expect.any(Number)],
    supervisor: [expect.any(Number)],
  });
  expect(await rows(announced.database, 'select once from public.prepared')).toEqual([{ once: 1 }]);
  const { host, username, password } = new URL(announced.nats);
  await (await connect({ servers: host, user: username, pass: password })).close();
  for (const pid of pidsOf(announced)) expect(await processGroup(pid)).toBe(pid);
  for (const file of ['up.json', 'secrets.json', 'api-key', 'nats/nats.conf', 'logs/runner-1.log']) {
    expect(`${file} ${((await stat(join(home, file))).mode & 0o077).toString(8)}`).toBe(`${file} 0`);
  }
  expect(up.output.join('\n')).toMatch(/admin@ghostly\.local, password [0-9a-f]{20} {2}\(shown this once\)/);
  expect(up.output).toContain('[runner-1] warn: runner has a remark');

  up.child.kill('SIGINT');
  expect(await up.exited).toBe(0);
  expect(pidsOf(announced).filter(isAlive)).toEqual([]);
  expect(isThere(upFileOf(home))).toBe(false);
  const order = (await readFile(join(home, 'order.txt'), 'utf8')).trim().split('\n');
  expect(order).toEqual([
    'gateway SIGTERM',
    'gateway SIGTERM',
    'runner SIGTERM',
    'runner SIGTERM',
    'supervisor SIGTERM',
  ]);
  await keepForCopies({ home, announced });
});

test('a second start keeps data, key and secrets, and says no password again', async () => {
  const { announced: before } = await startedOnce();
  const second = startUp(await usedHome());
  const after = await second.ready;
  expect(after.apiKey).toBe(before.apiKey);
  expect(new URL(after.database).password).toBe(new URL(before.database).password);
  expect(await rows(after.database, 'select once from prepared')).toEqual([{ once: 1 }]);
  expect(second.output.join('\n')).not.toContain('password');
});

test('an admin that could not be registered is one clear line, before anything starts', async () => {
  const up = startUp(await newHome(), { env: { GHOSTLY_ADMIN_EMAIL: 'bob' } });
  expect(await up.exited).toBe(1);
  expect(up.output).toEqual(['ghostly: GHOSTLY_ADMIN_EMAIL: must be an e-mail address']);
});

test('I17: a public key of the vault in place of the private one is one clear line, without the key', async () => {
  const key = publicTextOf(newPrivateKeyText());
  const up = startUp(await newHome(), { env: { GHOSTLY_SEAL_KEY: key } });
  expect(await up.exited).toBe(1);
  expect(up.output).toEqual([
    expect.stringMatching(
      /^ghostly: GHOSTLY_SEAL_KEY:? must be private keys: a public one is for GHOSTLY_SEAL_PUBLIC_KEY$/,
    ),
  ]);
});

test('I10: services get neither the admin’s password nor anything on their command line', async () => {
  const home = await newHome();
  const up = startUp(home, { env: { GHOSTLY_ADMIN_PASSWORD: 'given-by-hand' } });
  const { pids } = await up.ready;
  const environmentOf = (pid: number | null | undefined) => readFile(`/proc/${pid}/environ`, 'utf8');
  expect(await environmentOf(pids.gateway[0])).toContain('GHOSTLY_JWT_SECRET=');
  for (const pid of [...pids.gateway, ...pids.runner, ...pids.supervisor, pids.nats, pids.postgres])
    expect(await environmentOf(pid)).not.toContain('given-by-hand');
  for (const pid of [...pids.runner, ...pids.supervisor, pids.nats, pids.postgres])
    expect(await environmentOf(pid)).not.toMatch(/JWT_SECRET|ISSUER_SEED/);
  // I17: what opens secrets is for runners alone, what seals them for gateways.
  expect(await environmentOf(pids.runner[0])).toMatch(/GHOSTLY_SEAL_KEY=gspriv_[\w-]{43}/);
  expect(await environmentOf(pids.gateway[0])).toMatch(/GHOSTLY_SEAL_PUBLIC_KEY=gspub_[\w-]{43}/);
  for (const pid of [...pids.gateway, ...pids.supervisor, pids.nats, pids.postgres])
    expect(await environmentOf(pid)).not.toContain('GHOSTLY_SEAL_KEY');
  expect(up.output.join('\n')).not.toContain('given-by-hand');
});

test('a busy port is one clear line', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
  try {
    const up = startUp(await newHome(), { args: ['1', '1', String(port)] });
    expect(await up.exited).toBe(1);
    expect(up.output.at(-1)).toBe(
      `ghostly: port ${port} is in use: choose another with --port N (0: any free one)`,
    );
  } finally {
    server.close();
  }
});

test('external servers are used and none is started', async () => {
  const nats = await startTestNats();
  const home = await newHome();
  const env = { DATABASE_URL: adminDatabaseUrl(), NATS_URL: nats.serviceUrl };
  const refused = startUp(home, { env });
  expect(await refused.exited).toBe(1);
  expect(refused.output.at(-1)).toBe('ghostly: DATABASE_URL also requires GHOSTLY_JWT_SECRET');

  const up = startUp(home, { env: { ...env, GHOSTLY_JWT_SECRET: 'a-secret-of-the-operator, long enough' } });
  const { pids, database } = await up.ready;
  expect(database).toBe(env.DATABASE_URL);
  expect(pids).toMatchObject({ nats: null, postgres: null });
  expect(isThere(join(home, 'postgres'))).toBe(false);
  await rows(adminDatabaseUrl(), 'drop table prepared');
});

test('a database that is not there yet is said once and waited for, and a signal ends the waiting', async () => {
  const home = await newHome();
  const env = {
    DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none',
    GHOSTLY_JWT_SECRET: 'a-secret-of-the-operator, long enough',
  };
  const up = startUp(home, { env });
  await eventually(() => expect(up.output.join('\n')).toContain('does not answer yet'));
  up.child.kill('SIGTERM');
  expect(await up.exited).toBe(0);
  expect(up.output.filter((line) => line.includes('does not answer yet'))).toHaveLength(1);
});
