/* The keys of the vault are changed step by step, and at each of them every runner opens everything. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { registerRunner, removeRunner } from '#shared/adapters/database/processes/runners.ts';
import { countByKey, replaceSeal, sealedWith } from '#shared/adapters/database/secrets/seals.ts';
import { putSecret } from '#shared/adapters/database/secrets/secrets.ts';
import { newPrivateKeyText, publicTextOf } from '#shared/platform/seal/key-text.ts';
import { type PublicKeys, readPrivateKeys, readPublicKeys } from '#shared/platform/seal/keys.ts';
import { open, seal } from '#shared/platform/seal/seal.ts';
import { startResealing } from '../../../../services/runner/vault/reseal.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { eventually } from '../../../support/eventually.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import { createStack } from '../../../support/stack/stack.ts';
import { runCommand } from '../../cli/run-command.ts';
import { call } from '../../gateway/fixture.ts';

const [older, newer, lost] = [newPrivateKeyText(), newPrivateKeyText(), newPrivateKeyText()];
const keysOf = (text: string) => readPublicKeys(publicTextOf(text));
const kidOf = async (text: string) => (await keysOf(text)).first.kid;

async function world() {
  const { url } = await createTestDatabase();
  const database = connectDatabase({ url, applicationName: 'reseal' });
  const account = await createOwner(database.sql);
  const keys = (act: string, sealKey: string, ...more: string[]) =>
    runCommand(['keys', act, ...more], { DATABASE_URL: url, GHOSTLY_SEAL_KEY: sealKey });
  return { database, account, keys };
}

type Account = Awaited<ReturnType<typeof createOwner>>;

/** Gives so many secrets as a gateway with these keys does. */
async function fill(
  { sql }: Database,
  { projectId, userId }: Account,
  keys: PublicKeys,
  names: readonly string[],
): Promise<void> {
  const { kid } = keys.first;
  for (const name of names) {
    const given = { projectId, name, kind: 'text', origins: ['https://example.com'] } as const;
    await putSecret(
      sql,
      {
        ...given,
        note: '',
        by: { userId },
        seal: async (version) => ({ kid, sealed: await seal(keys, { ...given, version }, { value: name }) }),
      },
      undefined,
    );
  }
}

const namesOf = (first: string, count: number) => Array.from({ length: count }, (_, n) => `${first}${n}`);

/** Whether a runner with these keys opens every secret. */
async function opensAll({ sql }: Database, sealKey: string): Promise<boolean> {
  const keys = await readPrivateKeys(sealKey);
  for (const { kid } of await countByKey(sql))
    for (const stored of await sealedWith(sql, { kid, limit: 1_000 })) {
      const value = await open(keys, stored, stored.sealed).catch(() => undefined);
      if (JSON.stringify(value) !== JSON.stringify({ value: stored.name })) return false;
    }
  return true;
}

const QUIET = { info: () => undefined, warn: () => undefined };

/** Seals anew as a runner with these keys does. */
const resealing = async ({ sql }: Database, sealKey: string, isFree = () => true) =>
  startResealing(
    { sealKeys: await readPrivateKeys(sealKey), timing: { lease: 60_000 } },
    { sql, isFree, log: QUIET },
    1,
  );

/** Another runner that lives; resolves to what it is called. */
async function anotherRunner({ sql }: Database, sealKey: string): Promise<string> {
  const id = randomUUID();
  const sealKeys = [...(await readPrivateKeys(sealKey)).all.keys()];
  await registerRunner(sql, { id, host: 'there', pid: 1, slots: 1, labels: [], sealKeys });
  return id;
}

it('keys are changed step by step, and at each of them every runner opens everything', async () => {
  const { database, account, keys } = await world();
  await using _ = database;
  await fill(database, account, await keysOf(older), namesOf('before', 3));
  // Some runners have both keys, others still the old one.
  const last = await anotherRunner(database, older);
  let asked = 0;
  await using _loop = await resealing(database, `${newer},${older}`, () => {
    asked += 1;
    return true;
  });
  await eventually(async () => expect(asked).toBeGreaterThan(3));
  expect(await opensAll(database, older)).toBe(true);
  // All of them have both; some gateways have the new public key, others still the old one.
  await removeRunner(database.sql, last);
  await anotherRunner(database, `${newer},${older}`);
  await fill(database, account, await keysOf(newer), namesOf('since', 2));
  await fill(database, account, await keysOf(older), ['late']);
  await eventually(async () =>
    expect(await countByKey(database.sql)).toEqual([{ kid: await kidOf(newer), count: 6 }]),
  );
  expect(await opensAll(database, newer)).toBe(true);
  expect((await keys('check', newer, '--open')).code).toBe(0);
});

it('two runners seal the same anew as one does', async () => {
  const { database, account } = await world();
  await using _ = database;
  await fill(database, account, await keysOf(older), namesOf('shop', 45));
  await using _one = await resealing(database, `${newer},${older}`);
  await using _two = await resealing(database, `${newer},${older}`);
  await eventually(async () =>
    expect(await countByKey(database.sql)).toEqual([{ kid: await kidOf(newer), count: 45 }]),
  );
  expect(await opensAll(database, newer)).toBe(true);
});

it('what does not open, or belongs to a key that is not given, stays as it is, and stops no other', async () => {
  const { database, account } = await world();
  await using _ = database;
  await fill(database, account, await keysOf(older), namesOf('good', 4));
  await fill(database, account, await keysOf(lost), ['lost']);
  await database.sql.rows(`update secrets set version = 7 where name = 'good0'`);
  await using _loop = await resealing(database, `${newer},${older}`);
  await eventually(async () =>
    expect(new Set(await countByKey(database.sql))).toEqual(
      new Set([
        { kid: await kidOf(newer), count: 3 },
        { kid: await kidOf(older), count: 1 },
        { kid: await kidOf(lost), count: 1 },
      ]),
    ),
  );
});

it('nothing is sealed anew while no slot is free, nor with a single key', async () => {
  const { database, account } = await world();
  await using _ = database;
  await fill(database, account, await keysOf(older), namesOf('shop', 2));
  let [asked, isFree] = [0, false];
  await using _loop = await resealing(database, `${newer},${older}`, () => {
    asked += 1;
    return isFree;
  });
  await eventually(async () => expect(asked).toBeGreaterThan(3));
  expect(await countByKey(database.sql)).toEqual([{ kid: await kidOf(older), count: 2 }]);
  expect(await resealing(database, older)).toBeUndefined();
  isFree = true;
  await eventually(async () =>
    expect(await countByKey(database.sql)).toEqual([{ kid: await kidOf(newer), count: 2 }]),
  );
});

it('a value that is given meanwhile is not overwritten by the one that was read before', async () => {
  const { database, account } = await world();
  await using _ = database;
  await fill(database, account, await keysOf(older), ['shop']);
  const [read] = await sealedWith(database.sql, { kid: await kidOf(older), limit: 1 });
  await fill(database, account, await keysOf(older), ['shop']);
  expect(await replaceSeal(database.sql, read!, { sealed: 'x', kid: 'y' })).toBe(false);
});

it('a runner that is started with a new key before the old one seals anew what is stored', async () => {
  const stack = await createStack();
  const gateway = await stack.start('gateway', { GHOSTLY_SEAL_PUBLIC_KEY: publicTextOf(older) });
  const at = { url: await gateway.ready };
  const sent = { key: stack.apiKey };
  const { body: projects } = await call(at, 'GET', '/v1/projects', sent);
  const project = (projects as { id: string }[])[0]!.id;
  const secret = { kind: 'text', value: 'a value', origins: ['https://example.com'] };
  const path = `/v1/projects/${project}/secrets/shop`;
  expect(await call(at, 'PUT', path, { ...sent, body: secret })).toMatchObject({ status: 200 });
  await stack.start('runner', { GHOSTLY_SEAL_KEY: `${newer},${older}` });
  await using database = connectDatabase({ url: stack.databaseUrl, applicationName: 'reseal' });
  await eventually(async () =>
    expect(await countByKey(database.sql)).toEqual([{ kid: await kidOf(newer), count: 1 }]),
  );
});

it('the check names a thousand of the secrets that would not open, as at least so many', async () => {
  const { database, account, keys } = await world();
  await using _ = database;
  await database.sql.rows(
    `insert into secrets (project_id, name, kind, version, sealed, kid, origins, updated_by)
     select $1::uuid, 's' || n, 'text', 1, 'x', 'gone', '{https://example.com}', $2::uuid from generate_series(1, 1100) as n`,
    [account.projectId, account.userId],
  );
  const { code, err } = await keys('check', older);
  expect(code).toBe(1);
  expect(err).toMatch(/^at least 1000 would not open:\n/);
  expect(err.split('\n')).toHaveLength(1_001);
});
