import type { RunSummary } from '#shared/api/contract/runs/runs.ts';
import { LONGEST_SEARCH } from '#shared/api/limits.ts';
import type { Client } from './client.ts';
import { ApiError } from './errors.ts';
import type { SignalOption } from './transport.ts';

type Alike = Pick<RunSummary, 'name' | 'flow'>;

/** Whether two runs are of the same named flow, or else of the very name. */
export const isAlike = (one: Alike, { name, flow }: Alike): boolean =>
  flow ? one.flow?.name === flow.name : name !== undefined && !one.flow && one.name === name;

/** A name that others contain is looked for on so many pages. */
const MOST_PAGES = 3;

interface PassedSearch {
  passed?: RunSummary | undefined;
  /** Not all were looked at, and none of so many is like it: whether an older one is, is not known. */
  among?: number;
}

/**
 * The last run like this one, of those that were started before it and passed. One that is neither of a named flow nor has a name
 * is like the run that it repeats.
 * @throws ApiError, GatewayError, or the signal's reason
 */
export async function findPassed(
  client: Client,
  run: Alike & Pick<RunSummary, 'project' | 'startedAt' | 'rerunOf'>,
  options: SignalOption = {},
): Promise<PassedSearch> {
  const { project, startedAt: until, flow, name, rerunOf } = run;
  const passed = { project, until, outcome: 'pass' } as const;
  if (flow) {
    const { runs } = await client.list({ ...passed, flow: flow.name, pageSize: 1 }, options).page();
    return { passed: runs[0] };
  }
  if (!name) return rerunOf === undefined ? {} : { passed: await readPassed(client, rerunOf, options) };
  const list = client.list({ ...passed, q: name.slice(0, LONGEST_SEARCH) }, options);
  let among = 0;
  let next: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await list.page(next);
    const like = page.runs.find((one) => isAlike(one, run));
    if (like || page.next === undefined) return { passed: like };
    among += page.runs.length;
    next = page.next;
  }
  return { among };
}

/** Undefined too if it is gone, or not the caller's to see. */
async function readPassed(
  client: Client,
  id: string,
  options: SignalOption,
): Promise<RunSummary | undefined> {
  try {
    const run = await client.get(id, options);
    return run.status === 'pass' ? run : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
