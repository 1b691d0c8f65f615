/*
 * The list of runs as far as it was read. Owns the runs it has and where its pages begin. New runs come with the first
 * page, which is read every second; the pages on screen are read again as long as they have runs that go on.
 */
import { batch, signal } from '@preact/signals';
import type { Client, RunFilter, RunSummary } from '#shared/api/client/index.ts';
import { nextQuery } from '#shared/api/client/run-list.ts';
import { MOST_WAITING } from '#shared/api/limits.ts';
import { outcomeOf } from '#shared/domain/run/outcome.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { overlaps, type PagePlace, withPage } from './run-list.ts';

export interface RunPages {
  readonly runs: { readonly value: readonly RunSummary[] };
  readonly loaded: { readonly value: boolean };
  /** There is more than was read. */
  readonly hasMore: { readonly value: boolean };
  /** How many pages were read after the first; a page of a search may have no run. */
  readonly read: { readonly value: number };
  /** Reads the beginning, and the pages that these rows are of if something in them goes on. */
  refresh(signal: AbortSignal, visible: readonly RunSummary[]): Promise<void>;
  /** Reads the next page, if it is not being read already. */
  more(signal: AbortSignal): Promise<void>;
}

const FIRST_PAGE = 100;
const NEXT_PAGE = 500;
/** So many pages of new runs are followed at once; if there are more, the list begins anew with these. */
const MOST_NEW_PAGES = 10;
/** A page that does not come would keep those after it away. */
const PAGE_WITHIN_MS = 30_000;

interface Page {
  runs: RunSummary[];
  /** The run before which the next page begins; undefined for the last page. */
  next: string | undefined;
}

type PageReader = (
  signal: AbortSignal,
  limit: number,
  place?: { before?: string | undefined; waitingFor?: string | undefined },
) => Promise<Page>;

/** `ask`: the filter at each look; its times may move, nothing else of it. */
export function createRunPages(client: Client, ask: () => RunFilter): RunPages {
  const readPage = pageReader(client, ask);
  const oldest = ask().order === 'longest';
  const list = createList(oldest);
  const { runs, loaded, hasMore, read } = list;
  let reading: Promise<void> | undefined;

  async function readNext(signal: AbortSignal): Promise<void> {
    const before = list.cursor;
    if (before !== undefined) await readAfter(before, signal);
  }

  async function readAfter(before: string, signal: AbortSignal): Promise<void> {
    const { cursor } = list;
    const page = await readPage(signal, NEXT_PAGE, { before });
    if (list.cursor === cursor) list.extend(page, before); // otherwise it has begun anew
  }

  return {
    runs,
    loaded,
    hasMore,
    read,
    async refresh(signal, visible) {
      const mostPages = loaded.value ? MOST_NEW_PAGES : 1;
      const fresh = await readNew(readPage, signal, { known: runs.value, mostPages, visible });
      list.begin(fresh);
      // What has come since the list was read to its end stands after that, where the oldest come first.
      if (oldest && list.cursor === undefined && fresh.next !== undefined)
        await readAfter(list.end ?? fresh.next, signal);
      const found = await readOpen(client, signal, visible, runs.value.slice(0, FIRST_PAGE));
      const { since } = ask();
      const isIn = ({ startedAt }: RunSummary) => since === undefined || startedAt >= since;
      if (found.size === 0 && runs.value.every(isIn)) return;
      runs.value = runs.value
        .map((run) => found.get(run.id) ?? run)
        .filter((run) => isIn(run) && belongs(run, ask()));
    },
    more(signal) {
      reading ??= readNext(signal).finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

/** Whether a run that has changed is still one of those that are listed. */
const belongs = (run: RunSummary, { status, outcome, order }: RunFilter): boolean =>
  (status === undefined || run.status === status) &&
  (order !== 'longest' || !isFinal(run.status)) &&
  (outcome === undefined || outcomeOf(run) === outcome);

/** The runs that were read, and where those begin that were not. */
function createList(oldest: boolean) {
  const runs = signal<readonly RunSummary[]>([]);
  const loaded = signal(false);
  const hasMore = signal(false);
  const read = signal(0);
  let cursor: string | undefined;
  let end: string | undefined;

  const goOnAt = (next: string | undefined, before?: string) => {
    cursor = next;
    end = next === undefined ? before : undefined;
    hasMore.value = next !== undefined;
  };
  return {
    runs,
    loaded,
    hasMore,
    read,
    get cursor() {
      return cursor;
    },
    /** Where the last page began, if there was another one before it. */
    get end() {
      return end;
    },
    /** The first look, or so many new runs that those between are not read, begins the list anew. */
    begin: ({ pages, isApart, next }: NewRuns) =>
      batch(() => {
        const isAnew = !loaded.value || isApart;
        // Another page may have come meanwhile.
        const known = isAnew ? [] : runs.value;
        runs.value = pages.reduce(
          (all, [page, place]) => withPage(all, page.runs, { ...place, oldest }),
          known,
        );
        loaded.value = true;
        if (isAnew) goOnAt(next);
      }),
    extend: ({ runs: more, next }: Page, before: string) =>
      batch(() => {
        runs.value = withPage(runs.value, more, { last: next === undefined, oldest });
        read.value += 1;
        goOnAt(next, before);
      }),
  };
}

const pageReader =
  (client: Client, ask: () => RunFilter): PageReader =>
  async (signal, limit, place = {}) => {
    const query = { limit, ...ask(), ...place } as object;
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(PAGE_WITHIN_MS)]);
    const response = await client.open('listRuns', { query }, { signal: inTime });
    const next = nextQuery(response.headers.get('link'), client.url);
    return {
      runs: (await response.json()) as RunSummary[],
      next: next && (next as { before?: string }).before,
    };
  };

interface NewRuns {
  pages: [Page, PagePlace][];
  /** There are unread runs between these and the known ones. */
  isApart: boolean;
  next: string | undefined;
}

/** Reads from the beginning until it comes to known runs, or has read so many pages. */
async function readNew(
  readPage: PageReader,
  signal: AbortSignal,
  { known, mostPages, visible }: Record<'known' | 'visible', readonly RunSummary[]> & { mostPages: number },
): Promise<NewRuns> {
  const pages: [Page, PagePlace][] = [];
  const open = visible.filter(({ status }) => !isFinal(status)).slice(0, MOST_WAITING);
  const waitingFor = open.length === 0 ? undefined : open.map(({ id }) => id).join(',');
  for (let next: string | undefined; ; ) {
    const isFirst = pages.length === 0;
    const page = await readPage(
      signal,
      isFirst ? FIRST_PAGE : NEXT_PAGE,
      isFirst ? { waitingFor } : { before: next },
    );
    next = page.next;
    pages.push([page, { first: isFirst, last: next === undefined }]);
    const isApart = next !== undefined && !overlaps(known, page.runs);
    if (!isApart || pages.length >= mostPages) return { pages, isApart, next };
  }
}

/** Runs on screen that go on and are beyond the first page, each by itself: they are few. */
async function readOpen(
  client: Client,
  signal: AbortSignal,
  visible: readonly RunSummary[],
  firstPage: readonly RunSummary[],
): Promise<Map<string, RunSummary>> {
  const first = new Set(firstPage.map(({ id }) => id));
  const open = visible.filter((run) => !isFinal(run.status) && !first.has(run.id)).slice(0, 20);
  const read = await Promise.all(
    open.map((run) => client.get(run.id, { hints: true, signal }).catch(() => undefined)), // gone meanwhile
  );
  return new Map(
    read
      .filter((run) => run !== undefined)
      .map(({ events: _, ...run }): [string, RunSummary] => [run.id, run]),
  );
}
