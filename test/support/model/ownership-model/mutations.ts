/* How each guard looks in SQL, and how it is taken out of it: the test of a statement that would not notice is no test. */

import { CAN_GO_ON } from '#shared/adapters/database/orders/orders.ts';
import { OWNER_SESSION_GONE } from '#shared/adapters/database/processes/session.ts';
import { IS_REQUEUED, MAY_WAIT } from '#shared/adapters/database/runs/finalise.ts';
import { LEASE_HOLDS, LEASE_OVER } from '#shared/adapters/database/runs/leases.ts';
import { IS_KEPT } from '#shared/adapters/database/runs/park.ts';
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

const PARKED_OVER = {
  unowned: 'runs.owner is null',
  running: `runs.status = 'running'`,
  uncancelled: 'runs.cancel_requested_at is null',
  personOver: 'runs.parked_until < clock_timestamp()',
};

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
    unparked: absent('parked_until'),
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
    unparked: 'runs.parked_until is null',
    queueOver: 'runs.queue_until < clock_timestamp()',
  },
  parkRun: {
    ...TRANSITION,
    owner: 'runs.owner = :owner',
    lease: LEASE_HOLDS,
    running: `runs.status = 'running'`,
    uncancelled: 'runs.cancel_requested_at is null',
  },
  parkStale: {
    ...TRANSITION,
    owned: 'runs.owner is not null',
    stale: LEASE_OVER,
    running: `runs.status = 'running'`,
    uncancelled: 'runs.cancel_requested_at is null',
    mayWait: MAY_WAIT,
    kept: IS_KEPT,
  },
  expireParked: { ...TRANSITION, ...PARKED_OVER },
  unparkOver: { epoch: 'epoch = :epoch', lastSeq: 'last_seq = :lastSeq', ...PARKED_OVER },
  recordAnswer: {
    running: `run.status = 'running'`,
    uncancelled: 'run.cancel_requested_at is null',
    attempt: 'run.attempt = :attempt::int',
    asks: `run.snapshot #> '{machine,context,askedAt}' is not null`,
    goesOn: CAN_GO_ON,
    inTime: /to_timestamp\([^;]*?\/ 1000\)\) > clock_timestamp\(\)/g,
    first: /not coalesce\(run\.orders @>[^;]*?, false\)/g,
  },
  keep: {
    owner: 'runs.owner = :owner',
    epoch: 'runs.epoch = :epoch',
    running: `runs.status = 'running'`,
    lease: LEASE_HOLDS,
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
    { kind: 'unparkOver', guard: 'unparkOver.running' } as const,
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
  'parkRun.live': ['parkRun.running', 'parkRun.lease'],
  'parkStale.live': ['parkStale.running', 'parkStale.stale', 'parkStale.mayWait', 'parkStale.kept'],
  'parkStale.running': ['parkStale.mayWait'],
  'parkStale.owned': ['parkStale.stale'],
  'expireParked.unowned': ['expireParked.personOver'],
  'expireParked.live': ['expireParked.running'],
  'expireParked.running': ['expireParked.live'],
  'unparkOver.unowned': ['unparkOver.personOver'],
  'recordAnswer.running': ['recordAnswer.asks', 'recordAnswer.inTime'],
  'recordAnswer.asks': ['recordAnswer.inTime'],
  'keep.running': ['keep.lease'],
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
