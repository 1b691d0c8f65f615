/*
 * The statement that reads a page of runs, from a viewer's projects and its own runs elsewhere (I11): one page of each, off
 * an index of all filters (I14). Filters change the text: with `$1 is null or …` no index could be used.
 */
import { OUTCOMES, type Outcome } from '#shared/domain/run/outcome.ts';
import { STATUSES, type Status } from '#shared/domain/run/status.ts';
import { FAILED_AS } from './failed-as.ts';
import { LISTED_COLUMNS, RESULTS_COLUMN, STEPS_COLUMN } from './row.ts';

/** A run's place in every list: when it started, in microseconds since 1970 (a `Date` cuts them), then its id. */
export interface RunPosition {
  micros: string;
  id: string;
}

export interface RunsToList {
  viewerId: string;
  /** Whether the viewer sees everybody's runs. */
  everybody: boolean;
  projectId?: string | undefined;
  /** The shown status. */
  status?: Status | undefined;
  /** How it ended. In place of `status`. */
  outcome?: Outcome | undefined;
  contextId?: string | undefined;
  /** The named flow of a project: only with `projectId`, and without `contextId`. */
  flowName?: string | undefined;
  /** ISO 8601: runs started then or later. */
  since?: string | undefined;
  /** Only what comes after this position. It need not be one of a run that is there, or that the viewer may see. */
  before?: RunPosition | undefined;
  /** Whether what the runs have found is read, too. */
  results?: boolean | undefined;
  /** At least 1, at most `LIST_LIMIT`. */
  limit: number;
}

type Place = (value: unknown, type: string) => string;

export function listStatement(wanted: RunsToList): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const place: Place = (value, type) => `$${values.push(value)}::${type}`;
  const limit = place(wanted.limit, 'int');
  const page = createPage(wanted, place);
  const seen = wanted.everybody ? ofAll(wanted, page, place) : ofViewer(wanted, page, place);
  const text = `
with recursive ${seen.own}page as (select id from (${seen.runs}) as seen ${NEWEST} limit ${limit})
select ${LISTED_COLUMNS}, ${STEPS_COLUMN}${wanted.results ? `, ${RESULTS_COLUMN}` : ''}, (extract(epoch from created_at) * 1000000)::bigint::text as micros
from runs where id = any(array(select id from page)) ${NEWEST}`;
  return { text, values };
}

export interface RunsToCount extends Pick<RunsToList, 'viewerId' | 'everybody' | 'projectId'> {
  /** No count goes beyond it. */
  most: number;
}

const COUNTED = [
  ...(['running', 'cancelling'] as const).map((status) => ({ name: status, only: { status } })),
  ...OUTCOMES.map((outcome) => ({ name: outcome, only: { outcome } })),
];
/** How many runs there are of each status that is not final, and of each outcome. */
export type RunCounts = Record<(typeof COUNTED)[number]['name'], number>;

/** Each count takes at most so many entries off the index of the list that it counts, and they need not be in order. */
export function countStatement({ most, ...wanted }: RunsToCount): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const place: Place = (value, type) => `$${values.push(value)}::${type}`;
  const limit = place(most, 'int');
  const seenAs = COUNTED.map(({ name, only }) => {
    const one = { ...wanted, ...only, limit: most };
    const page = createPage(one, place);
    return { name, ...(wanted.everybody ? ofAll(one, page, place) : ofViewer(one, page, place)) };
  });
  const counts = seenAs.map(
    ({ name, runs }) =>
      `(select count(*)::int from (select from (${runs}) as seen limit ${limit}) as counted) as "${name}"`,
  );
  const [{ own }] = seenAs as [(typeof seenAs)[number]];
  return { text: `with recursive ${own}nothing as (select) select ${counts.join(', ')}`, values };
}

const NEWEST = 'order by created_at desc, id desc';

function ofAll({ projectId }: RunsToList, page: Page, place: Place) {
  return { own: '', runs: page(projectId === undefined ? {} : { project_id: place(projectId, 'uuid') }) };
}

function ofViewer({ viewerId, projectId }: RunsToList, page: Page, place: Place) {
  const viewer = place(viewerId, 'uuid');
  const project = projectId === undefined ? undefined : place(projectId, 'uuid');
  return {
    own: `own (project_id) as (${project === undefined ? projectsOfRuns(viewer) : `select ${project}`}), `,
    runs: `
select run.* from project_members as member
  cross join lateral (${page({ project_id: 'member.project_id' })}) as run
  where member.user_id = ${viewer} ${project === undefined ? '' : `and member.project_id = ${project}`}
union all
select run.* from own
  cross join lateral (${page({ user_id: viewer, project_id: 'own.project_id' })}) as run
  where own.project_id <> '${NO_ID}' and not exists (
    select from project_members as member where member.user_id = ${viewer} and member.project_id = own.project_id)`,
  };
}

/** The projects that a user has started runs in, after a first that is none; each by one look into the index. */
const projectsOfRuns = (user: string) => `
select uuid '${NO_ID}' union all
select (select project_id from runs
  where (user_id, project_id) > (${user}, own.project_id) and user_id <= ${user}
  order by user_id, project_id limit 1)
from own where own.project_id is not null`;

/** The first page of the runs that have these values in these columns. */
type Page = (equal: Record<string, string>) => string;

/**
 * The equal columns stand in the range and the order, as in the index. As equalities, a generic plan would assume average
 * projects, and read and sort all of a large one. With a context they are one text, which only one index has.
 */
function createPage(wanted: RunsToList, place: Place): Page {
  const { status, outcome, since, before, limit } = wanted;
  const narrow = narrowing(wanted, place);
  const from = place(since ?? '-infinity', 'timestamptz');
  const micros = place(before?.micros ?? null, 'bigint');
  const to = `coalesce(timestamptz 'epoch' + ${micros} * interval '1 us', 'infinity')`;
  const id = place(before?.id ?? LAST_ID, 'uuid');
  const oneKey = (parts: string[], last: string | undefined) =>
    last === undefined ? parts : [[...parts.map((part) => `${part}::text`), last].join(' || ')];
  const one = outcome ?? status;
  const only = one === undefined ? undefined : place(one, 'text');
  const isFailed = outcome !== undefined && outcome !== 'pass';
  // A number that the planner can read: it has to know how few rows are wanted, and a parameter does not tell.
  const most = SIZES.find((size) => limit <= size) ?? limit;

  const ofStatus = (shown: string, equal: Record<string, string>) => {
    const columns = [...oneKey(Object.keys(equal), narrow?.column), isFailed ? FAILED_AS : 'shown_status'];
    const values = [...oneKey(Object.values(equal), narrow?.value), shown].join(', ');
    return `
select id, created_at from runs
  where (${columns.join(', ')}, created_at) >= (${values}, ${from})
    and (${columns.join(', ')}, created_at, id) < (${values}, ${to}, ${id})
    ${narrow === undefined ? '' : `and ${narrow.column} is not null`}
    ${isFailed ? `and status = 'fail'` : ''}
  order by ${[...columns, 'created_at', 'id'].map((column) => `${column} desc`).join(', ')} limit ${most}`;
  };

  return (equal) => {
    if (only !== undefined) return ofStatus(only, equal);
    const each = STATUSES.map((shown) => `select * from (${ofStatus(`'${shown}'`, equal)}) as of_${shown}`);
    return `${each.join(' union all ')} ${NEWEST} limit ${most}`;
  };
}

/** A column that only some runs have, and that has indexes of those alone. */
function narrowing({ contextId, flowName }: RunsToList, place: Place) {
  if (contextId !== undefined) return { column: 'context_id', value: place(contextId, 'text') };
  return flowName === undefined ? undefined : { column: 'flow_name', value: place(flowName, 'text') };
}

const NO_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** One more than the usual page of our own clients and than the longest one. */
const SIZES = [101, 1_001];
