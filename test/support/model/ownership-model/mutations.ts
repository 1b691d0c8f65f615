/* How each guard looks in SQL, and how it is taken out of it: the test of a statement that would not notice is no test. */
import { OWNER_SESSION_GONE } from '#shared/adapters/database/processes/session.ts';
import { IS_REQUEUED } from '#shared/adapters/database/runs/finalise.ts';
import { LEASE_HOLDS, LEASE_OVER } from '#shared/adapters/database/runs/leases.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { CANCEL_PROOF, OF_REQUEUE, OUTCOME_SOURCE, SESSION_PROOF } from './guards.ts';
import type { Kind } from './statements.ts';

const LIVE = `runs.status in ('running', 'cancelling')`;
const TRANSITION = { epoch: 'runs.epoch = :epoch', lastSeq: 'runs.last_seq = :lastSeq', live: LIVE };
/** A condition on queued runs, under several names of the table. */
const queued = (condition: string) => new RegExp(`(\\w+\\.)?${condition}`, 'g');
/** The same also where the run was found by its id. */
const absent = (column: string) =>
  new RegExp(`(\\w+\\.)?${column} is null|num_nonnulls\\(\\w+\\.${column}\\) = 0`, 'g');

/** The condition in the text of its statement; every occurrence of it. */
export const CONDITIONS: Record<Kind, Record<string, string | RegExp>> = {
  recordCancel: {
    live: `status in ('running', 'cancelling')`,
    holder: '(:heldByOwner::uuid is null or (owner = :heldByOwner and epoch = :heldByEpoch::int))',
  },
  claim: {
    running: queued(`status = 'running'`),
    unowned: absent('owner'),
    uncancelled: absent('cancel_requested_at'),
    queueOpen: queued('queue_until > clock_timestamp\\(\\)'),
    keyFree: absent('concurrency_key'),
  },
  commit: {
    ...TRANSITION,
    owner: 'runs.owner = :owner',
    lease: LEASE_HOLDS,
    outcome: `runs.cancel_requested_at is null or :status in ('running', 'cancelling')`,
    'outcome.source': 'runs.cancel_by = :outcomeSource',
  },
  returnUnstarted: {
    ...TRANSITION,
    owner: 'runs.owner = :owner',
    lease: LEASE_HOLDS,
    running: `runs.status = 'running'`,
    uncancelled: 'runs.cancel_requested_at is null',
    once: `runs.snapshot #> '{machine,context,returned}' is null`,
  },
  heartbeat: {
    owner: /(leases|runs)\.owner = :owner/g,
    epoch: /(leases\.epoch = actor|runs\.epoch = renewed)\.epoch/g,
    lease: 'leases.until > clock_timestamp()',
  },
  finaliseStale: {
    ...TRANSITION,
    owned: 'runs.owner is not null',
    stale: LEASE_OVER,
    'stale.sessionGone': OWNER_SESSION_GONE,
    'stale.cancel': 'runs.cancel_requested_at is not null',
    cancelSeen: 'runs.cancel_by is not distinct from :seenSource',
  },
  requeueStale: {
    ...TRANSITION,
    owned: 'runs.owner is not null',
    stale: LEASE_OVER,
    running: `runs.status = 'running'`,
    uncancelled: 'runs.cancel_requested_at is null',
    may: `${IS_REQUEUED.unbegun} and ${IS_REQUEUED.unreturned} or ${IS_REQUEUED.askedFor} and ${IS_REQUEUED.once}`,
    'may.unbegun': IS_REQUEUED.unbegun,
    'may.unreturned': IS_REQUEUED.unreturned,
    'may.askedFor': IS_REQUEUED.askedFor,
    'may.once': IS_REQUEUED.once,
  },
  cancelQueued: {
    ...TRANSITION,
    unowned: 'runs.owner is null',
    running: `runs.status = 'running'`,
    cancelled: 'runs.cancel_requested_at is not null',
  },
  expireQueued: {
    ...TRANSITION,
    unowned: 'runs.owner is null',
    running: `runs.status = 'running'`,
    uncancelled: 'runs.cancel_requested_at is null',
    queueOver: 'runs.queue_until < clock_timestamp()',
  },
};

/** What takes its place: true, but of a part of an alternative only that part. */
const weakened = (guard: string, condition: string): string => {
  if (guard === OUTCOME_SOURCE) return ':outcomeSource::text is not null';
  if ([SESSION_PROOF, CANCEL_PROOF, ...OF_REQUEUE].some((part) => part === guard)) return 'true';
  return `(${condition} or true)`;
};

/** What takes a refusal of the schema away, and the guard that has to be out of its way to see that. */
export const SCHEMA_CHANGES: { change: string; refusals: readonly string[]; kind: Kind; guard: string }[] = [
  ...[
    { kind: 'recordCancel', guard: 'recordCancel.live' } as const,
    { kind: 'requeueStale', guard: 'requeueStale.uncancelled' } as const,
    { kind: 'returnUnstarted', guard: 'returnUnstarted.uncancelled' } as const,
  ].map((behind) => ({
    change: 'drop trigger guard_run on runs',
    refusals: ['schema.finalStays', 'schema.cancellingOnlyFails', 'schema.cancelledStays'],
    ...behind,
  })),
  {
    change: 'alter table runs drop constraint runs_cancel_wins',
    refusals: ['schema.cancelWins'],
    kind: 'expireQueued',
    guard: 'expireQueued.uncancelled',
  },
  {
    change: 'alter table events drop constraint events_pkey',
    refusals: ['schema.eventOnce'],
    kind: 'commit',
    guard: 'commit.lastSeq',
  },
];

/** Guards that others imply: they differ only where those are out of the way. */
export const IMPLIED_BY: Record<string, readonly string[]> = {
  'claim.running': ['claim.uncancelled', 'claim.queueOpen'],
  'commit.live': ['commit.lease'],
  'returnUnstarted.live': ['returnUnstarted.running', 'returnUnstarted.lease'],
  'requeueStale.live': ['requeueStale.running', 'requeueStale.stale'],
  'requeueStale.owned': ['requeueStale.stale'],
  'cancelQueued.live': ['cancelQueued.running'],
  'cancelQueued.running': ['cancelQueued.live'],
  'expireQueued.live': ['expireQueued.running'],
  'expireQueued.running': ['expireQueued.live'],
};

/** Statements of this kind without these guards. Throws where a condition does not stand in the text any more. */
export function mutate(sql: Sql, kind: Kind, guards: readonly string[]): Sql {
  const without = (text: string) =>
    guards.reduce((mutated, guard) => {
      const condition = CONDITIONS[kind][guard.slice(kind.length + 1)]!;
      const result = mutated.replaceAll(condition, (found) => weakened(guard, found));
      if (result === mutated) throw new Error(`the SQL of ${kind} does not say "${condition}" any more`);
      return result;
    }, text);
  return {
    rows: (text, values) => sql.rows(without(text), values),
    row: (text, values) => sql.row(without(text), values),
    transaction: (work) => sql.transaction((inner) => work(mutate(inner, kind, guards))),
  };
}
