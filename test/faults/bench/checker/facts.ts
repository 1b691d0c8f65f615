/*
 * A history sorted by what it is about. Pure; owns nothing.
 */
import type { StreamData } from '../../../support/http/sse.ts';
import type { AuditRow } from '../audit.ts';
import type {
  BrowserEntry,
  CostEntry,
  FaultEntry,
  HistoryEntry,
  LoadEntry,
  LogEntry,
  MarkEntry,
  NatsEntry,
  ProcessEntry,
  RequestEntry,
  Setting,
  SiteEntry,
  StreamEntry,
  VisitEntry,
} from '../history.ts';

export const INVARIANTS = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I9',
  'I10',
  'I11',
  'I12',
  'I13',
  'I14',
  'I15',
] as const;
export interface Violation {
  invariant: (typeof INVARIANTS)[number] | 'contract';
  what: string;
  runId?: string;
  evidence: unknown[];
}
export type Rule = (facts: Facts) => Violation[];

export interface RunRow {
  id: string;
  user_id: string;
  project_id: string;
  context_id: string | null;
  concurrency_key: string | null;
  on_runner_loss: string;
  attempt: number;
  status: string;
  owner: string | null;
  last_seq: number;
  created_at: string;
  finished_at: string | null;
  cancelled: boolean;
  stale: boolean;
  error: string | null;
  cancel_requested_at: string | null;
  cancel_by: string | null;
}
export interface EventRow {
  run_id: string;
  seq: number;
  type: string;
  step_index: number | null;
  payload: Record<string, unknown>;
  at: string;
}
export interface StepRow {
  run_id: string;
  attempt: number;
  phase: 'flow' | 'onCancel';
  index: number;
  ok: boolean;
  error: string | null;
  screenshot_path: string | null;
}

export interface RunFacts {
  row: RunRow;
  /** Sorted by seq. */
  events: EventRow[];
  steps: StepRow[];
  changes: { status: string; after_seq: number; at: string }[];
  /** What NATS may not have acknowledged of it: one row or none. */
  unpublished: unknown[];
  /** Sorted by the order of the changes. */
  audit: AuditRow[];
  streams: StreamEntry[];
  /** Requests that name it and nothing else. */
  requests: RequestEntry[];
}

export interface Facts {
  entries: readonly HistoryEntry[];
  setting: Setting;
  runs: Map<string, RunFacts>;
  requests: RequestEntry[];
  streams: StreamEntry[];
  nats: NatsEntry[];
  faults: FaultEntry[];
  loads: LoadEntry[];
  costs: CostEntry[];
  processes: ProcessEntry[];
  /** When each process ended, by its pid. */
  deaths: Map<number, number>;
  sites: SiteEntry[];
  visits: VisitEntry[];
  browsers: BrowserEntry[];
  logs: LogEntry[];
  marks: MarkEntry[];
  /** Keyed by the id of the incarnation. */
  runnerPids: Map<string, number>;
  /** What each bulk cancel stops, and whose it is. */
  jobRuns: { job_id: string; run_id: string }[];
  jobUsers: Map<string, string>;
  artifacts: Set<string>;
}

export const ms = (time: string): number => Date.parse(time);
export const isFinal = (status: string): boolean => status === 'pass' || status === 'fail';
export const violation = (
  invariant: Violation['invariant'],
  what: string,
  runId: string | undefined,
  ...evidence: unknown[]
): Violation => ({ invariant, what, ...(runId !== undefined && { runId }), evidence });

export function sortFacts(entries: readonly HistoryEntry[]): Facts {
  const of = <Kind extends HistoryEntry['kind']>(kind: Kind) =>
    entries.filter((entry): entry is Extract<HistoryEntry, { kind: Kind }> => entry.kind === kind);
  const table = <Row>(name: string): Row[] =>
    of('row').flatMap(({ table, row }) => (table === name ? [row as Row] : []));
  const [requests, streams] = [of('request'), of('stream')];

  const runs = new Map<string, RunFacts>(
    table<RunRow>('runs').map((row) => [
      row.id,
      { row, events: [], steps: [], changes: [], unpublished: [], audit: [], streams: [], requests: [] },
    ]),
  );
  const put = <Row>(list: Row[], idOf: (row: Row) => string, into: (run: RunFacts) => unknown[]) => {
    for (const row of list) {
      const run = runs.get(idOf(row));
      if (run) into(run).push(row);
    }
  };
  const byRunId = (row: { run_id: string }) => row.run_id;
  const bySeq = (a: EventRow, b: EventRow) => a.seq - b.seq;
  put(table<EventRow>('events').toSorted(bySeq), byRunId, (run) => run.events);
  put(table<StepRow>('steps'), byRunId, (run) => run.steps);
  put(
    table<RunFacts['changes'][number] & { run_id: string }>('status_changes'),
    byRunId,
    (run) => run.changes,
  );
  put(table<{ run_id: string }>('unpublished'), byRunId, (run) => run.unpublished);
  put(
    table<AuditRow>('audit').toSorted((a, b) => a.n - b.n),
    byRunId,
    (run) => run.audit,
  );
  put(
    streams,
    ({ runId }) => runId,
    (run) => run.streams,
  );
  put(
    requests.filter(({ runs: named }) => named.length === 1),
    ({ runs: [id] }) => id!,
    (run) => run.requests,
  );

  return {
    entries,
    setting: of('setting')[0]!,
    runs,
    requests,
    streams,
    nats: of('nats'),
    faults: of('fault').filter(({ missed }) => !missed),
    loads: of('load'),
    costs: of('cost'),
    processes: of('process'),
    deaths: new Map(of('process').flatMap(({ event, pid, at }) => (event === 'ended' ? [[pid, at]] : []))),
    sites: of('site'),
    visits: of('visit'),
    browsers: of('browser'),
    logs: of('log'),
    marks: of('mark'),
    runnerPids: new Map(table<{ id: string; pid: number }>('runners').map(({ id, pid }) => [id, pid])),
    jobRuns: table('cancel_job_runs'),
    jobUsers: new Map(
      table<{ id: string; user_id: string }>('cancel_jobs').map(({ id, user_id }) => [id, user_id]),
    ),
    artifacts: new Set(table<{ path: string }>('artifacts').map(({ path }) => path)),
  };
}

/** What was delivered is what is stored, whichever way it came. */
export const isSame = (reported: StreamData, { seq, type, step_index, payload, at }: EventRow): boolean =>
  reported.seq === seq &&
  reported.type === type &&
  (reported.stepIndex ?? null) === step_index &&
  reported.at === new Date(ms(at)).toISOString() &&
  JSON.stringify(reported.payload) === JSON.stringify(payload);
