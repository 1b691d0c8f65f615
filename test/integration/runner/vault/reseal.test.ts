import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { countByKey, sealedWith } from '#shared/adapters/database/secrets/seals.ts';
import { putSecret } from '#shared/adapters/database/secrets/secrets.ts';
import { newPrivateKeyText, publicKeyText } from '#shared/platform/seal/key-text.ts';
import { type PrivateKeys, readPrivateKeys } from '#shared/platform/seal/keys.ts';
import { open, originsOf, seal } from '#shared/platform/seal/seal.ts';
import { startResealing } from '../../../../services/runner/vault/reseal.ts';
import { createOwner } from '../../../support/database/accounts.ts';
import { rows } from '../../../support/database/rows.ts';
import { eventually } from '../../../support/eventually.ts';
import { createTestDatabase } from '../../../support/servers/servers.ts';
import { createStack } from '../../../support/stack/stack.ts';
import { call } from '../../gateway/fixture.ts';

const [older, newer, lost] = [newPrivateKeyText(), newPrivateKeyText(), newPrivateKeyText()];
const olderKeys = await readPrivateKeys(older);
const bothKeys = await readPrivateKeys(`${newer},${older}`);
const lostKeys = await readPrivateKeys(lost);

async function fill(database: Database, keys: PrivateKeys, count: number): Promise<string> {
  const { projectId, userId } = await createOwner(database.sql);
  for (let n = 0; n < count; n += 1) {
    const given = { name: `s${n}`, kind: 'text', origins: ['https://example.com'], note: '' } as const;
    await putSecret(
      database.sql,
      {
        ...given,
        projectId,
        by: { userId },
        seal: async (version) => ({
          sealed: await seal(
            keys,
            { p: projectId, k: 'text', n: given.name, v: version, o: given.origins },
            { value: `v${n}` },
          ),
          kid: keys.first.kid,
        }),
      },
      undefined,
    );
  }
  return projectId;
}

async function world() {
  const { url } = await createTestDatabase();
  return connectDatabase({ url, applicationName: 'reseal' });
}

const quiet = { info: () => undefined, warn: () => undefined };
const deps = (database: Database, isIdle: () => boolean) => ({
  sql: database.sql,
  keys: bothKeys,
  isIdle,
  log: quiet,
  stopping: new AbortController().signal,
});

it('what older keys have sealed is sealed anew with the first, and is the same; by two runners as by one', async () => {
  await using database = await world();
  const projectId = await fill(database, olderKeys, 45);
  const loops = [startResealing(deps(database, () => true)), startResealing(deps(database, () => true))];
  await eventually(async () =>
    expect(await countByKey(database.sql)).toEqual([{ kid: bothKeys.first.kid, count: 45 }]),
  );
  for (const loop of loops) await loop?.[Symbol.asyncDispose]();
  const only = await readPrivateKeys(newer);
  const stored = await sealedWith(database.sql, { kid: only.first.kid, limit: 100 });
  const values = await Promise.all(
    stored.map(({ name: n, version: v, sealed }) => open(only, { p: projectId, k: 'text', n, v }, sealed)),
  );
  expect(new Set(values.map((value) => JSON.stringify(value)))).toEqual(
    new Set(Array.from({ length: 45 }, (_, n) => JSON.stringify({ value: `v${n}` }))),
  );
  expect(stored.map(({ version }) => version)).toEqual(stored.map(() => 1));
  for (const { sealed } of stored) expect(originsOf(sealed)).toEqual(['https://example.com']);
});

it('a runner that is started with a new key before the old one seals anew what is stored', async () => {
  const stack = await createStack();
  const gateway = await stack.start('gateway', { GHOSTLY_SEAL_PUBLIC_KEY: publicKeyText(older) });
  const sent = { key: stack.apiKey };
  const at = { url: await gateway.ready };
  const { body: projects } = await call(at, 'GET', '/v1/projects', sent);
  const path = `/v1/projects/${(projects as { id: string }[])[0]!.id}/secrets/shop`;
  const body = { kind: 'text', value: 'a value', origins: ['https://example.com'] };
  expect(await call(at, 'PUT', path, { ...sent, body })).toMatchObject({ status: 200 });
  const counts = () => rows(stack.databaseUrl, 'select kid, version from secrets');
  expect(await counts()).toEqual([{ kid: olderKeys.first.kid, version: 1 }]);
  await stack.start('runner', { GHOSTLY_SEAL_KEY: `${newer},${older}` });
  await eventually(async () => expect(await counts()).toEqual([{ kid: bothKeys.first.kid, version: 1 }]));
});

it('a value that does not open stays as it is, and stops no other', async () => {
  await using database = await world();
  await fill(database, olderKeys, 3);
  await fill(database, lostKeys, 2);
  const [damaged] = await sealedWith(database.sql, { kid: olderKeys.first.kid, limit: 1 });
  await database.sql.rows('update secrets set version = 7 where id = $1', [damaged!.id]);
  await using _loop = startResealing(deps(database, () => true))!;
  await eventually(async () =>
    expect(new Set(await countByKey(database.sql))).toEqual(
      new Set([
        { kid: bothKeys.first.kid, count: 2 },
        { kid: olderKeys.first.kid, count: 1 },
        { kid: lostKeys.first.kid, count: 2 },
      ]),
    ),
  );
});

it('nothing is sealed anew while the runner has runs, nor with a single key', async () => {
  await using database = await world();
  await fill(database, olderKeys, 2);
  let [asked, busy] = [0, true];
  await using _loop = startResealing(
    deps(database, () => {
      asked += 1;
      return !busy;
    }),
    1,
  )!;
  await eventually(async () => expect(asked).toBeGreaterThan(3));
  expect(await countByKey(database.sql)).toEqual([{ kid: olderKeys.first.kid, count: 2 }]);
  expect(startResealing({ ...deps(database, () => true), keys: olderKeys })).toBeUndefined();
  busy = false;
  await eventually(async () =>
    expect(await countByKey(database.sql)).toEqual([{ kid: bothKeys.first.kid, count: 2 }]),
  );
});

it('a value that is given meanwhile is not overwritten by the one that was read before', async () => {
  await using database = await world();
  const projectId = await fill(database, olderKeys, 1);
  const [read] = await sealedWith(database.sql, { kid: olderKeys.first.kid, limit: 1 });
  const { replaceSeal } = await import('#shared/adapters/database/secrets/seals.ts');
  await database.sql.rows('update secrets set version = 2, sealed = $1 where project_id = $2', [
    randomUUID(),
    projectId,
  ]);
  expect(await replaceSeal(database.sql, read!, { sealed: 'x', kid: 'y' })).toBe(false);
});
