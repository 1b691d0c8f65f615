import type { Client, RunSummary } from '#shared/client/index.ts';
import { matches, standsAs, statusOfFilter } from '../model/run-list.ts';
import type { RunsFilter } from '../model/runs-filter.ts';
import { projectLabel } from './projects.ts';

const STATUSES = ['running', 'cancelling'] as const;
const PAGE_SIZE = 1_000;
/** As many as one bulk cancel takes at the most. */
const MOST_SELECTED = 10_000;

/** The runs of a filter that have not ended, read or not, up to {@link MOST_SELECTED}. */
export async function readOpenRuns(
  client: Client,
  { status, project, search }: RunsFilter,
  signal: AbortSignal,
): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  const asked = statusOfFilter(status);
  for (const one of STATUSES.filter((known) => asked === '' || asked === known)) {
    const filter = { status: one, pageSize: PAGE_SIZE, ...(project !== '' && { project }) };
    for await (const page of client.list(filter, { signal }).pages()) {
      found.push(
        ...page.filter((run) => standsAs(run, status) && matches(run, search, projectLabel(run.project))),
      );
      if (found.length >= MOST_SELECTED) return found.slice(0, MOST_SELECTED);
    }
  }
  return found;
}
