/*
 * Searches the runs that a viewer may see (I11), newest first: those that the index knows, and those that it does not
 * have yet or not as they are now. Owns no state. What one search costs does not depend on how many runs there are (I14):
 * where it has looked at so much without filling its page, it ends, and says where the next one goes on.
 */

import type { RunsToList } from '../run-views/list-statement.ts';
import { RUN_COLUMNS, type RunRow, STEPS_COLUMN } from '../run-views/row.ts';
import type { Sql, Statements } from '../sql.ts';
import { CANDIDATES, DUE, EDGES, MOST, NAMED } from './candidates.ts';
import { type SearchedRun, textOf } from './searched-run.ts';
import { BLOCK_BITS, TERM, termsOfWord } from './terms.ts';

export interface RunsToFind extends Omit<RunsToList, 'before'> {
  /** All of them are in the texts of a run; as `wordsOf` gives them. */
  words: readonly string[];
  label?: string | undefined;
  /** What was looked for is an id, or a short id: the run with it comes first. */
  id?: string | undefined;
  shortId?: string | undefined;
  /** Only what comes after this place. */
  before?: number | undefined;
}

export interface FoundPage {
  runs: RunRow[];
  /** Where the next page begins; a page that is not full may be followed by another. */
  next: number | undefined;
}

type Values = ReturnType<typeof valuesOf> & { first: number };

interface Edges {
  newest: string | null;
  oldest: string | null;
  projects: string[];
}

interface Hit {
  id: string;
  ordinal: number;
}

interface Found {
  hits: readonly string[];
  next: number | undefined;
}

/** What was found from a place on, down to another, which is the last one that was looked at; undefined: to the end. */
interface Part {
  hits: Hit[];
  reached: number | undefined;
}

export const searchRuns = (sql: Sql, wanted: RunsToFind): Promise<FoundPage> =>
  sql.transaction(async (within) => {
    // A plan is kept for as long as a connection, though there may be many rows later.
    await within.rows(`select set_config('enable_seqscan', 'off', true)`);
    const named = await findNamed(within, wanted);
    const { hits, next } = await findPage(within, wanted, named);
    return { runs: await readHits(within, hits), next };
  });

/** Whoever was looked for by its id is on the first page, wherever it would be among the others. */
async function findPage(sql: Statements, wanted: RunsToFind, named: readonly string[]): Promise<Found> {
  const { before = Number.POSITIVE_INFINITY, viewerId, limit } = wanted;
  const edges = (await sql.row<Edges & Record<string, unknown>>(EDGES, { viewerId }))!;
  const ahead = wanted.before === undefined ? named.slice(0, limit) : [];
  if (edges.newest === null) return { hits: ahead, next: undefined };
  const newest = Number(edges.newest);
  if (ahead.length === limit) return { hits: ahead, next: newest + 1 };
  const values = { ...valuesOf(wanted), first: Math.min(newest, before - 1) };
  const parts = [await findDue(sql, wanted, values), await findIndexed(sql, wanted, edges, values)];
  const { hits, next } = pageOf(parts, limit - ahead.length, new Set(named));
  return { hits: [...ahead, ...hits], next };
}

const valuesOf = (wanted: RunsToFind) => ({
  ...{ everybody: wanted.everybody, viewerId: wanted.viewerId },
  ...{ projectId: wanted.projectId ?? null, status: wanted.status ?? null, outcome: wanted.outcome ?? null },
  ...{ contextId: wanted.contextId ?? null, since: wanted.since ?? null, label: wanted.label ?? null },
});

async function findNamed(sql: Statements, wanted: RunsToFind): Promise<string[]> {
  const { id = null, shortId = null } = wanted;
  if (id === null && shortId === null) return [];
  const rows = await sql.rows<{ id: string }>(NAMED, { ...valuesOf(wanted), id, shortId });
  return rows.map((row) => row.id);
}

/** Both parts are complete down to the higher of the places that they have reached. */
function pageOf(parts: readonly Part[], limit: number, leftOut: ReadonlySet<string>): Found {
  const places = parts.map(({ reached }) => reached).filter((place) => place !== undefined);
  const reached = places.length === 0 ? undefined : Math.max(...places);
  const all = new Map(
    parts
      .flatMap(({ hits }) => hits)
      .filter(({ id, ordinal }) => !leftOut.has(id) && (reached === undefined || ordinal >= reached))
      .map((hit) => [hit.id, hit]),
  );
  const sorted = [...all.values()].toSorted((a, b) => b.ordinal - a.ordinal);
  const hits = sorted.slice(0, limit);
  return { hits: hits.map(({ id }) => id), next: sorted.length > limit ? hits.at(-1)!.ordinal : reached };
}

async function findDue(sql: Statements, { words }: RunsToFind, values: Values): Promise<Part> {
  const rows = await sql.rows<SearchedRun & { ordinal: string }>(DUE, values);
  const hits = rows
    .filter((run) => run.id !== null && hasAll(textOf(run), words))
    .map(({ id, ordinal }) => ({ id, ordinal: Number(ordinal) }));
  return { hits, reached: rows.length < MOST.due ? undefined : Number(rows.at(-1)!.ordinal) };
}

const hasAll = (text: string, words: readonly string[]) => words.every((word) => text.includes(word));

async function findIndexed(
  sql: Statements,
  wanted: RunsToFind,
  { oldest, projects }: Edges,
  values: Values,
): Promise<Part> {
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
      ...{ last, terms, limit: wanted.limit + 1, patterns: words.map(patternOf) },
      ...(!everybody && { access: [TERM.user(viewerId), ...projects.map(TERM.project)] }),
    },
  );
  const hits = rows.filter(({ isHit }) => isHit).map(({ id, ordinal }) => ({ id, ordinal: Number(ordinal) }));
  const end = rows.find(({ isLast }) => isLast);
  if (hits.length > wanted.limit) return { hits, reached: hits.at(-1)!.ordinal };
  if (end) return { hits, reached: Number(end.ordinal) };
  return { hits, reached: last > Number(oldest) ? last : undefined };
}

const patternOf = (word: string): string => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;

async function readHits(sql: Statements, ids: readonly string[]): Promise<RunRow[]> {
  if (ids.length === 0) return [];
  const rows = await sql.rows<RunRow>(READ, { ids });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((row) => row !== undefined);
}

const READ = `select ${RUN_COLUMNS}, ${STEPS_COLUMN} from runs where id = any (:ids::uuid[])`;
