import type { RunFilter } from '#shared/api/client/index.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { LONGEST_SEARCH } from '#shared/api/limits.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import { STANDING_FILTERS } from '../kit/standing/standing.ts';

/** Which runs are listed. An empty text lets every run through. */
export interface RunsFilter {
  status: string;
  project: string;
  search: string;
  label: string;
  /** The name of a flow. */
  flow: string;
  /** `longest`: what goes on, the longest first. */
  order: string;
  /** `1`: what needs a person; `me`: what waits for the user. */
  attention: string;
  /** Users: `me`, or an id. */
  startedBy: string;
  stoppedBy: string;
  /** Times of starts: of the first so long ago, such as `12h` or `7d`, or ISO 8601. */
  since: string;
  until: string;
}

const PARAMETERS = {
  search: 'q',
  status: 'status',
  project: 'project',
  label: 'label',
  flow: 'flow',
  order: 'order',
  attention: 'attention',
  startedBy: 'startedBy',
  stoppedBy: 'stoppedBy',
  since: 'since',
  until: 'until',
} as const satisfies Record<keyof RunsFilter, string>;
const FIELDS = Object.keys(PARAMETERS) as (keyof RunsFilter)[];

export const NO_FILTER = Object.freeze(
  Object.fromEntries(FIELDS.map((field) => [field, ''])),
) as unknown as RunsFilter;

export const isFiltered = (filter: RunsFilter): boolean => filterQuery(filter) !== '';

const AGO = /^(\d{1,4})([hd])$/;
const isTime = (text: string) => !Number.isNaN(Date.parse(text));
const isUser = (text: string) => text === 'me' || isId(text);
/** What a field may say; of the others anything. */
const SAYS: Partial<Record<keyof RunsFilter, (text: string) => boolean>> = {
  status: (text) => STANDING_FILTERS.some((known) => known === text),
  order: (text) => text === 'longest',
  attention: (text) => text === '1' || text === 'me',
  startedBy: isUser,
  stoppedBy: isUser,
  since: (text) => AGO.test(text) || isTime(text),
  until: isTime,
};

/** The filter of an address, from what follows its `?`; what it does not know is left out. */
export function parseFilter(query: string): RunsFilter {
  const given = new URLSearchParams(query);
  const filter = { ...NO_FILTER };
  for (const field of FIELDS) {
    // Longer values come from no filter of this page.
    const value = (given.get(PARAMETERS[field]) ?? '').slice(0, LONGEST_SEARCH);
    if (SAYS[field]?.(value) ?? true) filter[field] = value;
  }
  return filter;
}

/** What {@link parseFilter} reads, always in the same order; empty without a filter. */
export function filterQuery(filter: RunsFilter): string {
  const query = new URLSearchParams();
  for (const field of FIELDS) if (filter[field] !== '') query.set(PARAMETERS[field], filter[field]);
  return query.toString();
}

/** What the last choice excludes is given up: no list has everything at once. */
export function changed(filter: RunsFilter, part: Partial<RunsFilter>): RunsFilter {
  const next = { ...filter, ...part };
  const giveUp = (...fields: (keyof RunsFilter)[]) => {
    for (const field of fields) if (!part[field]) next[field] = '';
  };
  if (part.attention) giveUp('status', 'flow', 'order', 'stoppedBy');
  else if (part.status || part.flow || part.order || part.stoppedBy) giveUp('attention');
  if (part.attention === 'me') giveUp('search', 'label');
  else if ((part.search || part.label) && next.attention === 'me') giveUp('attention');
  if (part.order) giveUp('search', 'label');
  else if (part.search || part.label) giveUp('order');
  if (part.stoppedBy) giveUp('startedBy', 'flow');
  else if (part.startedBy || part.flow) giveUp('stoppedBy');
  if (OUTCOMES.some((known) => known === next.status)) giveUp('order');
  return next;
}

/** Another letter may follow a word at the end. */
const BY_ME = { over: /(^|\s)by:me(?=\s)/i, open: /(^|\s)by:me(?=\s|$)/i } as const;

/** The words of a search without `by:me`, and what that stands for. `open`: also where it may still be typed on. */
export function searched(text: string, end: keyof typeof BY_ME = 'over'): Partial<RunsFilter> {
  const words = text.replace(BY_ME[end], '$1');
  return words === text ? { search: text } : { search: words.trimStart(), startedBy: 'me' };
}

const UNIT_MS = { h: 3_600_000, d: 86_400_000 } as const;

/** `now`: epoch ms. */
function timeOf(text: string, now: number): string {
  const [, count, unit] = AGO.exec(text) ?? [];
  const at = count === undefined ? Date.parse(text) : now - Number(count) * UNIT_MS[unit as 'h' | 'd'];
  return new Date(at).toISOString();
}

/** The same as the gateway takes it, whatever an address combines. */
export function askedOf(given: RunsFilter, now = Date.now()): RunFilter {
  const typed = changed(given, given.attention ? { attention: given.attention } : {});
  const filter = changed(typed, searched(typed.search, 'open'));
  const { project, label, flow, attention, startedBy, stoppedBy, since, until } = filter;
  const q = filter.search.trim();
  const outcome = OUTCOMES.find((known) => known === filter.status);
  const status = STATUSES.find((known) => known === filter.status);
  const isLongest = filter.order !== '' && q === '' && label === '' && outcome === undefined;
  return {
    ...(outcome === undefined ? status !== undefined && { status } : { outcome }),
    ...(project !== '' && { project }),
    ...(q !== '' && { q }),
    ...(label !== '' && { label }),
    // Flows of one name are in several projects.
    ...(flow !== '' && project !== '' && { flow }),
    ...(isLongest && { order: 'longest' }),
    ...(attention !== '' && { attention: attention === 'me' ? 'me' : '1' }),
    ...(startedBy !== '' && { startedBy }),
    ...(stoppedBy !== '' && startedBy === '' && flow === '' && { stoppedBy }),
    ...(since !== '' && { since: timeOf(since, now) }),
    ...(until !== '' && { until: timeOf(until, now) }),
  };
}

/** Its pages are those of a search: read less often, and not always full. */
export const isSearch = ({ q, label }: RunFilter): boolean => q !== undefined || label !== undefined;
