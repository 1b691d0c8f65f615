/*
 * A whole PostgreSQL, with pg_dump and pg_restore, which the embedded one has not: Debian's, or that of the folder
 * POSTGRES_BIN. Owns its data and its process.
 */
import { execFile, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { prepareServicesRole } from '#shared/adapters/database/services-role.ts';
import { followChild } from '#shared/platform/process/child.ts';
import type { BenchPostgres } from '../../bench/scale/postgres.ts';
import { postgresArguments, saysReady } from '../../services/cli/local/postgres/settings.ts';
import { freePort } from '../../services/cli/local/process/free-port.ts';

export interface WholePostgres extends BenchPostgres {
  readonly version: string;
  /** URL for the role that makes its databases: no superuser, like on a managed server. */
  masterUrlOf(name: string): string;
  /** Carries out one of its programs; rejects with what it said. */
  run(program: string, ...args: string[]): Promise<void>;
}

/** It refuses to be root. */
const NOBODY = 65_534;
const STOP_MS = 60_000;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export async function startWholePostgres(): Promise<WholePostgres> {
  const bin = process.env.POSTGRES_BIN || newest();
  const execute = promisify(execFile);
  const { stdout: version } = await execute(join(bin, 'pg_dump'), ['--version']);
  const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
  await chmod(folder, 0o700);
  if (asNobody.uid !== undefined) await chown(folder, NOBODY, NOBODY);
  const [data, port] = [join(folder, 'data'), await freePort()];
  await execute(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '-N'], {
    ...asNobody,
    cwd: folder,
  });
  const args = postgresArguments(data, { port, durable: true });
  const server = followChild(
    spawn(join(bin, 'postgres'), args, { ...asNobody, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  await server.line(saysReady);
  const urlOf = (role: string, name: string) => `postgres://${role}@127.0.0.1:${port}/${name}`;
  const ask = async (text: string, role = 'master') => {
    const client = new pg.Client({ connectionString: urlOf(role, 'postgres') });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  await ask('create role master login createrole createdb', 'postgres');
  const masterUrlOf = (name: string) => urlOf('master', name);
  return {
    pid: server.pid!,
    version: version.trim(),
    masterUrlOf,
    async create(name) {
      await ask(`create database ${name}`);
      await prepareServicesRole(masterUrlOf(name), urlOf('ghostly_services', name));
      return urlOf('ghostly_services', name);
    },
    drop: (name) => ask(`drop database if exists ${name} with (force)`),
    async run(program, ...given) {
      await execute(join(bin, program), given);
    },
    async [Symbol.asyncDispose]() {
      await server.stop([['SIGINT', STOP_MS]]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function newest(): string {
  const found = globSync('/usr/lib/postgresql/*/bin/pg_dump').filter(
    (path) => globSync(join(dirname(path), 'initdb')).length > 0,
  );
  const [first] = found.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  if (first === undefined)
    throw new Error(
      'no PostgreSQL with pg_dump: install one (Debian: apt-get install postgresql), or set POSTGRES_BIN',
    );
  return dirname(first);
}
