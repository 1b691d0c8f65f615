/* I10: the embedded PostgreSQL keeps its data over stops and kills, and shows its password nowhere. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { commandLine } from '#shared/platform/process/identity.ts';
import {
  type PostgresStrategy,
  removePostgresData,
  type StartPostgres,
  startPostgres,
  stopLeftoverPostgres,
} from '../../../../services/cli/local/postgres.ts';
import { freePort } from '../../../../services/cli/local/process/free-port.ts';
import { has, needs } from '../../../support/machine.ts';

const folders: string[] = [];
/** Where the plain user of the copies can go, unlike into the folders of these tests. */
const outside = await mkdtemp(join(tmpdir(), 'ghostly-test-outside-'));
await chmod(outside, 0o755);

afterAll(async () => {
  for (const folder of folders) {
    await removePostgresData({ dataDir: join(folder, 'data'), outside });
    await rm(folder, { recursive: true, force: true });
  }
  await rm(outside, { recursive: true, force: true });
});

/** A folder that only its maker can enter, like root's home. */
const closedFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-local-'));
  folders.push(folder);
  return folder;
};

const query = async (url: string, statement: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed under the client is what some tests are about.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
};

const started = async (options: StartPostgres) => {
  const server = await startPostgres(options);
  return { ...server, [Symbol.asyncDispose]: () => server.stop().then(() => undefined) };
};

const PASSWORD = 'for-this-test';
const strategies: (PostgresStrategy | undefined)[] = [undefined, 'copy'];
/** Only root has to copy. */
const needsOf = (strategy: PostgresStrategy | undefined) =>
  needs(...(strategy === 'copy' ? ['root' as const] : []));
const placedBy = (strategy: PostgresStrategy | undefined) => (strategy === undefined ? {} : { strategy });

const startOptions = async (more: Partial<StartPostgres> = {}): Promise<StartPostgres> => ({
  dataDir: join(await closedFolder(), 'data'),
  outside,
  durable: false,
  password: PASSWORD,
  ...more,
});

/** What a server without a strategy left: to make data takes a second of a processor. */
const [start, said] = await madeBefore(undefined);

async function madeBefore(strategy: PostgresStrategy | undefined) {
  const lines: string[] = [];
  const options = await startOptions({ log: (line) => lines.push(line), ...placedBy(strategy) });
  const server = await startPostgres(options);
  await query(server.url, 'create table kept as select 42 as answer');
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  return [options, lines] as const;
}

const copyOf = async ({ dataDir }: StartPostgres): Promise<StartPostgres> => {
  const copy = await startOptions();
  await promisify(execFile)('cp', ['-a', dataDir, copy.dataDir]);
  return copy;
};

describe.each(strategies)('embedded PostgreSQL, strategy %s', async (strategy) => {
  const isMade = strategy !== undefined && (await has('root'));
  const [kept, lines] = isMade ? await madeBefore(strategy) : [start, said];
  beforeEach(() => needsOf(strategy));

  test('data survives a stop and a start on the same port', async () => {
    const onPort = { ...kept, port: await freePort() };
    const first = await startPostgres(onPort);
    await first.stop();
    await using second = await started(onPort);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('it starts again at once after kill -9, and what was committed is there', async () => {
    const first = await startPostgres(kept);
    await query(first.url, 'create table committed as select 1 as n');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;

    await using second = await started(kept);
    expect(await query(second.url, 'select n from committed')).toEqual([{ n: 1 }]);
  });

  test('a server that a killed parent left is ended by its pid file', async () => {
    const server = await startPostgres(kept);
    expect(await stopLeftoverPostgres(kept)).toBe(true);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(await stopLeftoverPostgres(kept)).toBe(false);
  });

  test('I10: the password is in no argument, file or log line, and none gets in without it', async () => {
    await using server = await started(kept);
    expect(await commandLine(server.pid)).not.toContain(PASSWORD);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain(PASSWORD);
    expect(await readFile(join(server.dataDir, 'postgresql.conf'), 'utf8')).not.toContain(PASSWORD);
    const wrong = new URL(server.url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(server.dataDir)).mode & 0o077).toBe(0);
  });

  test('a failed statement is not quoted in the log', async () => {
    {
      await using server = await started(kept);
      await query(server.url, 'create table one (secret text primary key)');
      await query(server.url, "insert into one values ('hunter2')");
      await expect(query(server.url, "insert into one values ('hunter2')")).rejects.toThrow('duplicate key');
    }
    expect(lines.some((line) => line.includes('duplicate key'))).toBe(true);
    expect(lines.join('\n')).not.toContain('hunter2');
  });

  test('a password that was lost can be replaced', async () => {
    const replaced = { ...kept, resetPassword: true };
    {
      await using again = await started({ ...replaced, password: "it's new" });
      expect(await query(again.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    }
    await using last = await started({ ...replaced, password: PASSWORD });
    expect(await query(last.url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  test('a folder that was removed begins anew', async () => {
    const removed = strategy === undefined ? await copyOf(kept) : kept;
    await rm(removed.dataDir, { recursive: true });
    await using again = await started({ ...removed, password: 'another' });
    await expect(query(again.url, 'select answer from kept')).rejects.toThrow('does not exist');
  });
});

test('a lock file whose pid belongs to another program does not keep PostgreSQL from starting', async () => {
  const first = await startPostgres(start);
  const lock = await readFile(join(first.dataDir, 'postmaster.pid'), 'utf8');
  await first.stop();
  await writeFile(join(first.dataDir, 'postmaster.pid'), lock.replace(/^\d+/, '1'));
  const second = await startPostgres(start);
  expect(await second.stop()).toEqual({ code: 0, signal: null });
});

test('data made in place goes along when user namespaces are refused later', async () => {
  await needs('root', 'user namespaces');
  const inPlace = await copyOf(start);
  for (const options of [{ ...inPlace, strategy: 'copy' as const }, inPlace]) {
    await using later = await started(options);
    expect(await query(later.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  }
});

test.each(strategies)(
  'data of a start that failed is removed with the rest, strategy %s',
  async (strategy) => {
    await needsOf(strategy);
    const options = { ...(await startOptions({ password: '' })), ...placedBy(strategy) };
    await expect(startPostgres(options)).rejects.toThrow('PostgreSQL: ');
    await removePostgresData(options);
    const places = [join(options.dataDir, '..'), join(outside, 'data')];
    const left = await Promise.all(places.map((place) => readdir(place).catch(() => [])));
    expect(left.flat().filter((name) => name.startsWith('.'))).toEqual([]);
  },
);

test('a busy port is one clear error', async () => {
  await using first = await started(start);
  const second = startPostgres({ ...(await startOptions()), port: first.port });
  await expect(second).rejects.toThrow(`PostgreSQL: port ${first.port} is in use`);
});

test('data whose password was lost is refused in one clear line', async () => {
  const { password: _, ...lost } = start;
  await expect(startPostgres(lost)).rejects.toThrow('its password was not given');
});
