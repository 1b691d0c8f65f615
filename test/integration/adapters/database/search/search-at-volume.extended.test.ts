/* I14: a search and the indexing of what is due cost the same, however many other runs there are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { MOST } from '#shared/adapters/database/search/candidates.ts';
import { indexDue } from '#shared/adapters/database/search/keep.ts';
import { type RunsToFind, searchRuns } from '#shared/adapters/database/search/search.ts';
import { BLOCK_BITS, searchWords } from '#shared/adapters/database/search/terms.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { countingPages } from '../../../../support/database/count-pages.ts';
import { indexSearches } from '../../../../support/database/index-searches.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { untilSeenByNobody } from '../../../../support/database/seen-by-nobody.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';

interface Account {
  userId: string;
  projectId: string;
}

let database: Database;
let [ann, heavy]: Account[] = [];

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'search volume', statementTimeoutMs: 60_000 });
  [ann, heavy] = [await createOwner(database.sql), await createOwner(database.sql)];
});
afterAll(() => database[Symbol.asyncDispose]());

/** Copies of a run of the account with this name, all indexed. `apart`: each in a block of its own. */
async function runs(of: Account, name: string, count: number, apart = false): Promise<void> {
  const { id } = await queueRun(database.sql, of);
  await database.sql.rows(
    `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, name, status, owner, finished_at${apart ? ', ordinal' : ''})
     select gen_random_uuid(), user_id, project_id, base_url, plan, state, snapshot, machine_version, queue_until, $2, 'pass', gen_random_uuid(), clock_timestamp()
       ${apart ? `, setval('run_ordinals', nextval('run_ordinals') + ${2 ** BLOCK_BITS})` : ''}
     from runs, generate_series(1, $3::int) where id = $1`,
    [id, name, count],
  );
  await indexSearches(database.sql);
  await database.sql.rows('analyze');
  await untilSeenByNobody(database.sql);
}

const toFind = (q: string, more: Partial<RunsToFind> = {}): RunsToFind => ({
  viewerId: ann!.userId,
  everybody: false,
  words: searchWords(q),
  limit: 50,
  ...more,
});

async function costOf(wanted: RunsToFind) {
  const counting = countingPages(database.sql);
  const page = await searchRuns(counting.sql, wanted);
  return { ...page, pages: counting.pages() };
}

describe('I14: a search', () => {
  it('looks at so many runs that have its terms and not its words, and says where it goes on', async () => {
    await runs(ann!, 'needle in the hay', 1);
    // All three letters of "abcde" are in it, and the word is not.
    await runs(ann!, 'xabcx xbcdx xcdex', MOST.candidates + 500);
    await runs(ann!, 'abcde', 1);
    const first = await costOf(toFind('abcde'));
    expect(first.runs.map(({ name }) => name)).toEqual(['abcde']);
    expect(first.next).toBeGreaterThan(0);
    const second = await costOf(toFind('abcde', { before: first.next }));
    expect(second).toMatchObject({ runs: [], next: undefined });
    expect(first.pages).toBeLessThan(40_000);
  }, 120_000);

  it('costs what it did when others have as many runs again with the same words', async () => {
    const searches = [
      toFind('needle'),
      toFind('needle hay'),
      toFind('zzzzz'),
      toFind('xabcx', { limit: 10 }),
    ];
    const measure = async () => {
      const pages = [];
      for (const wanted of searches) pages.push((await costOf(wanted)).pages);
      return pages;
    };
    await runs(heavy!, 'needle in the hay xabcx', 4_000);
    const before = await measure();
    await runs(heavy!, 'needle in the hay xabcx', 4_000);
    const after = await measure();
    for (const [n, pages] of after.entries()) expect(pages).toBeLessThan(before[n]! * 1.3 + 100);
  }, 120_000);

  it('looks through so many blocks, and says where it goes on', async () => {
    await runs(ann!, 'long ago', 1);
    await runs(heavy!, 'something else', MOST.blocks + 20, true);
    const first = await costOf(toFind('long ago'));
    expect(first).toMatchObject({ runs: [], next: expect.any(Number) });
    const second = await costOf(toFind('long ago', { before: first.next }));
    expect(second.runs.map(({ name }) => name)).toEqual(['long ago']);
    expect(second.next).toBeUndefined();
    for (const { pages } of [first, second]) expect(pages).toBeLessThan(MOST.blocks * 40);
  }, 120_000);
});

it('I14: to index what is due costs what it did when thousands have been noted before it that are not due yet', async () => {
  const costOfIndexing = async () => {
    const { id } = await queueRun(database.sql, ann!);
    await database.sql.rows('update search_due set due_at = clock_timestamp() where run_id = $1', [id]);
    const counting = countingPages(database.sql);
    expect(await indexDue(counting.sql)).toBe(false);
    expect(await database.sql.rows('select from run_search where run_id = $1', [id])).toHaveLength(1);
    return counting.pages();
  };
  await costOfIndexing();
  const before = await costOfIndexing();
  await database.sql.rows(
    `insert into search_due (run_id, ordinal, due_at) select gen_random_uuid(), n, clock_timestamp() + interval '1 h'
     from generate_series(1, 20000) as n`,
  );
  await database.sql.rows('analyze search_due');
  expect(await costOfIndexing()).toBeLessThan(before * 1.3 + 20);
});
