import type { Assisted } from '#shared/domain/flow/victory.ts';
import { type Columns, columns } from '../columns.ts';
import type { CancelRepeat, RunEntity, StepEntity } from '../entities/runs.ts';
import { FORKABLE, forksOf } from '../runs/page-states.ts';
import { type Results, resultsOf } from '../runs/results.ts';
import type { FailingOfRun } from '../webhooks/failing.ts';

/** A run as it is presented, with its steps. */
export interface RunViewRow extends Columns<typeof RunEntity, (typeof SHOWN)[number]> {
  /** Null if its machine cannot be read. */
  stepCount: number | null;
  /** Title of its first page that had one. */
  title: string | null;
  /** What it is for, if its start said so. In lists without `assistConfig`, and with the beginning of the goal. */
  assisted: Assisted | null;
  hasVictory: boolean;
  /** The longest that it may take from its claim on; null if that is not limited, or its machine cannot be read. */
  maxDurationMs: number | null;
  /** The user who asked for its end; null if there is none, or none any more. */
  cancelEmail: string | null;
  /** Later requests for that; undefined where the query does not read them. Times inside are texts. */
  cancelRepeats?: CancelRepeatRow[];
  /** Those that fail, so that messages about it wait; null if there are none, undefined where the query does not read them, or the viewer may not. */
  webhooks?: FailingOfRun | null;
  steps: StepViewRow[];
  /** Undefined where the query does not read them. */
  results?: Results | null;
  /** The steps at which another run can begin, and the newest that have; likewise. */
  forkFrom?: number[] | null;
  forks?: { id: string; step: number }[] | null;
}

export type CancelRepeatRow = CancelRepeat & { email: string | null };

const SHOWN = [
  ...([
    'id',
    'projectId',
    'shownStatus',
    'state',
    'baseUrl',
    'contextId',
    'createdAt',
    'finishedAt',
  ] as const),
  ...(['cancelled', 'stale', 'cancelRequestedAt', 'cancelBy', 'cancelMode', 'cancelReason'] as const),
  'cancelUserId',
  ...([
    'error',
    'stopReason',
    'videoPath',
    'verdict',
    'attempt',
    'concurrencyKey',
    'runnerLabels',
    'rerunOf',
    'forkedFrom',
    'forkedStep',
    'flowName',
    'flowVersion',
    'trigger',
    'name',
    'ownLabels',
    'owner',
  ] as const),
] as const;

export type StepViewRow = Columns<
  typeof StepEntity,
  'phase' | 'attempt' | 'index' | 'action' | 'ok' | 'error' | 'screenshotPath' | 'a11y'
> & {
  /** True: another run has done it, which this one is forked off. */
  carried: boolean | null;
};

/** SQL: of `runs`, the title of the first page that had one, redacted. */
export const TITLE = `runs.snapshot #>> '{machine,context,title}'`;

/** How much of a goal lists show: as many characters as the original's dashboard lets one write. */
const LISTED_GOAL = 500;

const COLUMNS = `${columns<typeof RunEntity>(SHOWN, 'runs')},
  case jsonb_typeof(snapshot #> '{machine,context,stepTimeouts}')
    when 'array' then jsonb_array_length(snapshot #> '{machine,context,stepTimeouts}') end as "stepCount",
  case jsonb_typeof(snapshot #> '{machine,context,maxDurationMs}')
    when 'number' then (snapshot #>> '{machine,context,maxDurationMs}')::float8 end as "maxDurationMs",
  (select email from users where users.id = runs.cancel_user_id) as "cancelEmail",
  ${TITLE} as title, victory is not null as "hasVictory"`;

/** What its steps have found, by name. */
export const RESULTS_COLUMN = `${resultsOf('runs.id', 'runs.attempt')} as results`;

const REPEATS_COLUMN = `coalesce((
  select json_agg(repeat || jsonb_build_object('email', users.email) order by number)
  from jsonb_array_elements(runs.cancel_repeats) with ordinality as each (repeat, number)
  left join users on users.id = (repeat ->> 'userId')::uuid), '[]') as "cancelRepeats"`;

/** A victory may be large, a goal long: both are only wanted one run at a time. Values: who looks, as for {@link forksOf}. */
export const RUN_COLUMNS = `${COLUMNS}, ${RESULTS_COLUMN}, ${REPEATS_COLUMN}, ${FORKABLE} as "forkFrom",
  ${forksOf(':seesAll::boolean', ':viewerId')} as forks,
  case when victory is null then assisted else jsonb_set(assisted, '{assistConfig,victory}', victory) end as assisted`;
export const LISTED_COLUMNS = `${COLUMNS},
  assisted - 'assistConfig' || jsonb_build_object('goal', left(assisted ->> 'goal', ${LISTED_GOAL})) as assisted`;

/** A step as JSON; accessibility trees are big, and only wanted one run at a time. */
export const stepObject = (a11y: boolean): string =>
  `json_build_object('phase', phase, 'attempt', attempt, 'index', index, 'action', action, 'ok', ok, 'error', error,
    'screenshotPath', screenshot_path, 'carried', nullif(epoch = 0, false), 'a11y', ${a11y ? 'a11y' : 'null'})`;

/** The steps of `runs` as a JSON column. */
export const STEPS_COLUMN = `coalesce((
  select json_agg(${stepObject(false)} order by attempt, index) from steps where run_id = runs.id), '[]') as steps`;
