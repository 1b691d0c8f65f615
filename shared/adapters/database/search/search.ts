/*
 * Searches the runs that a viewer may see (I11), newest first, in the index and among those it lacks or has out of date.
 * Owns no state. A search has a bounded cost (I14): if its page is not full by then, it says where the next goes on.
 */

import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';
import type { RunsToList } from '../run-views/list-statement.ts';
import { LISTED_COLUMNS, RESULTS_COLUMN, type RunViewRow, STEPS_COLUMN } from '../run-views/row.ts';
import type { Sql, Statements } from '../sql.ts';
import { CANDIDATES, DUE, EDGES, MOST, mostFor } from './candidates.ts';
import { findNamed, isNamed, namedBy } from './named.ts';
import { type Found, pageOf, type SearchedPart } from './page-of.ts';
import { type SearchedRun, searchedText } from './searched-run.ts';
import { BLOCK_BITS, TERM, termsOfWord } from './terms.ts';

export interface RunsToFind extends Omit<RunsToList, 'before'> {
  /**
   * All of them are in the texts of a run; as `searchWords` gives them. If the only one is an id, or as an id begins, or a
   * short id, the runs with it come first.
   */
  words: readonly string[];
  label?: string | undefined;
  /** Only what comes after this place. */
  before?: SearchPlace | undefined;
}

/** Among the runs whose ids were looked for, the id of one; after them, the ordinal of one. */
export type SearchPlace = string | number;

export interface FoundPage {
  runs: RunViewRow[];
  /** Where the next page begins; a page that is not full may be followed by another. */
  next: SearchPlace | undefined;
}

type Values = ReturnType<typeof valuesOf> & { first: number };

interface Edges {
  newest: string;
  oldest: string | null;
  projects: string[];
}

/** Texts are looked through when the connection is free again: that may take a while. */
export async function searchRuns(sql: Sql, wanted: RunsToFind): Promise<FoundPage> {
  const lookThrough = await byIndexes(sql, (within) => readPage(within, wanted));
  const { hits, next } = await lookThrough();
  return {
    runs: hits.length === 0 ? [] : await byIndexes(sql, (within) => readHits(within, hits, wanted.results)),
    next,
  };
}

/** A plan is kept for as long as a connection, though there may be many rows later. */
const byIndexes = <Result>(sql: Sql, work: (within: Statements) => Promise<Result>): Promise<Result> =>
  sql.transaction(async (within) => {
    await within.rows(`select set_config('enable_seqscan', 'off', true)`);
    return await work(within);
  });

/** What was read, to be looked through. */
type Read<Place> = () => Promise<Found<Place>>;

/** A run that was looked for by its id comes first. */
async function readPage(sql: Statements, wanted: RunsToFind): Promise<Read<SearchPlace>> {
  const { words, before, limit } = wanted;
  const named = namedBy(words);
  if (named === undefined) return readByTexts(sql, wanted);
  const ahead =
    typeof before === 'number'
      ? { hits: [], next: undefined }
      : await findNamed(sql, named, { values: valuesOf(wanted), before, limit });
  const room = limit - ahead.hits.length;
  if (ahead.next !== undefined || room === 0)
    return async () => ({ hits: ahead.hits, next: ahead.next ?? ahead.hits.at(-1) });
  const lookThrough = await readByTexts(sql, { ...wanted, limit: room });
  return async () => {
    const { hits, next } = await lookThrough();
    return { hits: [...ahead.hits, ...hits.filter((id) => !isNamed(named, id))], next };
  };
}

async function readByTexts(sql: Statements, wanted: RunsToFind): Promise<Read<number>> {
  const before = typeof wanted.before === 'number' ? wanted.before : Number.POSITIVE_INFINITY;
  const edges = (await sql.row<Edges & Record<string, unknown>>(EDGES, { viewerId: wanted.viewerId }))!;
  const values = { ...valuesOf(wanted), first: Math.min(Number(edges.newest), before - 1) };
  const { due: mostDue } = mostFor(wanted.words);
  const due = await sql.rows<DueRun>(DUE, { ...values, mostDue });
  const indexed = await findIndexed(sql, wanted, edges, values);
  return async () => pageOf([await lookThroughDue(due, wanted.words, mostDue), indexed], wanted.limit);
}

const valuesOf = (wanted: RunsToFind) => ({
  everybody: wanted.everybody,
  viewerId: wanted.viewerId,
  projectId: wanted.projectId ?? null,
  status: wanted.status ?? null,
  outcome: wanted.outcome ?? null,
  contextId: wanted.contextId ?? null,
  flowName: wanted.flowName ?? null,
  since: wanted.since ?? null,
  until: wanted.until ?? null,
  startedBy: wanted.startedBy ?? null,
  stoppedBy: wanted.stoppedBy ?? null,
  attention: wanted.attention ?? false,
  label: wanted.label ?? null,
});

async function lookThroughDue(
  rows: readonly DueRun[],
  words: readonly string[],
  most: number,
): Promise<SearchedPart<number>> {
  const found = await inSlices(withAll(rows, words));
  const hits = found.map(({ id, ordinal }) => ({ id, place: Number(ordinal) }));
  return { hits, reached: rows.length < most ? undefined : Number(rows.at(-1)!.ordinal) };
}

type DueRun = SearchedRun & { ordinal: string };

/** Those that the viewer may see and that have all words. */
function* withAll(rows: readonly DueRun[], words: readonly string[]): Sliced<DueRun[]> {
  const found: DueRun[] = [];
  for (const run of rows) {
    const text = run.id === null ? undefined : searchedText(run);
    if (text !== undefined && words.every((word) => text.includes(word))) found.push(run);
    yield;
  }
  return found;
}

async function findIndexed(
  sql: Statements,
  wanted: RunsToFind,
  { oldest, projects }: Edges,
  values: Values,
): Promise<SearchedPart<number>> {
  const { first } = values;
  if (oldest === null || first < Number(oldest)) return { hits: [], reached: undefined };
  const blockOf = (ordinal: number) => Math.floor(ordinal / 2 ** BLOCK_BITS);
  const lastBlock = Math.max(blockOf(Number(oldest)), blockOf(first) - MOST.blocks + 1);
  const last = lastBlock * 2 ** BLOCK_BITS;
  const { viewerId, everybody, projectId, label, outcome, words } = wanted;
  const terms = [
    ...(projectId === undefined ? [] : [TERM.project(projectId)]),
    ...(label === undefined ? [] : [TERM.label(label)]),
    ...(outcome === undefined ? [] : [TERM.outcome(outcome)]),
    ...words.flatMap((word) => [...termsOfWord(word)]),
  ];
  const rows = await sql.rows<{ id: string; ordinal: string; isLast: boolean; isHit: boolean }>(
    everybody ? CANDIDATES.everybody : CANDIDATES.viewer,
    {
      ...values,
      last,
      terms,
      limit: wanted.limit + 1,
      words,
      most: mostFor(words).candidates,
      ...(!everybody && { access: [TERM.user(viewerId), ...projects.map(TERM.project)] }),
    },
  );
  const hits = rows.filter(({ isHit }) => isHit).map(({ id, ordinal }) => ({ id, place: Number(ordinal) }));
  const end = rows.find(({ isLast }) => isLast);
  if (hits.length > wanted.limit) return { hits, reached: hits.at(-1)!.place };
  if (end) return { hits, reached: Number(end.ordinal) };
  return { hits, reached: last > Number(oldest) ? last : undefined };
}

async function readHits(sql: Statements, ids: readonly string[], results = false): Promise<RunViewRow[]> {
  if (ids.length === 0) return [];
  const rows = await sql.rows<RunViewRow>(results ? READ_WITH_RESULTS : READ, { ids });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
}

const read = (columns: string) => `select ${columns} from runs where id = any (:ids::uuid[])`;
const READ = read(`${LISTED_COLUMNS}, ${STEPS_COLUMN}`);
const READ_WITH_RESULTS = read(`${LISTED_COLUMNS}, ${STEPS_COLUMN}, ${RESULTS_COLUMN}`);
