import type { RunFilter } from '#shared/api/client/index.ts';
import { LONGEST_SEARCH } from '#shared/api/limits.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';
import { STATUSES } from '#shared/domain/run/status.ts';
import { STANDING_FILTERS } from '../kit/standing.ts';

/** Which runs are listed. An empty text lets every run through. */
export interface RunsFilter {
  status: string;
  project: string;
  search: string;
  label: string;
  /** The name of a flow. */
  flow: string;
}

export const NO_FILTER: RunsFilter = { status: '', project: '', search: '', label: '', flow: '' };

export const isFiltered = (filter: RunsFilter): boolean => filterQuery(filter) !== '';

const PARAMETERS = {
  search: 'q',
  status: 'status',
  project: 'project',
  label: 'label',
  flow: 'flow',
} as const satisfies Record<keyof RunsFilter, string>;
const FIELDS = Object.keys(PARAMETERS) as (keyof RunsFilter)[];

/** The filter of an address, from what follows its `?`; what it does not know is left out. */
export function parseFilter(query: string): RunsFilter {
  const given = new URLSearchParams(query);
  const filter = { ...NO_FILTER };
  // Longer values come from no filter of this page.
  for (const field of FIELDS) filter[field] = (given.get(PARAMETERS[field]) ?? '').slice(0, LONGEST_SEARCH);
  if (!STANDING_FILTERS.some((known) => known === filter.status)) filter.status = '';
  return filter;
}

/** What {@link parseFilter} reads, always in the same order; empty without a filter. */
export function filterQuery(filter: RunsFilter): string {
  const query = new URLSearchParams();
  for (const field of FIELDS) if (filter[field] !== '') query.set(PARAMETERS[field], filter[field]);
  return query.toString();
}

/** The same as the gateway takes it. */
export function askedOf({ status: standing, project, search, label, flow }: RunsFilter): RunFilter {
  const q = search.trim();
  const outcome = OUTCOMES.find((known) => known === standing);
  const status = STATUSES.find((known) => known === standing);
  return {
    ...(outcome === undefined ? status !== undefined && { status } : { outcome }),
    ...(project !== '' && { project }),
    ...(q !== '' && { q }),
    ...(label !== '' && { label }),
    // Flows of one name are in several projects.
    ...(flow !== '' && project !== '' && { flow }),
  };
}

/** Its pages are those of a search: read less often, and not always full. */
export const isSearch = ({ q, label }: RunFilter): boolean => q !== undefined || label !== undefined;
