import type { RunEvent } from '#shared/events/events.ts';
import { EVENT_OBJECT, eventOf, type StoredEvent } from '../runs/stored-event.ts';
import type { Sql } from '../sql.ts';
import { RUN_COLUMNS, type RunRow, type StepRow, stepObject } from './row.ts';

export interface RunDetailRow extends RunRow {
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

type Piece =
  | { kind: 'step'; piece: StepRow }
  | { kind: 'event'; piece: StoredEvent }
  | { kind: 'late'; piece: LateResultRow }
  | { kind: null; piece: null };

/**
 * A run with all that belongs to it, in one statement and so of one moment: a final status comes with its run_end. Each
 * piece is a row of its own, since the largest runs have tens of MB, which one row would have to be made of at once (I13).
 */
export async function readRun(sql: Sql, runId: string): Promise<RunDetailRow | undefined> {
  const rows = await sql.rows<Omit<RunRow, 'steps'> & Piece>(READ_RUN, { runId });
  const [first] = rows;
  if (first === undefined) return undefined;
  const run: RunDetailRow = { ...first, steps: [], events: [], lateResults: [] };
  for (const { kind, piece } of rows)
    if (kind === 'step') run.steps.push(piece);
    else if (kind === 'event') run.events.push(eventOf(piece));
    else if (kind === 'late') run.lateResults.push(piece);
  return run;
}

const READ_RUN = `
with run as materialized (select ${RUN_COLUMNS} from runs where id = :runId)
select run.*, part.kind, part.piece from run
left join lateral (
  select 'step' as kind, attempt as major, index::bigint as minor, ${stepObject(true)} as piece
  from steps where run_id = run.id
  union all
  select 'event', 0, seq, ${EVENT_OBJECT}
  from events where run_id = run.id
  union all
  select 'late', 0, id, json_build_object('epoch', epoch, 'owner', owner, 'browserClosed', browser_closed,
    'result', result, 'at', at)
  from late_results where run_id = run.id
) as part on true
order by part.kind, part.major, part.minor`;
