/*
 * Keeps the index of searches: what the triggers on `runs` have noted, and what was there before them. Any number of
 * processes may do it: a note is newer than those before it, and what was made from an older one is not written over it.
 */
import type { Sql } from '../sql.ts';
import { SEARCHED, type SearchedRun, termsOf, textOf } from './searched-run.ts';

/** In one transaction each. */
const AT_ONCE = { due: 200, past: 200 };

interface Indexed extends Record<string, unknown> {
  id: string;
  ordinal: number;
  noted: number;
  text: string;
  terms: number[];
}

/** Indexes the runs that are due, first those that have been for longest. Returns whether there may be more. */
export async function indexDue(sql: Sql): Promise<boolean> {
  const rows = await sql.rows<SearchedRun & { note: string; ordinal: string | null }>(DUE, {
    limit: AT_ONCE.due,
  });
  if (rows.length === 0) return false;
  // Of a run that was noted twice the last note counts: it was read after both.
  const last = new Map(rows.filter(({ id }) => id !== null).map((row) => [row.id, row]));
  const runs = [...last.values()].filter(({ ordinal }) => ordinal !== null);
  await sql.rows(WRITE, {
    runs: JSON.stringify(runs.map((run) => indexed(run, Number(run.ordinal), Number(run.note)))),
    notes: rows.map(({ note }) => note),
  });
  return rows.length === AT_ONCE.due;
}

/** Indexes some of the runs that were there before the index, newest first. Returns whether there are more. */
export const indexPast = (sql: Sql): Promise<boolean> =>
  sql.transaction(async (within) => {
    const place = await within.row<{ before: string; ordinal: string }>(
      'select before_id as before, ordinal from search_past for update skip locked',
    );
    if (!place) return false;
    const rows = await within.rows<SearchedRun & { ordinal: string | null }>(PAST, {
      before: place.before,
      limit: AT_ONCE.past,
    });
    const runs = rows.filter(({ ordinal }) => ordinal === null);
    const next = Number(place.ordinal);
    await within.rows(WRITE, {
      runs: JSON.stringify(runs.map((run, n) => indexed(run, next - n, 0))),
      notes: [],
    });
    if (rows.length < AT_ONCE.past) await within.rows('delete from search_past');
    else
      await within.rows('update search_past set before_id = :before, ordinal = :ordinal', {
        before: rows.at(-1)!.id,
        ordinal: next - runs.length,
      });
    return rows.length === AT_ONCE.past;
  });

function indexed(run: SearchedRun, ordinal: number, noted: number): Indexed {
  const text = textOf(run);
  return { id: run.id, ordinal, noted, text, terms: termsOf(run, text, ordinal) };
}

/** By the index of what is due, so that what is not due yet is not read (I14). The place of a run of before is the one that it has in the index, if it has one by now. */
const DUE = `
with due as materialized (
  select note, run_id, ordinal from search_due
  where due_at <= (select clock_timestamp()) order by due_at limit :limit
)
select due.note, coalesce(due.ordinal, (select ordinal from run_search where run_search.run_id = due.run_id)) as ordinal,
  run.*
from due left join lateral (select ${SEARCHED} from runs where id = due.run_id) as run on true
order by due.note`;

const PAST = `
select ordinal, ${SEARCHED} from runs where runs.id < :before order by runs.id desc limit :limit`;

/** What is as it was is not written again. */
const WRITE = `
with done as (delete from search_due where note = any (:notes::bigint[]))
insert into run_search (run_id, ordinal, noted, text, terms)
select id, ordinal, noted, text, terms from json_to_recordset(:runs)
  as run (id uuid, ordinal bigint, noted bigint, text text, terms int[])
where exists (select from runs where runs.id = run.id)
on conflict (run_id) do update set noted = excluded.noted, text = excluded.text, terms = excluded.terms
where run_search.noted < excluded.noted
  and (run_search.text, run_search.terms) is distinct from (excluded.text, excluded.terms)`;
