/* I13: a search for what almost occurs everywhere costs little more than another one, and goes in slices. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { searchRuns } from '#shared/adapters/database/search/search.ts';
import { searchWords } from '#shared/adapters/database/search/terms.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { indexSearches } from '../../../../support/database/index-searches.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { longestTurn } from '../../../../support/stack/longest-turn.ts';
import { threadMs } from '../../../../support/thread-ms.ts';

/** A long run of one letter, so that a word with many of it almost occurs at each place of a text. */
const ALIKE = 'a'.repeat(560);
const HOSTILE = [`b${'a'.repeat(180)}`, `${'a'.repeat(180)}b`];
/** Its parts are in the same texts, too, and it is not. */
const ORDINARY = 'baax';
const RUNS = 2_000;
const FACTOR = 10;

let database: Database;
let owner: { userId: string; projectId: string };

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'search', statementTimeoutMs: 60_000 });
  owner = await createOwner(database.sql);
  await database.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, name, context_id, error, stop_reason, plan, state, snapshot, machine_version,
       queue_until, status, owner, finished_at)
     select gen_random_uuid(), :userId, :projectId, :url, 'baa aax aab', :alike, :alike, :alike, '{}', 'x', '{}', 1,
       clock_timestamp(), 'fail', gen_random_uuid(), clock_timestamp() from generate_series(1, ${RUNS})`,
    { ...owner, url: `http://${ALIKE}`, alike: ALIKE },
  );
}, 120_000);
afterAll(() => database[Symbol.asyncDispose]());

const search = (q: string) =>
  searchRuns(database.sql, { viewerId: owner.userId, everybody: false, words: searchWords(q), limit: 50 });

async function took(q: string): Promise<number> {
  const since = performance.now();
  expect((await search(q)).runs).toEqual([]);
  return performance.now() - since;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

it('I13: a search through what is not indexed yet, for a word that almost occurs everywhere, goes in slices', async () => {
  const worked = async (work: () => Promise<unknown>) => {
    const since = threadMs();
    await work();
    return threadMs() - since;
  };
  const rounds = [];
  for (let n = 0; n < 5; n += 1) {
    let longest = 0;
    const all = await worked(async () => {
      longest = await longestTurn(() => search(ORDINARY));
    });
    rounds.push({ longest, all });
  }
  // A turn that the machine held up is longer than its work; the best of the rounds was held up least.
  const [{ longest, all } = { longest: 0, all: 0 }] = rounds.toSorted(
    (a, b) => a.longest / a.all - b.longest / b.all,
  );
  expect(longest, `of ${all} ms`).toBeLessThan(all / 3);
  for (const word of HOSTILE) expect(await worked(() => search(word))).toBeLessThan(2 * all);
});

it.each(HOSTILE)(
  'I13: a search through the index for %.3s… costs about what another one does',
  async (word) => {
    await indexSearches(database.sql);
    const [hostile, ordinary]: [number[], number[]] = [[], []];
    await search(ORDINARY);
    for (let n = 0; n < 5; n += 1) {
      ordinary.push(await took(ORDINARY));
      hostile.push(await took(word));
    }
    const [one, other] = [median(hostile), median(ordinary)];
    expect(one, `${one} ms, and ${other} ms for another word`).toBeLessThan(FACTOR * other);
  },
);
