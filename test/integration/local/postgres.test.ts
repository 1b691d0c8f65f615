import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { commandLine } from '#shared/process/identity.ts';
import { findPostgresBinaries, postgresProgram } from '../../../services/cli/local/postgres/binaries.ts';
import { namespacesWork } from '../../../services/cli/local/postgres/namespace.ts';
import {
  type PostgresStrategy,
  removePostgresData,
  type StartPostgres,
  startPostgres,
  stopLeftoverPostgres,
} from '../../../services/cli/local/postgres.ts';
import { freePort } from '../../../services/cli/local/process/free-port.ts';

const isRoot = process.getuid?.() === 0;
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

const strategies: (PostgresStrategy | undefined)[] = isRoot ? [undefined, 'copy'] : [undefined];

describe.each(strategies)('embedded PostgreSQL, strategy %s', (strategy) => {
  const options = async (more: Partial<StartPostgres> = {}): Promise<StartPostgres> => ({
    dataDir: join(await closedFolder(), 'data'),
    outside,
    durable: false,
    password: 'for-this-test',
    ...(strategy === undefined ? {} : { strategy }),
    ...more,
  });

  test('data survives a stop and a start on the same port', async () => {
    const start = await options({ port: await freePort() });
    const first = await startPostgres(start);
    await query(first.url, 'create table kept as select 42 as answer');
    expect(await first.stop()).toEqual({ code: 0, signal: null });

    const second = await startPostgres(start);
    try {
      expect(second.url).toBe(first.url);
      expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    } finally {
      await second.stop();
    }
  });

  test('it starts again at once after kill -9, and what was committed is there', async () => {
    const start = await options();
    const first = await startPostgres(start);
    await query(first.url, 'create table kept as select 1 as n');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;

    const second = await startPostgres(start);
    try {
      expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    } finally {
      await second.stop();
    }
  });

  test('a password that was lost can be replaced', async () => {
    const start = await options();
    await (await startPostgres(start)).stop();
    const again = await startPostgres({ ...start, password: "it's new", resetPassword: true });
    try {
      expect(await query(again.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    } finally {
      await again.stop();
    }
  });

  test('a folder that was removed begins anew', async () => {
    const start = await options();
    const first = await startPostgres(start);
    await query(first.url, 'create table old as select 1 as n');
    await first.stop();
    await rm(start.dataDir, { recursive: true });
    const again = await startPostgres({ ...start, password: 'another' });
    try {
      await expect(query(again.url, 'select n from old')).rejects.toThrow('does not exist');
    } finally {
      await again.stop();
    }
  });

  test('a server that a killed parent left is ended by its pid file', async () => {
    const start = await options();
    const server = await startPostgres(start);
    expect(await stopLeftoverPostgres(start)).toBe(true);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(await stopLeftoverPostgres(start)).toBe(false);
  });

  test('I10: the password is in no argument, file or log line, and none gets in without it', async () => {
    const lines: string[] = [];
    const server = await startPostgres(await options({ log: (line) => lines.push(line) }));
    try {
      expect(await commandLine(server.pid)).not.toContain('for-this-test');
      expect(lines.join('\n')).not.toContain('for-this-test');
      expect(await readFile(join(server.dataDir, 'postgresql.conf'), 'utf8')).not.toContain('for-this-test');
      const wrong = new URL(server.url);
      wrong.password = 'wrong';
      await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
      expect((await stat(server.dataDir)).mode & 0o077).toBe(0);
    } finally {
      await server.stop();
    }
  });

  test('a failed statement is not quoted in the log', async () => {
    const lines: string[] = [];
    const server = await startPostgres(await options({ log: (line) => lines.push(line) }));
    try {
      await query(server.url, 'create table one (secret text primary key)');
      await query(server.url, "insert into one values ('hunter2')");
      await expect(query(server.url, "insert into one values ('hunter2')")).rejects.toThrow('duplicate key');
    } finally {
      await server.stop();
    }
    expect(lines.some((line) => line.includes('duplicate key'))).toBe(true);
    expect(lines.join('\n')).not.toContain('hunter2');
  });
});

test('a lock file whose pid belongs to another program does not keep PostgreSQL from starting', async () => {
  const start = { dataDir: join(await closedFolder(), 'data'), outside, durable: false, password: 'x' };
  const first = await startPostgres(start);
  const lock = await readFile(join(first.dataDir, 'postmaster.pid'), 'utf8');
  await first.stop();
  await writeFile(join(first.dataDir, 'postmaster.pid'), lock.replace(/^\d+/, '1'));
  const second = await startPostgres(start);
  expect(await second.stop()).toEqual({ code: 0, signal: null });
});

if (isRoot && namespacesWork(postgresProgram(findPostgresBinaries().root, 'postgres'))) {
  test('data made in place goes along when user namespaces are refused later', async () => {
    const start = { dataDir: join(await closedFolder(), 'data'), outside, durable: false, password: 'x' };
    const first = await startPostgres({ ...start, strategy: 'namespace' });
    await query(first.url, 'create table kept as select 7 as n');
    await first.stop();
    for (const options of [{ ...start, strategy: 'copy' as const }, start]) {
      const later = await startPostgres(options);
      try {
        expect(await query(later.url, 'select n from kept')).toEqual([{ n: 7 }]);
      } finally {
        await later.stop();
      }
    }
  });
}

test('a busy port is one clear error', async () => {
  const first = await startPostgres({ dataDir: join(await closedFolder(), 'data'), outside, durable: false });
  try {
    const second = startPostgres({
      dataDir: join(await closedFolder(), 'data'),
      outside,
      durable: false,
      port: first.port,
    });
    await expect(second).rejects.toThrow(`PostgreSQL: port ${first.port} is in use`);
  } finally {
    await first.stop();
  }
});

test('data whose password was lost is refused in one clear line', async () => {
  const dataDir = join(await closedFolder(), 'data');
  const first = await startPostgres({ dataDir, outside, durable: false });
  await first.stop();
  await expect(startPostgres({ dataDir, outside, durable: false })).rejects.toThrow(
    'its password was not given',
  );
});
