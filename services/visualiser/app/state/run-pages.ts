/*
 * The list of runs as far as it was read. Owns the runs it has and where its pages begin. New runs come with the first
 * page, which is read every second; the pages on screen are read again as long as they have runs that go on.
 */
import { batch, signal } from '@preact/signals';
import type { Client, RunSummary } from '#shared/client/index.ts';
import { nextQuery } from '#shared/client/run-list.ts';
import { isFinal } from '#shared/run/status.ts';
import { overlaps, withPage } from '../model/run-list.ts';

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
/** So many pages of new runs are followed at once; what is between is read when it is scrolled to. */
const MOST_NEW_PAGES = 10;

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
    const response = await client.open('listRuns', { query }, { signal });
    const next = nextQuery(response.headers.get('link'), client.url);
    return {
      runs: (await response.json()) as RunSummary[],
      next: next && (next as { before?: string }).before,
    };
  }

  async function readFirst(signal: AbortSignal): Promise<void> {
    const isStart = !loaded.value;
    let page = await readPage(signal, FIRST_PAGE);
    const known = runs.value;
    let list = withPage(known, page.runs, { first: true, last: page.next === undefined });
    for (let n = 1; !isStart && page.next !== undefined && n < MOST_NEW_PAGES; n += 1) {
      if (overlaps(known, page.runs)) break;
      page = await readPage(signal, NEXT_PAGE, page.next);
      list = withPage(list, page.runs);
    }
    batch(() => {
      runs.value = list;
      loaded.value = true;
      if (isStart) {
        cursor = page.next;
        hasMore.value = cursor !== undefined;
      }
    });
  }

  async function readNext(signal: AbortSignal): Promise<void> {
    const before = cursor;
    if (before === undefined) return;
    const page = await readPage(signal, NEXT_PAGE, before);
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
    const found = new Map(read.filter((run) => run !== undefined).map((run) => [run.id, run]));
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
