import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startPostgres } from '../../../services/cli/local/postgres.ts';
import { rows } from '../../support/database/rows.ts';

const folder = await mkdtemp(join(tmpdir(), 'ghostly-test-template-'));
const template = join(folder, 'template.tar');
afterAll(() => rm(folder, { recursive: true }));

const startAt = async (name: string, given: string | undefined) => {
  const options = { dataDir: join(folder, name), template: given, password: name, durable: false };
  const server = await startPostgres(options);
  return { ...server, [Symbol.asyncDispose]: async () => void (await server.stop()) };
};

beforeAll(async () => {
  {
    await using server = await startAt('template', undefined);
    await rows(server.url, 'create table kept as select 42 as answer');
  }
  await promisify(execFile)('tar', ['-cf', template, '-C', join(folder, 'template'), '.']);
});

it('a new cluster is a copy of a template, with a password of its own', async () => {
  await using server = await startAt('copy', template);
  expect(await rows(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  const old = new URL(server.url);
  old.password = 'template';
  await expect(rows(old.href, 'select')).rejects.toThrow('password authentication failed');
  expect((await stat(join(folder, 'copy'))).mode & 0o777).toBe(0o700);
});

it('a cluster is made from nothing if the template is not there', async () => {
  await using server = await startAt('other', join(folder, 'gone'));
  expect(await rows(server.url, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
});
