import type { z } from 'zod';
import type { listQuery, RunSummary } from '#shared/api/contract/runs/runs.ts';
import type { SignalOption, Transport } from './transport.ts';

type Query = z.output<typeof listQuery>;

export interface RunFilter {
  /** Words that are all in a run's name, title, labels, address or error, or its id. A page may then have fewer runs than `pageSize`. */
  q?: string | undefined;
  label?: string | undefined;
  project?: string | undefined;
  status?: Query['status'];
  /** How they ended; `status` `fail` has those that were cancelled or lost, too. */
  outcome?: Query['outcome'];
  contextId?: string | undefined;
  /** Runs of this named flow: with `project`, and without `contextId`. */
  flow?: string | undefined;
  /** Runs started at this time or later, ISO 8601. */
  since?: string | undefined;
  /** Runs started before this time, ISO 8601. */
  until?: string | undefined;
  /** `longest`: only runs that go on, the longest first. */
  order?: Query['order'];
  /** `1`: only runs that need a person; `person`: that wait for one; `me`: for the caller. */
  attention?: Query['attention'];
  /** Users by their id, or `me`. */
  startedBy?: string | undefined;
  stoppedBy?: string | undefined;
  /** Page size, 1 to 1,000 (default 100). */
  pageSize?: number | undefined;
}

export interface RunPage {
  runs: RunSummary[];
  /** Where the next page begins, for `page`; undefined on the last one. */
  next: string | undefined;
}

/** Runs, newest first unless `order` says otherwise. Pages are fetched lazily during iteration. */
export interface RunList extends AsyncIterable<RunSummary> {
  pages(): AsyncIterable<RunSummary[]>;
  /** One page: the first, or the one that begins at the `next` of the page before. */
  page(next?: string): Promise<RunPage>;
}

const PAGE_SIZE = 100;

export function listRuns(connection: Transport, filter: RunFilter, options: SignalOption): RunList {
  const { pageSize = PAGE_SIZE, ...rest } = filter;

  async function read(query: Partial<Query>) {
    const { body, headers } = await connection.exchange('listRuns', { query }, options);
    return { runs: body, next: nextQuery(headers.get('link'), connection.url) };
  }
  async function* pages(): AsyncGenerator<RunSummary[], void, undefined> {
    let query: Partial<Query> | undefined = { ...rest, limit: pageSize };
    while (query !== undefined) {
      const { runs, next } = await read(query);
      yield runs;
      query = next;
    }
  }
  async function* runs(): AsyncGenerator<RunSummary, void, undefined> {
    for await (const page of pages()) yield* page;
  }
  async function page(next?: string): Promise<RunPage> {
    const { runs, next: query } = await read({ ...rest, limit: pageSize, before: next });
    return { runs, next: query?.before };
  }
  return { pages, page, [Symbol.asyncIterator]: runs };
}

/** Only the query of the next page's link: behind a proxy its host may differ, and the API key must not be sent there. */
export function nextQuery(link: string | null, base: string): Partial<Query> | undefined {
  for (const [, target = '', parameters = ''] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g))
    if (/;\s*rel="?next"?\s*(?:[;,]|$)/i.test(parameters)) {
      const query = Object.fromEntries(new URL(target, base).searchParams);
      return query as Partial<Query>; // sent back as it came
    }
  return undefined;
}
