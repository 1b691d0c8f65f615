/*
 * Keeps the index of searches up with what the triggers on `runs` have noted. Any number of processes may do it: a note is
 * newer than those before it, and what was made from an older one is not written over it.
 */
import type { Sql } from '../sql.ts';
import { SEARCHED, type SearchedRun, searchedText, termsOf } from './searched-run.ts';

/** Runs of one transaction. */
const AT_ONCE = 200;

interface Indexed extends Record<string, unknown> {
  id: string;
  ordinal: number;
  noted: number;
  text: string;
  terms: number[];
}

/** Indexes the runs that are due, first those that have been for longest. Returns whether there may be more. */
export async function indexDue(sql: Sql): Promise<boolean> {
  const rows = await sql.rows<SearchedRun & { note: string; ordinal: string }>(DUE, { limit: AT_ONCE });
  if (rows.length === 0) return false;
  // The last note of a run counts: it was read after the others.
  const last = new Map(rows.filter(({ id }) => id !== null).map((row) => [row.id, row]));
  await sql.rows(WRITE, {
    runs: JSON.stringify(
      [...last.values()].map((run) => indexed(run, Number(run.ordinal), Number(run.note))),
    ),
    notes: rows.map(({ note }) => note),
  });
  return rows.length === AT_ONCE;
}

function indexed(run: SearchedRun, ordinal: number, noted: number): Indexed {
  const text = searchedText(run);
  return { id: run.id, ordinal, noted, text, terms: termsOf(run, text, ordinal) };
}

/** Read by the index of what is due, so that what is not due yet is not (I14). */
const DUE = `
with due as materialized (
  select note, run_id, ordinal from search_due
  where due_at <= (select clock_timestamp()) order by due_at limit :limit
)
select due.note, due.ordinal, run.*
from due left join lateral (select ${SEARCHED} from runs where id = due.run_id) as run on true
order by due.note`;

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
