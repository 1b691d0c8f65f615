/*
 * The statements of a search. Both read a bounded part (I14): so many blocks and runs of the index, and so many of the
 * newest runs that it lacks. User and project are terms too, so a viewer finds only what it may see (I11).
 */

import { FAILED_AS } from '../run-views/failed-as.ts';
import { ENDED_UNATTENDED } from '../run-views/needs-attention.ts';
import { SEARCHED } from './searched-run.ts';
import { BLOCK_BITS, blockTerm } from './terms.ts';

export const MOST = {
  /** Blocks of the index, i.e. about a million runs. */
  blocks: 256,
  /** Runs that have all the terms and are looked at. */
  candidates: 5_000,
  /** Runs that are not indexed as they are now. */
  due: 2_000,
} as const;

/** Words of so many letters together are looked for in all of these; of longer ones each may cost as much more. */
const LETTERS_FOR_MOST = 16;

/**
 * What one search with these words may look at: a word that almost occurs at each place of a text costs the length of
 * one times that of the other.
 */
export function mostFor(words: readonly string[]): { candidates: number; due: number } {
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const factor = Math.max(1, letters / LETTERS_FOR_MOST);
  return { candidates: Math.ceil(MOST.candidates / factor), due: Math.ceil(MOST.due / factor) };
}

/** The conditions of a run besides the words; a value is null if it does not matter. */
export const WANTED = `(:everybody::boolean or runs.user_id = :viewerId::uuid or exists (
    select from project_members as member where member.project_id = runs.project_id and member.user_id = :viewerId::uuid))
  and (:projectId::uuid is null or runs.project_id = :projectId::uuid)
  and (:status::text is null or runs.shown_status = :status::text)
  and (:outcome::text is null or runs.status in ('pass', 'fail')
    and :outcome::text = case runs.status when 'fail' then ${FAILED_AS} else 'pass' end)
  and (:contextId::text is null or runs.context_id = :contextId::text)
  and (:flowName::text is null or runs.flow_name = :flowName::text)
  and (:since::timestamptz is null or runs.created_at >= :since::timestamptz)
  and (:until::timestamptz is null or runs.created_at < :until::timestamptz)
  and (:startedBy::uuid is null or runs.user_id = :startedBy::uuid)
  and (:stoppedBy::uuid is null or runs.cancel_user_id = :stoppedBy::uuid)
  and (not :attention::boolean or ${ENDED_UNATTENDED})
  and (:label::text is null or runs.own_labels @> array[:label::text])`;

/** What many runs have is found in the first blocks, one by one; what few have, sooner in several at once. */
const [BLOCKS_ALONE, BLOCKS_AT_ONCE] = [4, 8];

/** The blocks from `:first` down to `:last`, newest first, as arrays of their terms. */
const PARTS = `
select array_agg(${blockTerm('block')}) as blocks
from generate_series(:first::bigint >> ${BLOCK_BITS}, :last::bigint >> ${BLOCK_BITS}, -1)
  with ordinality as newest_first (block, n)
group by least(n, ${BLOCKS_ALONE} + (n + ${BLOCKS_AT_ONCE - BLOCKS_ALONE - 1}) / ${BLOCKS_AT_ONCE}) order by min(n)`;

/**
 * Blocks are a condition of their own: with the block among the terms, PostgreSQL would read all runs with the rarest term
 * for each block. `ordinal + 0` keeps other indexes out. An `exists` would read the table of all runs.
 */
const candidates = (access: string) => `
select id, ordinal, n = :most::bigint as "isLast", is_hit as "isHit" from (
  select id, ordinal, is_hit, row_number() over () as n from (
    select candidate.run_id as id, candidate.ordinal, not exists (
      select from unnest(:words::text[]) as word where strpos(candidate.text, word) = 0) and coalesce((
      select true from runs where runs.id = candidate.run_id and ${WANTED}), false) as is_hit
    from (${PARTS}) as part
    cross join lateral (
      select run_id, ordinal, text from run_search
      where terms && part.blocks and terms @> :terms::int[] ${access} and ordinal + 0 <= :first::bigint
      order by ordinal + 0 desc
    ) as candidate
    limit :most::bigint
  ) as looked_at
) as numbered
where is_hit or n = :most::bigint limit :limit`;

export const CANDIDATES = {
  everybody: candidates(''),
  viewer: candidates('and terms && :access::int[]'),
};

/** Newest first, each run by its id. The words are looked for by who reads them. */
export const DUE = `
select due.ordinal, run.* from (
  select run_id, ordinal from search_due where ordinal <= :first::bigint order by ordinal desc limit :mostDue::bigint
) as due
left join lateral (select ${SEARCHED} from runs where runs.id = due.run_id and ${WANTED} offset 0) as run on true
order by due.ordinal desc`;

/**
 * The places between which there is something to search, and the projects whose runs the viewer sees. The sequence has the
 * newest place: an index would first pass over all rows that were deleted since the last vacuum.
 */
export const EDGES = `
select (select last_value from run_ordinals) as newest,
  (select ordinal from run_search order by ordinal limit 1) as oldest,
  array(select project_id from project_members where user_id = :viewerId::uuid) as projects`;
