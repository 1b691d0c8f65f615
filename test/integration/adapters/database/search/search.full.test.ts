/* I11: a search finds all runs that match and that its caller may see, each once, newest first. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '#shared/adapters/database/connect.ts';
import { deleteRun } from '#shared/adapters/database/runs/retention.ts';
import { type RunsToFind, type SearchPlace, searchRuns } from '#shared/adapters/database/search/search.ts';
import { searchWords } from '#shared/adapters/database/search/terms.ts';
import { createOwner } from '../../../../support/database/accounts.ts';
import { indexSearches } from '../../../../support/database/index-searches.ts';
import { queueRun } from '../../../../support/database/runs.ts';
import { createTestDatabase } from '../../../../support/servers/servers.ts';
import { everyNth, share } from '../../../../support/share.ts';

interface Account {
  userId: string;
  projectId: string;
}

let database: Database;
let [ann, bob]: Account[] = [];
/** Newest first. */
let runs: { id: string; text: string; userId: string; label: string; outcome: string }[];

/** Runs of two users in turns: some live, most over; errors of runs and of steps; more than a block of them. */
const RUNS = share(4_500, 6_000);
const PAGE = 500;
const FILL = `
with numbered as (
  select n, case n % 3 when 0 then :ann else :bob end as user_id, case n % 3 when 0 then :annsProject else :bobsProject end as project_id,
    case when n > :count - 50 then 'running' when n % 50 = 1 then 'cancelled' when n % 70 = 2 then 'lost' when n % 20 = 3 then 'fail' else 'pass' end as outcome
  from generate_series(1, :count) as n order by n
), run as (
  insert into runs (id, user_id, project_id, base_url, name, own_labels, plan, state, snapshot, machine_version, created_at, queue_until,
    status, owner, finished_at, cancelled, stale, cancel_requested_at, cancel_by, cancel_mode, error)
  select gen_random_uuid(), user_id::uuid, project_id::uuid, 'http://shop-' || n % 40 || '.test', 'Flow number ' || n, array['of-' || n % 7, 'all'],
    '{}', 'x', '{}', 1, clock_timestamp() - (:count - n) * interval '1 min', clock_timestamp() + interval '1 hour',
    case when outcome in ('running', 'pass') then outcome else 'fail' end, case when outcome <> 'running' then gen_random_uuid() end,
    case when outcome <> 'running' then clock_timestamp() end, outcome in ('cancelled', 'lost'), outcome = 'lost',
    case when outcome = 'cancelled' then clock_timestamp() end, case when outcome = 'cancelled' then 'user' end,
    case when outcome = 'cancelled' then 'graceful' end, case when outcome = 'fail' and n % 40 = 3 then 'The browser CRASHED badly' end
  from numbered returning *
)
insert into steps (run_id, index, epoch, action, ok, error)
select id, 0, 1, 'click', false, 'no element matches #buy-' || right(name, 2) from run where status = 'fail' and not cancelled and error is null`;

beforeAll(async () => {
  const { url } = await createTestDatabase();
  database = connectDatabase({ url, applicationName: 'search', statementTimeoutMs: 60_000 });
  const { sql } = database;
  [ann, bob] = [await createOwner(sql), await createOwner(sql)];
  await sql.rows(FILL, {
    ann: ann!.userId,
    bob: bob!.userId,
    annsProject: ann!.projectId,
    bobsProject: bob!.projectId,
    count: RUNS,
  });
  runs = await sql.rows(`
    select id, user_id as "userId", own_labels[1] as label, lower(concat_ws(E'\\n', name, base_url, runs.error,
        (select error from steps where run_id = id), own_labels[1], own_labels[2])) as text,
      case when status <> 'fail' then status when cancel_requested_at is not null then 'cancelled' when stale then 'lost' else 'fail' end as outcome
    from runs order by ordinal desc`);
});
afterAll(() => database[Symbol.asyncDispose]());

type Asked = Partial<RunsToFind> & { q?: string; by?: Account };
const toFind = ({ q = '', by, ...rest }: Asked): RunsToFind => ({
  viewerId: (by ?? ann!).userId,
  everybody: by === undefined,
  words: searchWords(q),
  limit: PAGE,
  ...rest,
});

/** All pages of a search. */
async function found(asked: Asked): Promise<string[]> {
  const ids: string[] = [];
  for (let before: SearchPlace | undefined; ; ) {
    const page = await searchRuns(database.sql, { ...toFind(asked), before });
    expect(page.runs.length).toBeLessThanOrEqual(asked.limit ?? PAGE);
    ids.push(...page.runs.map(({ id }) => id));
    if (page.next === undefined) return ids;
    before = page.next;
  }
}

function expected({ q = '', by, label, outcome, projectId }: Asked): string[] {
  return runs
    .filter((run) => by === undefined || run.userId === by.userId)
    .filter(
      (run) => projectId === undefined || (run.userId === ann!.userId) === (projectId === ann!.projectId),
    )
    .filter((run) => label === undefined || label === 'all' || run.label === label)
    .filter((run) => outcome === undefined || run.outcome === outcome)
    .filter((run) => searchWords(q).every((word) => run.text.includes(word)))
    .map(({ id }) => id);
}

const SEARCHES: [string, () => Asked][] = [
  ['a name of one run', () => ({ q: 'number 2321' })],
  ['a name of one run of the newest', () => ({ q: `NUMBER ${RUNS - 3}` })],
  ['a name of one run of the oldest', () => ({ q: 'number 17' })],
  ['a part of a word of many', () => ({ q: 'umbe' })],
  ['two letters', () => ({ q: '99' })],
  ['an address', () => ({ q: 'http://shop-39.test' })],
  ['an error of a run, in another case', () => ({ q: 'crashed BADLY' })],
  ['an error of a step', () => ({ q: '#buy-43' })],
  ['words that no run has together', () => ({ q: 'crashed #buy' })],
  ['what stands for anything in a pattern', () => ({ q: 'num%er' })],
  ['a label', () => ({ label: 'of-5' })],
  ['a label that all have', () => ({ label: 'all' })],
  ['a label that none has', () => ({ label: 'of' })],
  ['a label in the words', () => ({ q: 'of-5 number' })],
  ['an outcome among the words', () => ({ q: 'number', outcome: 'lost' })],
  ['a label and an outcome', () => ({ label: 'of-3', outcome: 'cancelled' })],
  ['words in a project', () => ({ q: 'shop-3', projectId: bob!.projectId })],
  ['words among what one user sees', () => ({ q: 'shop-3', by: ann! })],
  ['a rare word among what one user sees', () => ({ q: 'number 2322', by: ann! })],
];

const STATES: [string, () => Promise<unknown>][] = [
  ['none of them is indexed yet', async () => undefined],
  [
    'a part of them is indexed',
    () =>
      database.sql
        .rows(`delete from search_due`)
        .then(() =>
          database.sql.rows(
            `insert into search_due (run_id, ordinal, due_at) select id, ordinal, clock_timestamp() from runs where ordinal % 3 > 0`,
          ),
        )
        .then(() => indexSearches(database.sql))
        .then(() =>
          database.sql.rows(
            `insert into search_due (run_id, ordinal, due_at) select id, ordinal, clock_timestamp() from runs where ordinal % 3 = 0`,
          ),
        ),
  ],
  ['all of them are indexed', () => indexSearches(database.sql)],
];

// The usual one, or one after the other.
describe.each(share(STATES.slice(1, 2), STATES))(
  `among ${RUNS} runs, while %s, a search for`,
  (_, prepare) => {
    beforeAll(async () => void (await prepare()));

    it.each(everyNth(2, SEARCHES))('%s finds all of them, each once, newest first', async (_, of) => {
      expect(await found(of())).toEqual(expected(of()));
    });

    it.each([1, 7, 1_000])('a label by pages of %i has the same', async (limit) => {
      const asked = { label: 'of-5', q: 'shop-12', limit };
      expect(await found(asked)).toEqual(expected(asked));
    });
  },
);

it('I11: another user finds nothing of it, by words or by id, and a member of the project does', async () => {
  const [eve, max] = [await createOwner(database.sql), await createOwner(database.sql)];
  await database.sql.rows(`insert into project_members values ($1, $2, 'viewer')`, [
    ann!.projectId,
    max.userId,
  ]);
  const asked = { q: 'shop-3', limit: 1_000 };
  expect(await found({ ...asked, by: eve })).toEqual([]);
  expect(await found({ ...asked, by: max })).toEqual(expected({ ...asked, by: ann! }));
  const { id } = runs.find(({ userId }) => userId === ann!.userId)!;
  for (const q of [id, id.slice(-8), id.slice(0, 13)]) {
    expect(await found({ q, by: eve })).toEqual([]);
    expect(await found({ q, by: max })).toEqual([id]);
  }
});

describe('ids that begin alike', () => {
  /** More of one user than one page looks at, and a few of another before and after them; highest first. */
  const BEGINNING = '0a0b0c0d';
  const idOf = (n: number) => `${BEGINNING}-0000-7000-8000-${String(n).padStart(12, '0')}`;
  const bobs = [5_400, 5_001, 3, 2].map(idOf);
  beforeAll(async () => {
    await database.sql.rows(
      `insert into runs (id, user_id, project_id, base_url, plan, state, snapshot, machine_version, created_at, queue_until, status)
       select ($1 || '-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, $2, $3, 'http://alike.test', '{}', 'x', '{}', 1,
         clock_timestamp(), clock_timestamp() + interval '1 hour', 'running' from generate_series(10, 5000) as n`,
      [BEGINNING, ann!.userId, ann!.projectId],
    );
    for (const id of bobs) {
      const made = await queueRun(database.sql, bob!);
      await database.sql.rows('update runs set id = $1 where id = $2', [id, made.id]);
    }
  });
  afterAll(() =>
    database.sql.rows(`delete from runs where base_url = 'http://alike.test' or id = any ($1)`, [bobs]),
  );

  it.each([BEGINNING, `${BEGINNING}-`, `${BEGINNING}-0000-7`, `${BEGINNING}-0000-7000-8000-0000000`])(
    'are all found by %s, page after page, by all who see them',
    async (q) => {
      expect(await found({ q, by: bob! })).toEqual(bobs);
      expect(await found({ q, by: bob!, limit: 1 })).toEqual(bobs);
    },
  );

  it("are all found by a user who sees everybody's, each once", async () => {
    const ids = await found({ q: BEGINNING, limit: 1_000 });
    expect(ids).toHaveLength(4_995);
    expect(ids).toEqual([...new Set(ids)].toSorted().toReversed());
  });

  it.each(['0a0b0c0', '0a0b0c0e', `${BEGINNING}0`, `${BEGINNING}-00000`, `${BEGINNING} x`])(
    '%s is none of their beginnings',
    async (q) => expect(await found({ q, by: bob! })).toEqual([]),
  );
});

it('a run that ends is found by its error at once, and from the index later', async () => {
  const { id } = await queueRun(database.sql, ann!);
  await indexSearches(database.sql);
  await database.sql.rows(
    `update runs set status = 'fail', state = 'fail', finished_at = clock_timestamp(), error = 'a zeppelin came by' where id = $1`,
    [id],
  );
  expect(await found({ q: 'zeppelin' })).toEqual([id]);
  await indexSearches(database.sql);
  expect(await database.sql.rows('select from search_due')).toEqual([]);
  expect(await found({ q: 'zeppelin', outcome: 'fail' })).toEqual([id]);
  await deleteRun(database.sql, id);
  expect(await found({ q: 'zeppelin' })).toEqual([]);
  expect(await database.sql.rows('select from run_search where run_id = $1', [id])).toEqual([]);
});
