import { FAILING_AFTER } from './outcome.ts';

/** Webhooks that fail, and whose messages about one run wait. */
export interface FailingOfRun {
  failing: number;
  /** Counted up to 100 for each. */
  waiting: number;
  /** The status of the last answer to the one that has failed longest; null without one. */
  lastStatus: number | null;
}

/** The same of those of all projects whose webhooks a reader may read. */
export interface FailingWebhooks {
  failing: number;
  /** Disabled because they failed, or were gone. */
  disabled: number;
  /** What waits for them, counted up to 1,000 for each. */
  waiting: number;
}

/** Whose webhooks a reader may read: those of all projects, of those that it owns, or none (I11). */
export type WebhooksShown = 'everybody' | 'own' | 'nobody';

const waitingFor = (condition: string, most: number) => `(select count(*) from (
  select from webhook_deliveries where webhook_id = webhooks.id and state = 'pending'${condition} limit ${most}) as one)`;

const STOPPED = `disabled in ('gone', 'failing')`;
/** The one rule of what fails, for a run and for the system. */
const FAILS = `(disabled is null and failures >= ${FAILING_AFTER} or ${STOPPED})`;

/** SQL: of `runs`, {@link FailingOfRun} as JSON; null if there are none. A few index look-ups for a project's webhooks. */
export const FAILING_OF_RUN = `(
  select json_build_object('failing', count(*), 'waiting', sum(waiting), 'lastStatus',
    (array_agg(last_status order by failing_since))[1])
  from (select last_status, failing_since, ${waitingFor(' and run_id = runs.id', 100)} as waiting from webhooks
    where webhooks.project_id = runs.project_id and ${FAILS}) as webhooks
  where waiting > 0 having count(*) > 0)`;

/** SQL: of `runs`, what changes with {@link FAILING_OF_RUN}. */
export const FAILING_VERSION = `(
  select sum(failures) from webhooks where webhooks.project_id = runs.project_id and ${FAILS})`;

/** SQL: {@link FailingWebhooks} as JSON, of the webhooks of which `visible` holds. */
export const failingOf = (visible: string) => `(
  select json_build_object('failing', count(*) filter (where disabled is null), 'disabled', count(*) filter (where ${STOPPED}),
    'waiting', coalesce(sum(waiting), 0))
  from (select disabled, ${waitingFor('', 1_000)} as waiting from webhooks
    where ${FAILS} and ${visible}) as webhooks)`;
