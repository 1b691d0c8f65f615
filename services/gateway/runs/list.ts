import { readRunPage } from '#shared/adapters/database/run-views/list.ts';
import type { RunsToList } from '#shared/adapters/database/run-views/list-statement.ts';
import type { RunViewRow } from '#shared/adapters/database/run-views/row.ts';
import { searchRuns } from '#shared/adapters/database/search/search.ts';
import { searchWords } from '#shared/adapters/database/search/terms.ts';
import { ENDPOINTS } from '#shared/api/contract/endpoints.ts';
import { isId } from '#shared/api/contract/is-id.ts';
import { decodeRunCursor, encodeRunCursor } from '#shared/api/contract/runs/run-cursor.ts';
import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import type { WaitingFor } from '#shared/api/contract/runs/waiting-for.ts';
import { LIST_LIMIT, MOST_WAITING } from '#shared/api/limits.ts';
import type { Outcome } from '#shared/domain/run/outcome.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';
import { type Actor, seesAllRuns } from '../access/policy.ts';
import type { Budgets } from '../budgets.ts';
import type { Call, Handler } from '../http/call.ts';
import { type FoundIssue, invalid } from '../http/input.ts';
import { linkToNext } from '../http/next-link.ts';
import { presentRun } from './present.ts';
import { createSearchCursors, type SearchCursors } from './search-cursor.ts';
import type { ReadListedWaits } from './waiting-for/read-listed.ts';

type Query = Call<'listRuns'>['query'];
interface Page {
  runs: RunViewRow[];
  /** The value of `before` for the next page. */
  next: string | undefined;
}

interface ListDeps extends Pick<Budgets, 'lists' | 'searches'> {
  readListedWaits: ReadListedWaits;
  /** What goes on and needs a person, equal for all. */
  readNeedingPeople(): Promise<readonly string[]>;
  /** What waits for a person, likewise. */
  readWaitingForPeople(): Promise<readonly string[]>;
}

/** One page. An empty filter is none; a project that cannot be is like one without runs. */
export function createListRuns({ readListedWaits, ...given }: ListDeps): Handler<'listRuns'> {
  const deps = { ...given, cursors: createSearchCursors(given.searches) };
  return async ({ actor, query, ctx, leaveTurn }) => {
    const { project, status, outcome, contextId, since, until, limit = LIST_LIMIT } = query;
    const projectId = project || undefined;
    const issues = [...flowIssues(query), ...combinationIssues(query)];
    if (issues.length > 0) throw invalid(issues, ctx.state.language);
    if (projectId !== undefined && !isId(projectId)) return { status: 200, body: [] };
    if (isContradiction(query)) return { status: 200, body: [] };
    const page = await readPage(deps, query, {
      viewerId: actor.userId,
      everybody: seesAllRuns(actor),
      projectId,
      // What a user stopped is cancelled, or about to be.
      status: query.stoppedBy !== undefined && outcome !== undefined ? 'fail' : status,
      outcome: query.stoppedBy === undefined ? outcome : undefined,
      contextId,
      flowName: query.flow,
      since,
      until,
      longest: query.order === 'longest',
      ...(await forPeople(deps, query)),
      startedBy: userOf(query.startedBy, actor),
      stoppedBy: userOf(query.stoppedBy, actor),
      limit,
      results: query.results !== undefined,
    });
    if (page === undefined)
      throw invalid([{ path: ['before'], message: 'not_from_link' }], ctx.state.language);
    const { runs, next } = page;
    const waiting = waitingIn(runs, query.waitingFor);
    if (waiting.length > 0) leaveTurn();
    const waits = await readListedWaits(waiting);
    return {
      status: 200,
      body: await inSlices(presented(runs, waits)),
      ...(next !== undefined && {
        headers: { Link: linkToNext(ENDPOINTS.listRuns.path, { ...query, before: next }) },
      }),
    };
  };
}

/** Which runs need a person, or wait for one, if only those are wanted. */
async function forPeople(
  { readNeedingPeople, readWaitingForPeople }: Omit<ListDeps, 'readListedWaits'>,
  { attention }: Query,
): Promise<Pick<RunsToList, 'attention' | 'needingPeople' | 'only'>> {
  if (attention === undefined) return {};
  if (attention === '1') return { attention: true, needingPeople: await readNeedingPeople() };
  return { only: { ids: await readWaitingForPeople(), answerable: attention === 'me' } };
}

/** Names of flows are those of a project; and no index has contexts as well. */
function flowIssues({ flow, project, contextId }: Query): FoundIssue[] {
  if (flow === undefined) return [];
  return [
    ...(project ? [] : [{ path: ['flow'], message: 'flow_of_project' as const }]),
    ...(contextId === undefined ? [] : [{ path: ['contextId'], message: 'flow_or_context' as const }]),
  ];
}

/** There is no index for each combination; nor has a search another order. */
function combinationIssues(query: Query): FoundIssue[] {
  const { q = '', label, order, attention, status, outcome, contextId, flow, startedBy, stoppedBy } = query;
  const waitsForPeople = attention === 'person' || attention === 'me';
  const isOrdered = order === 'longest';
  const any = (...values: unknown[]) => values.some((value) => value !== undefined);
  const refused = [
    isOrdered && (any(label, attention) || searchWords(q).length > 0) && 'order',
    waitsForPeople && (any(label) || searchWords(q).length > 0) && 'attention',
    attention !== undefined && any(status, outcome, contextId, flow, stoppedBy) && 'attention',
    stoppedBy !== undefined && any(startedBy, contextId, flow) && 'stoppedBy',
  ].filter((name) => name !== false);
  return refused.map((name) => ({ path: [name], message: 'not_combined' }));
}

/** Whether there can be no such run. */
function isContradiction({ status, outcome, order, stoppedBy }: Query): boolean {
  if (outcome !== undefined && status !== undefined && status !== statusOf(outcome)) return true;
  if (stoppedBy !== undefined && outcome !== undefined && outcome !== 'cancelled') return true;
  return order === 'longest' && (outcome !== undefined || (status !== undefined && isFinal(status)));
}

const userOf = (named: string | undefined, { userId }: Actor): string | undefined =>
  named === 'me' ? userId : named;

/** Those of the page that were named, and go on. */
function waitingIn(runs: readonly RunViewRow[], named = ''): string[] {
  const ids = new Set(named.split(',').slice(0, MOST_WAITING));
  return runs.filter(({ id, shownStatus }) => ids.has(id) && !isFinal(shownStatus)).map(({ id }) => id);
}

/** A page of 1,000 runs of 25 steps takes 30 ms (I13). */
function* presented(
  runs: readonly RunViewRow[],
  waits: ReadonlyMap<string, WaitingFor>,
): Sliced<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const row of runs) {
    const waitingFor = waits.get(row.id);
    summaries.push({ ...presentRun(row), ...(waitingFor && { waitingFor }) });
    yield;
  }
  return summaries;
}

const statusOf = (outcome: Outcome) => (outcome === 'pass' ? 'pass' : 'fail');

/** Undefined if `before` is of the other kind of list. */
async function readPage(
  { lists, searches, cursors }: Pick<Budgets, 'lists' | 'searches'> & { cursors: SearchCursors },
  query: Query,
  wanted: Omit<RunsToList, 'before'>,
): Promise<Page | undefined> {
  const { q = '', label, before } = query;
  const words = searchWords(q);
  if (words.length === 0 && label === undefined) {
    const place = before === undefined ? undefined : decodeRunCursor(before);
    if (before !== undefined && place === undefined) return undefined;
    const { runs, next } = await readRunPage(lists, { ...wanted, before: place });
    return { runs, next: next && encodeRunCursor(next) };
  }
  const place = before === undefined ? undefined : await cursors.open(before);
  if (before !== undefined && place === undefined) return undefined;
  const { runs, next } = await searchRuns(searches, { ...wanted, words, label, before: place });
  return { runs, next: next === undefined ? undefined : await cursors.seal(next) };
}
