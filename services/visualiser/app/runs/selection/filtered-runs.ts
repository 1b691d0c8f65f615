import type { Client, RunSummary } from '#shared/api/client/index.ts';
import { BULK_LIMIT, LIST_LIMIT } from '#shared/api/limits.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import { askedOf, type RunsFilter } from '../../session/runs-filter.ts';

const STATUSES = ['running', 'cancelling'] as const;

/** The runs of a filter that have not ended, read or not, up to as many as one bulk cancel takes. */
export async function readOpenRuns(
  client: Client,
  wanted: RunsFilter,
  signal: AbortSignal,
): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  const { outcome, status, ...asked } = askedOf(wanted);
  if (outcome !== undefined) return found;
  const statuses = STATUSES.filter((known) => status === undefined || status === known);
  // A list of what needs a person has runs of all statuses, and no other.
  for (const one of asked.attention === undefined ? statuses : [undefined]) {
    const filter = { ...asked, status: one, pageSize: LIST_LIMIT };
    for await (const page of client.list(filter, { signal }).pages()) {
      found.push(...page.filter((run) => !isFinal(run.status)));
      if (found.length >= BULK_LIMIT) return found.slice(0, BULK_LIMIT);
    }
  }
  return found;
}
