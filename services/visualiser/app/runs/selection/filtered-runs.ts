import type { Client, RunSummary } from '#shared/api/client/index.ts';
import { askedOf, type RunsFilter } from '../../session/runs-filter.ts';

const STATUSES = ['running', 'cancelling'] as const;
const PAGE_SIZE = 1_000;
/** The most runs that one bulk cancel takes. */
const MOST_SELECTED = 10_000;

/** The runs of a filter that have not ended, read or not, up to {@link MOST_SELECTED}. */
export async function readOpenRuns(
  client: Client,
  wanted: RunsFilter,
  signal: AbortSignal,
): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  const { outcome, status, ...asked } = askedOf(wanted);
  if (outcome !== undefined) return found;
  for (const one of STATUSES.filter((known) => status === undefined || status === known)) {
    const filter = { ...asked, status: one, pageSize: PAGE_SIZE };
    for await (const page of client.list(filter, { signal }).pages()) {
      found.push(...page);
      if (found.length >= MOST_SELECTED) return found.slice(0, MOST_SELECTED);
    }
  }
  return found;
}
