import type { ProjectRole } from '#shared/api/contract/accounts/roles.ts';
import type { RunEvent } from '#shared/domain/events/events.ts';
import { columns } from '../columns.ts';
import type { RunEntity } from '../entities/runs.ts';
import { EVENT_OBJECT, eventOf, type StoredEvent } from '../runs/stored-event.ts';
import type { Sql } from '../sql.ts';
import { FAILING_OF_RUN, FAILING_VERSION, type WebhooksShown } from '../webhooks/failing.ts';
import type { FoundRun } from './find.ts';
import { RUN_COLUMNS, type RunViewRow, type StepViewRow, stepObject } from './row.ts';

export interface RunDetailRow extends RunViewRow {
  events: RunEvent[];
  lateResults: LateResultRow[];
}

/** `at` is a text, in the zone of the session. */
export interface LateResultRow {
  epoch: number;
  owner: string;
  browserClosed: boolean;
  result: Record<string, unknown>;
  at: string;
}

/** Who reads, and what of it they have already. */
export interface Reading {
  viewerId: string;
  /** Also what others started in projects of which the viewer is no member. */
  seesAll: boolean;
  /** Whose webhooks the viewer may read. */
  webhooks: WebhooksShown;
  /** Versions of the run: if it has one of these, nothing that belongs to it is read. */
  known?: readonly string[] | undefined;
  /** The answer also says what is known of the run only now: the steps so far, and versions count once it is final. */
  hinted?: boolean | undefined;
}

/** A run with what decides who may see it, and a version that changes with whatever is shown of it. */
export interface ReadRun extends FoundRun {
  version: string;
  /** Undefined if its version is known. */
  detail: RunDetailRow | undefined;
}

type RunPiece = Omit<RunViewRow, 'steps'> &
  Omit<FoundRun, 'membership'> & { membership: ProjectRole | null; version: string; isNews: boolean };
type Piece =
  | ({ kind: 'run' } & RunPiece)
  | { kind: 'step'; piece: StepViewRow }
  | { kind: 'event'; piece: StoredEvent }
  | { kind: 'late'; piece: LateResultRow };

/**
 * A run with all that belongs to it, in one statement and so of one moment: a final status comes with its run_end. Each
 * piece is a row of its own, since the largest runs have tens of MB, which one row would have to be made of at once (I13).
 */
export async function readRun(sql: Sql, runId: string, reading: Reading): Promise<ReadRun | undefined> {
  const { viewerId, seesAll, webhooks, known = [], hinted = false } = reading;
  const rows = await sql.rows<Piece>(READ_RUN, { runId, viewerId, seesAll, webhooks, known, hinted });
  const run = rows.find((row) => row.kind === 'run');
  if (run === undefined) return undefined;
  const found = { ...run, membership: run.membership ?? undefined };
  if (!run.isNews) return { ...found, detail: undefined };
  const detail: RunDetailRow = { ...run, steps: [], events: [], lateResults: [] };
  for (const row of rows)
    if (row.kind === 'step') detail.steps.push(row.piece);
    else if (row.kind === 'event') detail.events.push(eventOf(row.piece));
    else if (row.kind === 'late') detail.lateResults.push(row.piece);
  return { ...found, detail };
}

/** What webhooks tell, for those who may read them. */
const ifShown = (column: string) =>
  `case when :webhooks = 'everybody' or :webhooks = 'own' and member.role = 'owner' then ${column} end`;

/**
 * Every write that changes what is shown of a run writes its row, and so changes `xmin`; late results alone are added
 * beside it, and its forks, and `last_seq` tells apart what a restored backup may number alike. Webhooks fail beside it, too.
 */
const VERSION = `concat_ws('-', runs.xmin, runs.last_seq, (select count(*) from late_results where run_id = runs.id),
  (select max(ordinal) from runs as fork where fork.forked_from = runs.id),
  ${ifShown(FAILING_VERSION)})`;

const IS_LIVE = `runs.status in ('running', 'cancelling')`;

/**
 * Steps without hints come with the end: clients of the original take a list that is not empty for all of them, and follow
 * the stream no longer. The columns of the run are in one row only: others would repeat them for each piece.
 */
const READ_RUN = `
with run as materialized (
  select ${RUN_COLUMNS}, ${ifShown(FAILING_OF_RUN)} as webhooks,
    ${columns<typeof RunEntity>(['userId', 'status', 'epoch', 'traceparent'], 'runs')},
    member.role as membership, ${VERSION} as version,
    :seesAll::boolean or runs.user_id = :viewerId or member.role is not null as visible,
    ${VERSION} <> all (:known::text[]) or (:hinted::boolean and ${IS_LIVE}) as "isNews",
    :hinted::boolean or not ${IS_LIVE} as "hasSteps"
  from runs left join project_members as member on member.project_id = runs.project_id and member.user_id = :viewerId
  where runs.id = :runId
), part as (
  select 'run' as kind, 0 as major, 0::bigint as minor, null::json as piece from run
  union all
  select 'step', attempt, index, ${stepObject(true)}
  from steps where run_id = :runId and (select visible and "isNews" and "hasSteps" from run)
  union all
  select 'event', 0, seq, ${EVENT_OBJECT}
  from events where run_id = :runId and (select visible and "isNews" from run)
  union all
  select 'late', 0, id, json_build_object('epoch', epoch, 'owner', owner, 'browserClosed', browser_closed,
    'result', result, 'at', at)
  from late_results where run_id = :runId and (select visible and "isNews" from run)
)
select part.kind, part.piece, run.* from part left join run on part.kind = 'run'
order by part.kind, part.major, part.minor`;
