import type { CancelManyInput, RunFilter } from '#shared/api/client/index.ts';
import type { OptionSpec } from '../command.ts';
import { parseDuration, pastTime } from '../duration-option.ts';

const STATUSES = ['running', 'cancelling'] as const;

/** The filters of `cancel --all`. */
export const SELECTION_OPTIONS = {
  all: { type: 'boolean', default: false, help: 'every run that has not ended and matches the filters' },
  project: { type: 'string', value: 'P', help: 'only runs of this project (id or label)' },
  status: {
    type: 'string',
    value: 'STATUS',
    choices: STATUSES,
    help: 'only runs with this status: running, cancelling',
  },
  context: { type: 'string', value: 'ID', help: 'only runs with this contextId' },
  since: { type: 'string', value: 'TIME', help: 'only runs started since then, e.g. 2h or 2026-11-25' },
  'older-than': { type: 'string', value: 'TIME', help: 'only runs started longer ago, e.g. 1h' },
} as const satisfies Record<string, OptionSpec>;

export type SelectionValues = {
  [Name in Exclude<keyof typeof SELECTION_OPTIONS, 'all'>]?: string | undefined;
};

export function selectsByFilter(values: SelectionValues): boolean {
  const { project, status, context, since, 'older-than': olderThan } = values;
  return [project, status, context, since, olderThan].some((value) => value !== undefined);
}

export interface BulkSelection {
  project?: string;
  status?: (typeof STATUSES)[number];
  contextId?: string;
  since?: string;
  until?: string;
}

/** `project` is its id already. @throws UsageError */
export function selectionOf(
  values: SelectionValues,
  project: string | undefined,
  now: number,
): BulkSelection {
  const { context: contextId, since, 'older-than': olderThan } = values;
  const status = STATUSES.find((known) => known === values.status);
  return {
    ...(project !== undefined && { project }),
    ...(status !== undefined && { status }),
    ...(contextId !== undefined && { contextId }),
    ...(since !== undefined && { since: pastTime('--since', since, now) }),
    ...(olderThan !== undefined && {
      until: new Date(now - parseDuration('--older-than', olderThan)).toISOString(),
    }),
  };
}

/** An empty filter has to be requested explicitly. */
export const bulkOf = (selection: BulkSelection): CancelManyInput =>
  Object.keys(selection).length === 0 ? { all: true } : selection;

/** The list queries for the same runs; `until` is applied to their results. */
export function filtersOf({ until: _, status, ...rest }: BulkSelection): RunFilter[] {
  return (status === undefined ? STATUSES : [status]).map((each) => ({ ...rest, status: each }));
}
