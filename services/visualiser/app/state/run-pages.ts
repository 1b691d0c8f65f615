/*
 * The list of runs as far as it was read. Owns the runs it has and where its pages begin. New runs come with the first
 * page, which is read every second; the pages on screen are read again as long as they have runs that go on.
 */
import { batch, signal } from '@preact/signals';
import type { Client, RunSummary } from '#shared/client/index.ts';
import { nextQuery } from '#shared/client/run-list.ts';
import { isFinal } from '#shared/run/status.ts';
import { overlaps, type PagePlace, withPage } from '../model/run-list.ts';

export interface RunFilter {
  status: string;
  project: string;
}

export interface RunPages {
  readonly runs: { readonly value: readonly RunSummary[] };
  readonly loaded: { readonly value: boolean };
  /** There is more than was read. */
  readonly hasMore: { readonly value: boolean };
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
  next: string | undefined;
}

export function createRunPages(client: Client, { status, project }: RunFilter): RunPages {
  const runs = signal<readonly RunSummary[]>([]);
  const loaded = signal(false);
  const hasMore = signal(false);
  let cursor: string | undefined;
  let reading: Promise<void> | undefined;

  async function readPage(signal: AbortSignal, limit: number, before?: string): Promise<Page> {
    const query = {
      limit,
      ...(status !== '' && { status: status as RunSummary['status'] }),
      ...(project !== '' && { project }),
      ...(before !== undefined && { before }),
    } as object;
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(PAGE_WITHIN_MS)]);
    const response = await client.open('listRuns', { query }, { signal: inTime });
    const next = nextQuery(response.headers.get('link'), client.url);
    return {
      runs: (await response.json()) as RunSummary[],
      next: next && (next as { before?: string }).before,
    };
  }

  async function readFirst(signal: AbortSignal): Promise<void> {
    const known = runs.value;
    let page = await readPage(signal, FIRST_PAGE);
    const read: [Page, PagePlace][] = [[page, { first: true, last: page.next === undefined }]];
    const isApart = () => page.next !== undefined && !overlaps(known, page.runs);
    while (loaded.value && isApart() && read.length < MOST_NEW_PAGES) {
      page = await readPage(signal, NEXT_PAGE, page.next);
      read.push([page, { last: page.next === undefined }]);
    }
    // The first look, or so many new runs that those between are not read.
    const isAnew = !loaded.value || isApart();
    batch(() => {
      // Another page may have come meanwhile.
      runs.value = read.reduce(
        (list, [one, place]) => withPage(list, one.runs, place),
        isAnew ? [] : runs.value,
      );
      loaded.value = true;
      if (isAnew) {
        cursor = page.next;
        hasMore.value = cursor !== undefined;
      }
    });
  }

  async function readNext(signal: AbortSignal): Promise<void> {
    const before = cursor;
    if (before === undefined) return;
    const page = await readPage(signal, NEXT_PAGE, before);
    if (cursor !== before) return; // the list has begun anew
    batch(() => {
      runs.value = withPage(runs.value, page.runs, { last: page.next === undefined });
      cursor = page.next;
      hasMore.value = cursor !== undefined;
    });
  }

  /** Runs on screen that go on and are beyond the first page, each by itself: they are few. */
  async function readVisible(signal: AbortSignal, visible: readonly RunSummary[]): Promise<void> {
    const first = new Set(runs.value.slice(0, FIRST_PAGE).map(({ id }) => id));
    const open = visible.filter((run) => !isFinal(run.status) && !first.has(run.id)).slice(0, 20);
    const read = await Promise.all(
      open.map((run) => client.get(run.id, { signal }).catch(() => undefined)), // gone meanwhile
    );
    const found = new Map(
      read
        .filter((run) => run !== undefined)
        .map(({ events: _, ...run }): [string, RunSummary] => [run.id, run]),
    );
    if (found.size === 0) return;
    const belongs = (run: RunSummary) => status === '' || run.status === status;
    runs.value = runs.value.map((run) => found.get(run.id) ?? run).filter(belongs);
  }

  return {
    runs,
    loaded,
    hasMore,
    async refresh(signal, visible) {
      await readFirst(signal);
      await readVisible(signal, visible);
    },
    more(signal) {
      reading ??= readNext(signal).finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}
