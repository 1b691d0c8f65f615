import type { RunDetail, RunSummary } from '#shared/api/client/index.ts';
import { LONGEST_SEARCH } from '#shared/api/limits.ts';
import { hasName } from '../../kit/standing/standing.ts';
import { client } from '../../session/session.ts';
import { lastOf } from './last-of.ts';

/** Among as many found runs those of the very name are looked for. */
const LOOKED_AT = 100;

/** The last runs of the same flow, or else of the very name, oldest first. */
export async function readLast(run: RunDetail, signal: AbortSignal): Promise<readonly RunSummary[]> {
  const { project, flow, name = '' } = run;
  if (!flow && !hasName(run)) return [];
  const query = flow
    ? { project, flow: flow.name, limit: LOOKED_AT }
    : { project, q: name.slice(0, LONGEST_SEARCH), limit: LOOKED_AT };
  const response = await client.value.open('listRuns', { query }, { signal });
  return lastOf((await response.json()) as RunSummary[], run);
}
