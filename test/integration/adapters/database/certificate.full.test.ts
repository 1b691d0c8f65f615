/*
 * A server that wants TLS, with an authority of its own: what verifies it, what is said where nothing does, and what is not
 * taken for that.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { migrateWhenReachable } from '#shared/adapters/database/migrate.ts';
import { COMMANDS } from '../../../../services/cli/command-table.ts';
import { dispatch } from '../../../../services/cli/dispatch.ts';
import { errorText } from '../../../../services/cli/error-text.ts';
import { certify } from '../../../support/cluster/api-server.ts';
import { rows } from '../../../support/database/rows.ts';
import { afterFile } from '../../../support/file-hooks.ts';
import { keptLog } from '../../../support/log-lines.ts';
import { needs } from '../../../support/machine.ts';
import { startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { startPostgresServer } from '../../../support/servers/postgres-server.ts';
import { createStack } from '../../../support/stack/stack.ts';

await needs('openssl');

let plainUrl: string;
let folder: string;
let presentOther: () => Promise<void>;

beforeAll(async () => {
  const server = await startPostgresServer();
  plainUrl = server.url;
  folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const { key, cert } = await certify(folder, 'DNS:localhost');
  await mkdir(join(folder, 'another'));
  const other = await certify(join(folder, 'another'), 'DNS:db.example');
  presentOther = () => present({ 'server.key': other.key, 'server.crt': other.cert });
  await writeFile(join(folder, 'no-certificate.crt'), 'no certificate\n');
  await rows(plainUrl, 'alter system set ssl = on');
  await present({ 'server.key': key, 'server.crt': cert });
});

/** The files are written by the server itself, as its user, who alone may read a key. */
async function present(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const lines = text
      .trim()
      .split('\n')
      .map((line) => `('${line}')`);
    await rows(plainUrl, `copy (values ${lines.join()}) to program 'umask 077; cat > ${name}'`);
  }
  await rows(plainUrl, 'select pg_reload_conf()');
}

/** Uses the name in the certificate: pg compares no addresses. */
const withAuthority = (file: string) => {
  const url = Object.assign(new URL(plainUrl), { hostname: 'localhost' });
  url.search = new URLSearchParams({ sslmode: 'verify-full', sslrootcert: join(folder, file) }).toString();
  return url.href;
};

async function prepare(databaseUrl: string): Promise<string> {
  const said: string[] = [];
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    GHOSTLY_ADMIN_PASSWORD: 'a long password',
  };
  const context = {
    env,
    cwd: '/',
    root: '/',
    outClosed: new AbortController().signal,
    out: (line: string) => void said.push(line),
    err: (line: string) => void said.push(line),
    confirm: async () => false,
    askSecret: async () => '',
  };
  await dispatch(COMMANDS, ['prepare'], context).catch((error: unknown) => said.push(errorText(error)));
  return said.join('\n');
}

const WRONG = [
  ['of another authority', 'another/ca.crt', /self-signed certificate/],
  ['without a certificate', 'no-certificate.crt', /certificate/],
  ['that is not there', 'missing.crt', /missing\.crt/],
  ['that is a folder', 'another', /EISDIR/],
] as const;

it('with the authority of the server, verify-full connects over TLS', async () => {
  expect(await prepare(withAuthority('ca.crt'))).toContain('Created the account');
  const client = new Client({ connectionString: withAuthority('ca.crt') });
  await client.connect();
  const { rows: seen } = await client.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
  await client.end();
  expect(seen).toEqual([{ ssl: true }]);
});

it.each(WRONG)('a file %s is one sentence of `ghostly prepare`', async (_, file, reason) => {
  const said = await prepare(withAuthority(file));
  expect(said).toMatch(reason);
  expect(said).toContain('sslrootcert');
  expect(said.split('\n')).toHaveLength(1);
});

it('each service ends with such a sentence, and no stack', async () => {
  const stack = await createStack({ databaseUrl: withAuthority('another/ca.crt'), accounts: false });
  const services = (['gateway', 'runner', 'supervisor'] as const).map((kind) => stack.launch(kind));
  for (const { exited, lines } of services) {
    expect(await exited).toEqual({ code: 2, signal: null });
    const said = lines.filter((line) => line.includes('self-signed'));
    expect(said, lines.join('\n')).toHaveLength(1);
    expect(said[0]).toContain('sslrootcert');
    expect(lines.join('\n')).not.toMatch(/node_modules|\.ts:\d|"stack"/);
  }
});

it('a certificate for another name is one sentence, and a database that is out of reach to what runs', async () => {
  await using database = connectDatabase({ url: withAuthority('another/ca.crt'), applicationName: 'test' });
  await presentOther();
  await expect(database.sql.rows('select 1')).rejects.toThrow(DatabaseUnavailableError);
  const said = await prepare(withAuthority('another/ca.crt'));
  expect(said).toContain("does not match certificate's altnames");
  expect(said.split('\n')).toHaveLength(1);
});

it('a connection that is reset is no fault of a file: the command says so, and a service waits', async () => {
  await using proxy = await startFaultProxy(plainUrl);
  const resetOnce = () => proxy.trap({ match: 'client_encoding', when: 'before' }).sprung;
  const [said] = await Promise.all([prepare(proxy.url), resetOnce()]);
  expect(said).toBe('the database cannot be used: read ECONNRESET');
  const { log, lines } = keptLog();
  await Promise.all([migrateWhenReachable(proxy.url, new AbortController().signal, log), resetOnce()]);
  expect(lines).toEqual([expect.stringContaining('PostgreSQL is out of reach, waiting for it')]);
});
