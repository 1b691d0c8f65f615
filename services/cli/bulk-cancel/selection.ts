import type { CancelManyInput, RunFilter } from '#shared/client/index.ts';
import type { OptionSpec } from '../command.ts';
import { durationOf, pastTime } from '../duration-option.ts';

const STATUSES = ['running', 'cancelling'] as const;

/** Which runs `cancel --all` means. */
export const SELECTION_OPTIONS = {
  all: { type: 'boolean', default: false, help: 'every run that is not over and that the filters match' },
  project: { type: 'string', value: 'P', help: 'only of this project, by its id or label' },
  status: {
    type: 'string',
    value: 'STATUS',
    choices: STATUSES,
    help: 'only runs that are running, or cancelling',
  },
  context: { type: 'string', value: 'ID', help: 'only with this contextId' },
  since: { type: 'string', value: 'TIME', help: 'only started since, e.g. 2h or 2026-11-25' },
  'older-than': { type: 'string', value: 'TIME', help: 'only started longer ago, e.g. 1h' },
} as const satisfies Record<string, OptionSpec>;

export type SelectionValues = {
  [Name in Exclude<keyof typeof SELECTION_OPTIONS, 'all'>]?: string | undefined;
};

export function isFiltered(values: SelectionValues): boolean {
  const { project, status, context, since, 'older-than': olderThan } = values;
  return [project, status, context, since, olderThan].some((value) => value !== undefined);
}

export interface Selection {
  project?: string;
  status?: (typeof STATUSES)[number];
  contextId?: string;
  since?: string;
  until?: string;
}

/** `project` is its id already. @throws UsageError */
export function selectionOf(values: SelectionValues, project: string | undefined, now: number): Selection {
  const { context: contextId, since, 'older-than': olderThan } = values;
  const status = STATUSES.find((known) => known === values.status);
  return {
    ...(project !== undefined && { project }),
    ...(status !== undefined && { status }),
    ...(contextId !== undefined && { contextId }),
    ...(since !== undefined && { since: pastTime('--since', since, now) }),
    ...(olderThan !== undefined && {
      until: new Date(now - durationOf('--older-than', olderThan)).toISOString(),
    }),
  };
}

/** No filter at all is asked for by name. */
export const bulkOf = (selection: Selection): CancelManyInput =>
  Object.keys(selection).length === 0 ? { all: true } : selection;

/** The lists that hold the same runs; `until` is looked at in them. */
export function filtersOf({ until: _, status, ...rest }: Selection): RunFilter[] {
  return (status === undefined ? STATUSES : [status]).map((each) => ({ ...rest, status: each }));
}
