/* A new cluster is a copy of the template, with the schema and with a password and a key of its own. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareDatabase } from '#shared/adapters/database/bootstrap.ts';
import { archiveOfCluster } from '../../../../scripts/database-template/archive.ts';
import { servicesUrl } from '../../../../services/cli/local/postgres/services-url.ts';
import { startPostgres } from '../../../../services/cli/local/postgres.ts';
import { rows } from '../../../support/database/rows.ts';
import { has, needs } from '../../../support/machine.ts';

const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-template-'));
const template = join(folder, 'template.tar');
/** Where a cluster is put whose user cannot get to the folder that was asked for. */
const outside = join(folder, 'outside');
afterAll(() => rm(folder, { recursive: true }));

const startAt = async (name: string, given: string | undefined, lines: string[] = []) => {
  const log = (line: string) => void lines.push(line);
  const options = { dataDir: join(folder, name), template: given, password: name, durable: false, log };
  const server = await startPostgres(options);
  return { ...server, [Symbol.asyncDispose]: async () => void (await server.stop()) };
};

const copies = [
  ['usual', {}],
  // For root, as whom PostgreSQL refuses to run.
  ['copy', { strategy: 'copy', outside }],
] as const;
/** Folders that builds of this process have left. */
const leftByBuilds = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith(`ghostly-template-${process.pid}-`));
const tarOf = (...args: string[]) => promisify(execFile)('tar', ['-cf', ...args]);

beforeAll(async () => {
  await chmod(folder, 0o711);
  for (const [name, how] of copies.slice(0, (await has('root')) ? 2 : 1))
    await writeFile(join(folder, `${name}.tar`), await archiveOfCluster(new AbortController().signal, how));
  {
    await using server = await startAt('template', join(folder, 'usual.tar'));
    await rows(server.url, 'create table kept as select 42 as answer');
  }
  await tarOf(template, '-C', join(folder, 'template'), '.');
}, 120_000);

it('a new cluster is a copy of a template, with a password of its own', async () => {
  await using server = await startAt('copy', template);
  expect(await rows(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  const old = new URL(server.url);
  old.password = 'template';
  await expect(rows(old.href, 'select')).rejects.toThrow('password authentication failed');
  expect((await stat(join(folder, 'copy'))).mode & 0o777).toBe(0o700);
});

const withoutItsPlace = async (archive: string) =>
  tarOf(archive, '-C', join(folder, 'template'), '--exclude=./PG_VERSION', '.');
const withoutItsTables = async (archive: string) =>
  tarOf(archive, '-C', join(folder, 'template'), '--exclude=./base', '.');
const halfOfIt = async (archive: string) => {
  const whole = await readFile(template);
  await writeFile(archive, whole.subarray(0, Math.floor(whole.length / 2)));
};

it.each<[string, (archive: string) => Promise<unknown>]>([
  ['is not there', async () => undefined],
  ['has no cluster', withoutItsPlace],
  ['has a cluster without its tables', withoutItsTables],
  ['was cut', halfOfIt],
])('a cluster is made from nothing if the template %s', async (what, make) => {
  const archive = join(folder, `${what}.tar`);
  await make(archive);
  const lines: string[] = [];
  await using server = await startAt(what, archive, lines);
  expect(lines.filter((line) => line.includes('the template of a database cannot be used'))).toHaveLength(1);
  expect(await rows(server.url, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
  expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
});

it.each(copies)(
  'a template that is made by strategy %s has the schema, and leaves nothing behind',
  async (name) => {
    if (name === 'copy') await needs('root');
    await using server = await startAt(`from ${name}`, join(folder, `${name}.tar`));
    expect(await rows(server.url, "select to_regclass('runs')::text as runs")).toEqual([{ runs: 'runs' }]);
    expect(await readdir(join(outside, 'data')).catch(() => [])).toEqual([]);
    expect(await leftByBuilds()).toEqual([]);
  },
);

it('each copy draws a key of its own, and keeps it', async () => {
  const keys: string[] = [];
  for (const name of ['first', 'second', 'second']) {
    await using server = await startAt(name, join(folder, 'usual.tar'));
    const databaseUrl = servicesUrl(server.url, name);
    const admin = { email: 'admin@test.local', password: name };
    await prepareDatabase({ databaseUrl, setupUrl: server.url, admin, needsKey: false });
    const [{ key } = { key: '' }] = await rows<{ key: string }>(
      databaseUrl,
      "select encode(key, 'hex') as key from database_key",
    );
    keys.push(key);
  }
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  expect(keys[1]).not.toBe(keys[0]);
  expect(keys[2]).toBe(keys[1]);
});
