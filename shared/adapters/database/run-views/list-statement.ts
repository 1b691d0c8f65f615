/*
 * The statement that reads a page of runs, from a viewer's projects and its own runs elsewhere (I11): one page of each
 * (I14).
 */
import { OUTCOMES, type Outcome } from '#shared/domain/run/outcome.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { boundsOf, createPage, NO_ID, orderOf, type Page, type PlaceValue } from './list-page.ts';
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
  /** ISO 8601: runs started then or later, and before then. */
  since?: string | undefined;
  until?: string | undefined;
  /** Only runs that go on, the oldest first. */
  longest?: boolean | undefined;
  /** Only those that need a person (`needs-attention.ts`): without `status`, `outcome`, context, flow, `longest` and `stoppedBy`. */
  attention?: boolean | undefined;
  /** Those that go on and need a person (`readNeedingPeople`): only with `attention`. */
  needingPeople?: readonly string[] | undefined;
  /** Only these, as far as the viewer sees them, or may answer them: without what `attention` is without, and without that. */
  only?: { ids: readonly string[]; answerable: boolean } | undefined;
  /** A user who started them. */
  startedBy?: string | undefined;
  /** A user who asked for their end: without `startedBy`, `outcome`, context and flow. */
  stoppedBy?: string | undefined;
  /** Only what comes after this position. It need not be one of a run that is there, or that the viewer may see. */
  before?: RunPosition | undefined;
  /** Whether what the runs have found is read, too. */
  results?: boolean | undefined;
  /** At least 1, at most `LIST_LIMIT`. */
  limit: number;
}

export function listStatement(wanted: RunsToList): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const place: PlaceValue = (value, type) => `$${values.push(value)}::${type}`;
  const limit = place(wanted.limit, 'int');
  const { attention, needingPeople = [], only } = wanted;
  const seen = only ? { own: '', runs: ofIds(wanted, only, place) } : ofAnybody(wanted, place);
  const order = orderOf(wanted);
  const goingOn = attention && ofIds(wanted, { ids: needingPeople, answerable: false }, place);
  const runs = goingOn ? `(${seen.runs}) union all ${goingOn}` : seen.runs;
  const text = `
with recursive ${seen.own}page as (select id from (${runs}) as seen ${order} limit ${limit})
select ${LISTED_COLUMNS}, ${STEPS_COLUMN}${wanted.results ? `, ${RESULTS_COLUMN}` : ''}, (extract(epoch from created_at) * 1000000)::bigint::text as micros
from runs where id = any(array(select id from page)) ${order}`;
  return { text, values };
}

function ofAnybody(wanted: RunsToList, place: PlaceValue) {
  const page = createPage(wanted, place);
  return wanted.everybody ? ofAll(wanted, page, place) : ofViewer(wanted, page, place);
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
  const place: PlaceValue = (value, type) => `$${values.push(value)}::${type}`;
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

/** Whose runs are wanted, if not everybody's: in a column that has indexes with the project. */
const userOf = ({ startedBy, stoppedBy }: RunsToList) =>
  stoppedBy !== undefined
    ? { column: 'cancel_user_id', user: stoppedBy }
    : startedBy !== undefined && { column: 'user_id', user: startedBy };

function ofAll(wanted: RunsToList, page: Page, place: PlaceValue) {
  const { projectId } = wanted;
  const by = userOf(wanted);
  if (by) return ofUser(wanted, by, page, place);
  return { own: '', runs: page(projectId === undefined ? {} : { project_id: place(projectId, 'uuid') }) };
}

function ofViewer(wanted: RunsToList, page: Page, place: PlaceValue) {
  const { viewerId, projectId } = wanted;
  const by = userOf(wanted);
  // What a user has started stays visible to it, wherever that was.
  if (by && by.column === 'user_id' && by.user === viewerId) return ofUser(wanted, by, page, place);
  const viewer = place(viewerId, 'uuid');
  const project = projectId === undefined ? undefined : place(projectId, 'uuid');
  const equal = by ? { [by.column]: place(by.user, 'uuid') } : {};
  const ofProjects = `
select run.* from project_members as member
  cross join lateral (${page({ ...equal, project_id: 'member.project_id' })}) as run
  where member.user_id = ${viewer} ${project === undefined ? '' : `and member.project_id = ${project}`}`;
  // Runs that another user started are not the viewer's own, so those of the projects are all.
  if (by && by.column === 'user_id') return { own: '', runs: ofProjects };
  const ofOwn = by
    ? page({ ...equal, project_id: 'own.project_id' }, `user_id = ${viewer}`)
    : page({ user_id: viewer, project_id: 'own.project_id' });
  return {
    own: `own (project_id) as (${project === undefined ? projectsOf('user_id', viewer) : `select ${project}`}), `,
    runs: `${ofProjects}
union all
select run.* from own
  cross join lateral (${ofOwn}) as run
  where own.project_id <> '${NO_ID}' and not exists (
    select from project_members as member where member.user_id = ${viewer} and member.project_id = own.project_id)`,
  };
}

/** The runs of a user, in whatever project. */
function ofUser(
  { projectId }: RunsToList,
  { column, user }: { column: string; user: string },
  page: Page,
  place: PlaceValue,
) {
  const who = place(user, 'uuid');
  const projects = projectId === undefined ? projectsOf(column, who) : `select ${place(projectId, 'uuid')}`;
  return {
    own: `own (project_id) as (${projects}), `,
    runs: `
select run.* from own cross join lateral (${page({ [column]: who, project_id: 'own.project_id' })}) as run
  where own.project_id <> '${NO_ID}'`,
  };
}

/** The projects of the runs with a user in a column, after a first that is none; each by one look into the index. */
const projectsOf = (column: string, user: string) => `
select uuid '${NO_ID}' union all
select (select project_id from runs
  where (${column}, project_id) > (${user}, own.project_id) and ${column} <= ${user} and ${column} is not null
  order by ${column}, project_id limit 1)
from own where own.project_id is not null`;

/** What goes on, of a few runs, as far as the viewer may see or answer them: each by its id. */
function ofIds(
  wanted: RunsToList,
  { ids, answerable }: NonNullable<RunsToList['only']>,
  place: PlaceValue,
): string {
  const { viewerId, everybody, projectId, startedBy } = wanted;
  const seesAll = everybody && !answerable;
  const viewer = seesAll ? '' : place(viewerId, 'uuid');
  const isOfViewer = `(user_id = ${viewer} or exists (select from project_members as member
      where member.user_id = ${viewer} and member.project_id = runs.project_id ${answerable ? ANSWERS : ''}))`;
  const conditions = [
    `id = any(${place(ids, 'uuid[]')})`,
    `status = 'running' and cancel_requested_at is null`,
    seesAll ? 'true' : isOfViewer,
    boundsOf(wanted, place)([], []),
    ...(projectId === undefined ? [] : [`project_id = ${place(projectId, 'uuid')}`]),
    ...(startedBy === undefined ? [] : [`user_id = ${place(startedBy, 'uuid')}`]),
  ];
  return `
select id, created_at from runs where ${conditions.join(' and ')}`;
}

/** SQL: the roles that answer runs of others, as the gateway's policy says (`runs:write`). */
const ANSWERS = `and member.role in ('operator', 'owner')`;
