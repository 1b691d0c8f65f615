/* I14: to read, use and put secrets costs the same among 100,000 of them as among 50,000. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '#shared/adapters/database/connect.ts';
import { sealedWith } from '#shared/adapters/database/secrets/seals.ts';
import {
  kindsOfSecrets,
  listSecrets,
  type NewSecret,
  putSecret,
} from '#shared/adapters/database/secrets/secrets.ts';
import { forgetCodes, isSecretKnown, listSecretUses } from '#shared/adapters/database/secrets/uses.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { countingPages } from '../../../../support/database/count-pages.ts';
import { type Look, pagesAsItGrows } from '../../../../support/database/pages-as-it-grows.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const MANY = 50_000;
const PAGE = 100;

let owner: { userId: string; projectId: string };
let pages: Map<string, number[]>;

/** Secrets of one project, uses of one of them and of others, and codes that were typed. */
async function grow(sql: Sql, round: number): Promise<void> {
  const values = { ...owner, many: MANY, round };
  await sql.rows(
    `insert into secrets (project_id, name, kind, version, sealed, kid, origins, updated_by)
     select :projectId::uuid, 's' || :round::int || '_' || n, 'login', 1, repeat('x', 700), 'k' || n % 2, '{https://a.test}', :userId::uuid
     from generate_series(1, :many::int) as n`,
    values,
  );
  await sql.rows(
    `insert into secret_uses (run_id, project_id, secret_id, name, version, step, origin, user_id)
     select gen_random_uuid(), :projectId::uuid, gen_random_uuid(), case n % 2 when 0 then 's1_1' else 's1_' || n end, 1, 0,
       'https://a.test', :userId::uuid from generate_series(1, :many::int) as n where :round::int > 0`,
    values,
  );
  await sql.rows(
    `insert into totp_uses (project_id, name, counter, run_id) select project_id, name, 1, gen_random_uuid() from secrets on conflict do nothing`,
  );
  await sql.rows('analyze');
}

const LOOKS: Look[] = [
  ['the first page of secrets', (sql) => listSecrets(sql, { ...owner, limit: PAGE })],
  ['a later page of secrets', (sql) => listSecrets(sql, { ...owner, after: 's1_4', limit: PAGE })],
  ['the check of a start', (sql) => kindsOfSecrets(sql, owner.projectId, ['s1_1', 's1_2', 'none'])],
  ['the newest uses', (sql) => listSecretUses(sql, { ...owner, name: 's1_1', limit: PAGE })],
  [
    'later uses',
    (sql) =>
      listSecretUses(sql, {
        ...owner,
        name: 's1_1',
        limit: PAGE,
        before: { micros: String(Date.now() * 1_000), id: randomUUID() },
      }),
  ],
  ['whether there was such a secret', (sql) => isSecretKnown(sql, owner.projectId, 'none')],
  ['what an older key has sealed', (sql) => sealedWith(sql, { kid: 'k1', limit: PAGE })],
  ['forgetting codes', forgetCodes],
];

const given = (name: string): NewSecret => ({
  name,
  kind: 'text',
  origins: ['https://a.test'],
  note: '',
  seal: async () => ({ sealed: 'x'.repeat(700), kid: 'k0' }),
});
const PUTS = {
  'a new value': 's1_7',
  'one secret too many': 'new',
};
const putPages = new Map<string, number[]>(Object.keys(PUTS).map((name) => [name, []]));

beforeAll(async () => {
  const { url } = await createTestDatabase();
  await using database = connectDatabase({ url, applicationName: 'volume', statementTimeoutMs: 60_000 });
  const { sql } = database;
  owner = await createOwner(sql);
  let round = 0;
  pages = await pagesAsItGrows(url, LOOKS, async () => {
    round += 1;
    await grow(sql, round);
    for (const [title, name] of Object.entries(PUTS)) {
      const counted = countingPages(sql);
      const change = { projectId: owner.projectId, by: { userId: owner.userId } };
      const put = await putSecret(counted.sql, { ...change, ...given(name) }, 1_000);
      expect(put).toEqual(name === 'new' ? 'too_many_secrets' : expect.objectContaining({ name }));
      putPages.get(title)!.push(counted.pages());
    }
  });
}, 180_000);

it.each(LOOKS.map(([name]) => name))(
  'I14: %s costs the same among 100,000 secrets as among 50,000',
  (name) => {
    const [before, after] = pages.get(name)!;
    expect(after).toBeLessThan(before! * 1.3 + 20);
    expect(after).toBeLessThan(1_500);
  },
);

it.each(Object.keys(PUTS))('I14: to put %s costs the same among 100,000 secrets as among 50,000', (title) => {
  const [before, after] = putPages.get(title)!;
  expect(after).toBeLessThan(before! * 1.3 + 20);
  expect(after).toBeLessThan(1_500);
});
