/*
 * Real servers for one test file: its own nats-server, and clones of the migrated template in the shared PostgreSQL.
 * Owns nothing after the file: everything made here is taken away at its end.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { findNatsServer } from '#shared/adapters/binaries/binaries.ts';
import { createIssuerSeed, openIssuer } from '#shared/adapters/bus/subscribers/issuer.ts';
import { type Nats, startNats } from '../../../services/cli/local/nats.ts';
import { randomSecret } from '../../../services/cli/local/secret.ts';
import { afterFile } from '../file-hooks.ts';

export interface TestDatabase {
  /** A fresh database with all migrations applied. */
  url: string;
  name: string;
  drop(): Promise<void>;
}

export const adminDatabaseUrl = (): string => inject('ghostlyPostgres').adminUrl;

const asAdmin = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminDatabaseUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

const createDatabase = async (template: string): Promise<TestDatabase> => {
  const name = `test_${randomBytes(8).toString('hex')}`;
  // Copied by files, and not through the log, it costs a third.
  await asAdmin(`create database ${name} template ${template} strategy file_copy`);
  const url = new URL(adminDatabaseUrl());
  url.pathname = `/${name}`;
  const drop = () => asAdmin(`drop database if exists ${name} with (force)`);
  afterFile(drop);
  return { url: url.href, name, drop };
};

/** A clone of the migrated template; dropped after the file. For the top of a file, beforeAll or a test. */
export const createTestDatabase = (): Promise<TestDatabase> =>
  createDatabase(inject('ghostlyPostgres').template);

/** A database without any table, to test migrations. */
export const createEmptyDatabase = (): Promise<TestDatabase> => createDatabase('template0');

export type TestNats = Nats & {
  storeDir: string;
  /** For the gateways that let subscribers in. */
  issuerSeed: string;
  /** After `stop()`: the same port, passwords and store, unless it is to be wiped. */
  startAgain(options?: { wiped?: boolean }): Promise<void>;
};

/** A nats-server of this file's own; stopped and removed after it. */
export const startTestNats = async (): Promise<TestNats> => {
  const storeDir = await mkdtemp(join(tmpdir(), 'nats-'));
  const binary = await findNatsServer({ env: process.env });
  const issuerSeed = createIssuerSeed();
  const access = {
    credentials: { service: randomSecret(), reader: randomSecret() },
    issuer: openIssuer(issuerSeed).publicKey,
  };
  let nats = await startNats({ binary, storeDir, ...access });
  afterFile(async () => {
    await nats.stop();
    await rm(storeDir, { recursive: true, force: true });
  });
  return {
    ...nats,
    get pid() {
      return nats.pid;
    },
    get exited() {
      return nats.exited;
    },
    storeDir,
    issuerSeed,
    stop: (ladder) => nats.stop(ladder),
    startAgain: async ({ wiped = false } = {}) => {
      if (wiped) await rm(storeDir, { recursive: true, force: true });
      nats = await startNats({ binary, storeDir, ...access, port: nats.port });
    },
  };
};
