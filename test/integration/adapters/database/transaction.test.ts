/* A transaction takes effect as a whole or not at all, and is unavailable where it is unknown which. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { DatabaseUnavailableError } from '#shared/adapters/database/errors.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/servers/fault-proxy/fault-proxy.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';

let link: FaultProxy;
let database: Database;

beforeAll(async () => {
  link = await startFaultProxy((await createTestDatabase()).url);
  const timeouts = { statementTimeoutMs: 20_000, lockTimeoutMs: 200 };
  database = connectDatabase({ url: link.url, applicationName: 'tx', poolSize: 2, ...timeouts });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await link[Symbol.asyncDispose]();
});

const sql = () => database.sql;
const add = (within: Pick<Database['sql'], 'rows'>, id: string) =>
  within.rows(`insert into projects (id, label) values ($1, 'x')`, [id]);
const exists = async (id: string) =>
  (await sql().rows('select from projects where id = $1', [id])).length === 1;
const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error) => error,
  );

it('a transaction takes effect as a whole, and resolves to what its work resolved to', async () => {
  const [a, b] = [randomUUID(), randomUUID()];
  const result = await sql().transaction(async (within) => {
    await add(within, a);
    await within.transaction((inner) => add(inner, b));
    expect(await exists(a)).toBe(false);
    return 'done';
  });
  expect([result, await exists(a), await exists(b)]).toEqual(['done', true, true]);
});

it('a transaction leaves nothing behind if its work fails, and its connection can be used again', async () => {
  const id = randomUUID();
  for (let n = 0; n < 5; n += 1) {
    const error = await thrown(
      sql().transaction(async (within) => {
        await add(within, id);
        throw new Error('enough');
      }),
    );
    expect(error).toEqual(new Error('enough'));
  }
  expect(await exists(id)).toBe(false);
});

it('a transaction does not say that it took effect where a statement failed and its work went on', async () => {
  const id = randomUUID();
  const work = sql().transaction(async (within) => {
    await add(within, id);
    await add(within, id).catch(() => undefined);
  });
  await expect(work).rejects.toThrow('the transaction was rolled back');
  expect(await exists(id)).toBe(false);
});

it('a transaction is unavailable, not for ever, while another one has what it waits for', async () => {
  const lock = (within: Pick<Database['sql'], 'rows'>) => within.rows('select pg_advisory_xact_lock(1)');
  const second = await sql().transaction(async (within) => {
    await lock(within);
    return thrown(sql().transaction(lock));
  });
  expect(second).toBeInstanceOf(DatabaseUnavailableError);
  await sql().transaction(lock);
});

it('a transaction is unavailable if its connection breaks between two statements, which ends no process', async () => {
  const id = randomUUID();
  const error = await thrown(
    sql().transaction(async (within) => {
      await add(within, id);
      link.sever();
      await thrown(within.rows('select 1'));
      link.heal();
    }),
  );
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
  expect(await exists(id)).toBe(false);
});

it('a transaction is unavailable if the answer to its commit is lost, whatever became of it', async () => {
  const id = randomUUID();
  link.trap({ match: 'commit', when: 'answered' });
  const error = await thrown(sql().transaction((within) => add(within, id)));
  expect(error).toBeInstanceOf(DatabaseUnavailableError);
  expect(await exists(id)).toBe(true);
});
