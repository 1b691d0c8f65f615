/* I2, I17: a login counts once the run that saved it has passed, and only for users who have the role for it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { findProfile, putProfile } from '#shared/adapters/database/profiles/profiles.ts';
import {
  keepLogin,
  noteCheck,
  readRunProfile,
  takeVersion,
} from '#shared/adapters/database/profiles/run-login.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import { allSealedWith, countByKey, replaceSeal } from '#shared/adapters/database/secrets/seals.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { endLease } from '../../../../support/database/leases.ts';
import { CANCEL, claimByHand, queueRun, type TestEvent, TO_PASS } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

const OWNER = randomUUID();
const NAME = 'shop';
let database: Database;
let account: { userId: string; projectId: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'saved-login' });
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  account = await createOwner(database.sql);
  const settings = { checkUrl: '/home', checkVisible: '#me', loginFlow: null, maxAgeMs: null };
  const profile = { name: NAME, ...settings, passkeys: false, note: '' };
  await putProfile(database.sql, { ...account, by: account, ...profile }, 1);
});

const sql = () => database.sql;
const profile = async () => (await findProfile(sql(), account.projectId, NAME))!;
const rest = TO_PASS.slice(0, -1);

/** A run at its end, whose login is kept. */
async function kept(cookies: number) {
  await queueRun(sql(), account);
  const run = await claimByHand(sql(), OWNER);
  for (const event of rest) await run.commit(event);
  const owned = { runId: run.run.id, owner: OWNER, epoch: run.run.epoch };
  const found = await readRunProfile(sql(), owned, NAME);
  if (typeof found === 'string') throw new Error(found);
  const version = (await takeVersion(sql(), owned, found.id))!;
  const login = { profileId: found.id, version, sealed: `sealed ${version}`, kid: 'key' };
  const isKept = await keepLogin(sql(), { ...owned, ...login, origins: ['https://a.test'], cookies });
  expect(isKept).toBe(true);
  const end = (event: TestEvent) =>
    commitTransition(sql(), OWNER, { ...run.next(event), savedLogin: { profileId: found.id, version } });
  return { run, owned, version, profileId: found.id, end };
}
const SETTLED = TO_PASS.at(-1)!;

it('counts with the commit of the pass, and not before', async () => {
  const { end, version, owned } = await kept(3);
  expect(await profile()).toMatchObject({ current: null, versions: [] });
  await end(SETTLED);
  expect(await profile()).toMatchObject({
    current: version,
    staleWhy: null,
    versions: [{ version, cookies: 3, origins: ['https://a.test'], runId: owned.runId, isTooOld: false }],
  });
});

it('does not count of a run that does not pass, and is deleted by the next save', async () => {
  const first = await kept(1);
  await first.end(SETTLED);
  const stopped = await kept(2);
  await stopped.run.commit(CANCEL);
  expect(await profile()).toMatchObject({ current: first.version, versions: [{ version: first.version }] });
  const versions = async () =>
    (
      await sql().rows<{ version: number }>(
        'select version from profile_versions where profile_id = :id order by 1',
        {
          id: first.profileId,
        },
      )
    ).map(({ version }) => version);
  expect(await versions()).toEqual([first.version, stopped.version]);
  const next = await kept(3);
  await next.end(SETTLED);
  expect(await versions()).toEqual([first.version, next.version]);
  expect((await profile()).current).toBe(next.version);
});

it('is kept in five versions', async () => {
  for (let n = 1; n <= 7; n += 1) await (await kept(n)).end(SETTLED);
  expect((await profile()).versions.map(({ version }) => version)).toEqual([7, 6, 5, 4, 3]);
});

it('I2: is kept by the owner of the run alone, as long as its lease holds', async () => {
  const { owned, profileId, version, end } = await kept(1);
  const another = { ...owned, owner: randomUUID() };
  const login = { profileId, version: 9, sealed: 'x', kid: 'key', origins: [], cookies: 0 };
  for (const not of [another, { ...owned, epoch: owned.epoch + 1 }]) {
    expect(await readRunProfile(sql(), not, NAME)).toBe('not_owned');
    expect(await takeVersion(sql(), not, profileId)).toBeUndefined();
    expect(await keepLogin(sql(), { ...not, ...login })).toBe(false);
  }
  await endLease(sql(), owned.runId);
  expect(await takeVersion(sql(), owned, profileId)).toBeUndefined();
  expect(await end(SETTLED)).toBeUndefined();
  expect((await profile()).current).toBeNull();
  expect(version).toBe(1);
});

it('I17: nobody begins with it whose role is gone', async () => {
  const { owned, end } = await kept(1);
  await sql().rows(`update users set role = 'member' where id = :userId`, { userId: account.userId });
  await sql().rows('delete from project_members where user_id = :userId', { userId: account.userId });
  expect(await readRunProfile(sql(), owned, NAME)).toBe('forbidden');
  await end(SETTLED);
});

it('is stale by what a run has found of that very version', async () => {
  const { end, profileId, version } = await kept(1);
  await end(SETTLED);
  await noteCheck(sql(), { profileId, version: version + 1, why: 'not_loaded' });
  expect(await profile()).toMatchObject({ staleWhy: null });
  await noteCheck(sql(), { profileId, version, why: 'not_visible' });
  expect(await profile()).toMatchObject({ staleWhy: 'not_visible' });
  await (await kept(2)).end(SETTLED);
  expect(await profile()).toMatchObject({ staleWhy: null });
});

it('is among what a key has sealed, and is sealed anew', async () => {
  const { end } = await kept(1);
  await end(SETTLED);
  const kid = `key-${randomUUID()}`;
  await sql().rows(
    'update profile_versions set kid = :kid where profile_id = (select id from profiles where project_id = :projectId)',
    {
      kid,
      projectId: account.projectId,
    },
  );
  expect(await countByKey(sql())).toContainEqual({ kid, count: 1 });
  const [stored] = await Array.fromAsync(allSealedWith(sql(), kid));
  expect(stored).toMatchObject({ projectId: account.projectId, name: NAME, kind: 'profile', version: 1 });
  expect(await replaceSeal(sql(), stored!, { sealed: 'anew', kid: 'newer' })).toBe(true);
  expect(await replaceSeal(sql(), stored!, { sealed: 'again', kid: 'newer' })).toBe(false);
});
