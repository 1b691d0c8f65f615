/*
 * Runs whose id is what was looked for, or begins like it, or ends like it (their short id): as the viewer may see them
 * (I11), by their ids from the highest down, a bounded part of them at a time (I14). Owns no data.
 */
import { isShortId, shortId as shortIdOf } from '#shared/domain/run/short-id.ts';
import type { Statements, Values } from '../sql.ts';
import { MOST, WANTED } from './candidates.ts';
import { type Found, pageOf } from './page-of.ts';

/** The ids that are meant: a range of them, and all that end alike. */
export interface Named {
  from: string;
  to: string;
  shortId: string | null;
}

const [LOWEST, HIGHEST] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
/** What is shorter is no beginning of an id: most runs would have it. */
const SHORTEST = 8;

/** Undefined if there are other words, or this one is no part of an id. */
export function namedBy([word = '', ...others]: readonly string[]): Named | undefined {
  if (others.length > 0 || word.length < SHORTEST || !beginsId(word)) return undefined;
  const [from, to] = [word + LOWEST.slice(word.length), word + HIGHEST.slice(word.length)];
  return { from, to, shortId: isShortId(word) ? word : null };
}

const beginsId = (word: string): boolean =>
  word.length <= LOWEST.length && word.replaceAll(/[0-9a-f]/g, '0') === LOWEST.slice(0, word.length);

export const isNamed = ({ from, to, shortId }: Named, id: string): boolean =>
  (id >= from && id <= to) || shortIdOf(id) === shortId;

/** A page of them. `before`: only those with lower ids. */
export async function findNamed(
  sql: Statements,
  { from, to, shortId }: Named,
  { values, before, limit }: { values: Record<string, unknown>; before: string | undefined; limit: number },
): Promise<Found<string>> {
  const asked: Values = { ...values, before: before ?? null };
  const alike = shortId === null ? [] : await sql.rows<{ id: string }>(BY_SHORT_ID, { ...asked, shortId });
  const rows = await sql.rows<{ id: string; isLast: boolean; isHit: boolean }>(BY_BEGINNING, {
    ...asked,
    from,
    to,
    limit: limit + 1,
  });
  const placed = ({ id }: { id: string }) => ({ id, place: id });
  const hits = rows.filter(({ isHit }) => isHit).map(placed);
  const end = hits.length > limit ? hits.at(-1) : rows.find(({ isLast }) => isLast);
  return pageOf(
    [
      { hits: alike.map(placed), reached: undefined },
      { hits, reached: end?.id },
    ],
    limit,
  );
}

/** More runs than the limit with one short id do not happen by chance: a user made them so. */
const BY_SHORT_ID = `
select id from runs
where right(id::text, 8) = :shortId::text and (:before::uuid is null or id < :before::uuid) and ${WANTED} limit 100`;

/** Off the primary key; where there are many runs a day, many of them begin alike. */
const BY_BEGINNING = `
select id, n = ${MOST.candidates} as "isLast", is_hit as "isHit" from (
  select id, is_hit, row_number() over () as n from (
    select id, coalesce((${WANTED}), false) as is_hit from runs
    where id >= :from::uuid and id <= :to::uuid and id < coalesce(:before::uuid, '${HIGHEST}')
    order by id desc limit ${MOST.candidates}
  ) as looked_at
) as numbered
where is_hit or n = ${MOST.candidates} limit :limit`;
