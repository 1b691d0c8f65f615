/*
 * SQL of a page of a list: off an index of all filters, in its order (I14). Filters change the text: with `$1 is null or …`
 * no index could be used.
 */
import { STATUSES } from '#shared/domain/run/status.ts';
import { FAILED_AS } from './failed-as.ts';
import type { RunsToList } from './list-statement.ts';
import { ENDED_UNATTENDED } from './needs-attention.ts';

export type PlaceValue = (value: unknown, type: string) => string;

/** The first page of the runs that have these values in these columns, and of which a condition holds that no index has. */
export type Page = (equal: Record<string, string>, besides?: string) => string;

/** SQL: the order of a list. */
export const orderOf = ({ longest = false }: Pick<RunsToList, 'longest'>): string =>
  longest ? 'order by created_at, id' : 'order by created_at desc, id desc';

/**
 * The equal columns stand in the range and the order, as in the index. As equalities, a generic plan would assume average
 * projects, and read and sort all of a large one. With a context they are one text, which only one index has.
 */
export function createPage(wanted: RunsToList, place: PlaceValue): Page {
  const narrow = narrowing(wanted, place);
  const bounds = boundsOf(wanted, place);
  const parts = partsOf(wanted, place);
  // A number that the planner can read: it has to know how few rows are wanted, and a parameter does not tell.
  const most = SIZES.find((size) => wanted.limit <= size) ?? wanted.limit;
  const ofPart = ({ column, value, only }: Part, equal: Record<string, string>, besides = '') => {
    const columns = [
      ...oneKey(Object.keys(equal), narrow?.column),
      ...(column === undefined ? [] : [column]),
    ];
    const values = [...oneKey(Object.values(equal), narrow?.value), ...(value === undefined ? [] : [value])];
    const present = ['cancel_user_id' in equal ? 'cancel_user_id' : undefined, narrow?.column];
    const conditions = [
      ...present.flatMap((name) => (name ? [`${name} is not null`] : [])),
      only ?? '',
      besides,
    ];
    return `
select id, created_at from runs
  where ${bounds(columns, values)}
    ${conditions.flatMap((condition) => (condition === '' ? [] : [`and ${condition}`])).join(' ')}
  order by ${[...columns, 'created_at', 'id'].map((name) => (wanted.longest ? name : `${name} desc`)).join(', ')} limit ${most}`;
  };
  return (equal, besides) => {
    const [first, ...others] = parts.map((part) => ofPart(part, equal, besides));
    if (others.length === 0) return first!;
    const each = [first!, ...others].map((sql, n) => `select * from (${sql}) as part_${n}`);
    return `${each.join(' union all ')} ${orderOf(wanted)} limit ${most}`;
  };
}

/** SQL: of a row with the columns of an order, that it is within the times and behind the place where the last page ended. */
export function boundsOf({ since, until, before, longest }: RunsToList, place: PlaceValue) {
  const from = place(since ?? '-infinity', 'timestamptz');
  const to = place(until ?? 'infinity', 'timestamptz');
  const micros = place(before?.micros ?? null, 'bigint');
  const edge = `timestamptz 'epoch' + ${micros} * interval '1 us'`;
  const id = place(before?.id ?? (longest || until !== undefined ? NO_ID : LAST_ID), 'uuid');
  return (columns: readonly string[], values: readonly string[]): string => {
    const row = (...last: string[]) => `(${[...columns, ...last].join(', ')})`;
    const at = (...last: string[]) => `(${[...values, ...last].join(', ')})`;
    return longest
      ? `${row('created_at', 'id')} > ${at(`greatest(coalesce(${edge}, '-infinity'), ${from})`, id)}
    and ${row('created_at')} < ${at(to)}`
      : `${row('created_at')} >= ${at(from)}
    and ${row('created_at', 'id')} < ${at(`least(coalesce(${edge}, 'infinity'), ${to})`, id)}`;
  };
}

/** A part of a list that stands together in its index: a value of one more column, or a condition that the index has. */
interface Part {
  column?: string;
  value?: string;
  only?: string;
}

function partsOf({ status, outcome, longest, attention }: RunsToList, place: PlaceValue): Part[] {
  if (attention) return [{ only: ENDED_UNATTENDED }];
  if (outcome !== undefined && outcome !== 'pass')
    return [{ column: FAILED_AS, value: place(outcome, 'text'), only: `status = 'fail'` }];
  const one = outcome ?? status;
  if (one !== undefined) return [{ column: 'shown_status', value: place(one, 'text') }];
  const all = longest ? OPEN : STATUSES;
  return all.map((shown) => ({ column: 'shown_status', value: `'${shown}'` }));
}

const OPEN = ['running', 'cancelling'] as const;

const oneKey = (parts: string[], last: string | undefined) =>
  last === undefined ? parts : [[...parts.map((part) => `${part}::text`), last].join(' || ')];

/** A column that only some runs have, and that has indexes of those alone. */
function narrowing({ contextId, flowName }: RunsToList, place: PlaceValue) {
  if (contextId !== undefined) return { column: 'context_id', value: place(contextId, 'text') };
  return flowName === undefined ? undefined : { column: 'flow_name', value: place(flowName, 'text') };
}

/** No run, and so no project either. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** One more than the usual page of our own clients and than the longest one. */
const SIZES = [101, 1_001];
