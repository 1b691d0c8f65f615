/*
 * Mistakes that are easily made, at least one for each promise, as an exact text of the sources and what stands there
 * instead. `foundBy` is a test file that fails then; better one that `npm test` runs than one of the other tests.
 */
import type { Change } from '../support/source/change.ts';

export interface Defect extends Change {
  /** What the product does then. */
  name: string;
  /** The invariant. */
  breaks: `I${number}`;
  foundBy: string;
}

/** Whether `npm test` runs a file, or `npm run test:all` alone. */
export const isOfNpmTest = (file: string): boolean =>
  /^test\/(unit|integration|main-job)\//.test(file) && !/\.(full|extended)\./.test(file);

const GUARDS = 'test/integration/adapters/database/runs/guards.test.ts';
const SWEEP = 'test/integration/supervisor/sweep.test.ts';
const CURSOR = 'test/unit/gateway/stream/cursor.test.ts';
const MACHINE = 'test/unit/domain/run/machine.test.ts';
const KEEPER = 'test/unit/runner/claim/lease-keeper.test.ts';

export const DEFECTS: readonly Defect[] = [
  {
    name: 'the trigger lets a final status change',
    breaks: 'I1',
    file: 'shared/adapters/database/migrations/first-schema/run-guards.ts',
    from: 'if (new.status, new.state,',
    to: 'if (new.state,',
    foundBy: GUARDS,
  },
  {
    name: 'an owner writes after its lease',
    breaks: 'I2',
    file: 'shared/adapters/database/runs/commit.ts',
    from: 'const MAY_COMMIT = `runs.owner = :owner and ${LEASE_HOLDS}\n',
    to: 'const MAY_COMMIT = `runs.owner = :owner\n',
    foundBy: GUARDS,
  },
  {
    name: 'a stale fence is accepted: a write may be of an earlier epoch',
    breaks: 'I2',
    file: 'shared/adapters/database/runs/transition.ts',
    from: 'where runs.id = :runId and runs.epoch = :epoch and',
    to: 'where runs.id = :runId and runs.epoch >= :epoch and',
    foundBy: GUARDS,
  },
  {
    name: 'a run is claimed whose cancel is recorded',
    breaks: 'I3',
    file: 'shared/adapters/database/queue/fair-choice.ts',
    from: 'num_nonnulls(${run}.owner) = 0 and num_nonnulls(${run}.cancel_requested_at) = 0 and',
    to: 'num_nonnulls(${run}.owner) = 0 and',
    foundBy: GUARDS,
  },
  {
    name: 'each rung of a cancel has its time from its own beginning',
    breaks: 'I4',
    file: 'shared/domain/run/deadlines.ts',
    from: 'at: (cancel?.at ?? now) + budget[name],',
    to: 'at: now + budget[name],',
    foundBy: MACHINE,
  },
  {
    name: 'an abort is not raised: the signal of a step does not reach its call',
    breaks: 'I4',
    file: 'services/runner/browser/page/attempt.ts',
    from: 'const signal = AbortSignal.any([stop, cut.signal]);',
    to: 'const { signal } = cut;',
    foundBy: 'test/integration/runner/browser/page/abort.full.test.ts',
  },
  {
    name: 'a lease that is over counts only if the session is gone, too',
    breaks: 'I5',
    file: 'services/supervisor/decide.ts',
    from: "if (run.leaseOver) return 'lease_expired';",
    to: "if (run.leaseOver && run.sessionGone) return 'lease_expired';",
    foundBy: 'test/unit/supervisor/decide.test.ts',
  },
  {
    name: 'the queue timeout is not applied: the sweep looks for it among the parked',
    breaks: 'I5',
    file: 'shared/adapters/database/runs/finalise.ts',
    from: "status = 'running' and owner is null and parked_until is null and queue_until < ${NOW}",
    to: "status = 'running' and owner is null and parked_until is not null and queue_until < ${NOW}",
    foundBy: SWEEP,
  },
  {
    name: 'a status comes before the event that it comes after',
    breaks: 'I6',
    file: 'shared/domain/events/stream.ts',
    from: 'queue[0].afterSeq < seq',
    to: 'queue[0].afterSeq <= seq',
    foundBy: 'test/unit/domain/events/stream.test.ts',
  },
  {
    name: 'a watcher has an event twice',
    breaks: 'I7',
    file: 'services/gateway/stream/stream-cursor.ts',
    from: "if (seq <= place.seq) return 'known';",
    to: "if (seq < place.seq) return 'known';",
    foundBy: CURSOR,
  },
  {
    name: 'a look does not see that the last event is missing',
    breaks: 'I7',
    file: 'services/gateway/stream/watcher.ts',
    from: 'cursor.seq < lastSeq || (final && !cursor.ended)',
    to: 'cursor.seq + 1 < lastSeq || (final && !cursor.ended)',
    foundBy: 'test/integration/gateway/stream/unreliable.full.test.ts',
  },
  {
    name: 'an outcome is stored while the context still closes',
    breaks: 'I8',
    file: 'services/runner/run/effects/effects.ts',
    from: 'return timed(await closeOrKill(hold, closing, closeMs));',
    to: 'void closeOrKill(hold, closing, closeMs);\n    return timed({});',
    foundBy: 'test/integration/runner/run/context-gone.test.ts',
  },
  {
    name: 'a lease counts from the answer to a heartbeat, not from its sending',
    breaks: 'I8',
    file: 'services/runner/claim/lease-keeper.ts',
    from: 'leases.renew(actor, sent);',
    to: 'leases.renew(actor, now());',
    foundBy: KEEPER,
  },
  {
    name: 'of moves that are stored together only the last one keeps its steps',
    breaks: 'I9',
    file: 'services/runner/run/transition-batch.ts',
    from: '  steps: entries.flatMap(({ steps }) => steps),\n',
    to: '',
    foundBy: 'test/integration/runner/run/recorder.test.ts',
  },
  {
    name: 'the result of a step that ended while it was aborted is lost',
    breaks: 'I9',
    file: 'shared/domain/run/cancelling-states.ts',
    from: `          src: 'interrupted',
          input: ({ context }) => ({ done: context.done }),
          onDone: [
            { guard: 'hasCleanup', target: 'cleaning', actions: interruption },
            { target: 'closing', actions: interruption },`,
    to: `          src: 'interrupted',
          input: ({ context }) => ({ done: context.done }),
          onDone: [
            { guard: 'hasCleanup', target: 'cleaning', actions: 'recordCutStep' },
            { target: 'closing', actions: 'recordCutStep' },`,
    foundBy: MACHINE,
  },
  {
    name: 'a secret is not redacted: the reason of a cancel is stored as it was given',
    breaks: 'I10',
    file: 'services/gateway/cancel/handler.ts',
    from: '...(reason && { reason }) } as const;',
    to: '...(given && { reason: given }) } as const;',
    foundBy: 'test/integration/gateway/cancel/cancel-ids.test.ts',
  },
  {
    name: 'the second owner of a run does not know what the first one has typed',
    breaks: 'I10',
    file: 'services/runner/browser/vault/run-vault.ts',
    from: 'epoch > 1 ? vaultReferencesOf(flow) : []',
    to: 'epoch > 2 ? vaultReferencesOf(flow) : []',
    foundBy: 'test/integration/runner/browser/vault/recall.test.ts',
  },
  {
    name: 'a viewer cancels',
    breaks: 'I11',
    file: 'services/gateway/access/policy.ts',
    from: "'runs:cancel': 'operator',",
    to: "'runs:cancel': 'viewer',",
    foundBy: 'test/unit/gateway/access/policy.test.ts',
  },
  {
    name: 'a write that was stored is stored again',
    breaks: 'I12',
    file: 'shared/adapters/database/runs/transition.ts',
    from: 'runs.epoch = :epoch and runs.last_seq = :lastSeq and',
    to: 'runs.epoch = :epoch and',
    foundBy: GUARDS,
  },
  {
    name: 'a new cancel waits for all that are tried again',
    breaks: 'I13',
    file: 'services/gateway/cancel/delivery.ts',
    from: 'isFurther = !isFurther;',
    to: 'isFurther = true;',
    foundBy: 'test/unit/gateway/cancel/delivery.test.ts',
  },
  {
    name: 'the relay reads all that is not due yet',
    breaks: 'I14',
    file: 'shared/adapters/database/runs/publishing.ts',
    from: 'where due_at < (select clock_timestamp())',
    to: 'where due_at < clock_timestamp()',
    foundBy: 'test/integration/adapters/database/indexes.full.test.ts',
  },
  {
    name: 'the sweep reads all that is claimed',
    breaks: 'I14',
    file: 'shared/adapters/database/runs/finalise.ts',
    from: "status in ('running', 'cancelling') and num_nonnulls(owner) = 1`",
    to: "status in ('running', 'cancelling') and owner is not null`",
    foundBy: 'test/integration/adapters/database/indexes.full.test.ts',
  },
  {
    name: 'what only an outer proxy can look up is not judged',
    breaks: 'I15',
    file: 'shared/adapters/egress/outgoing.ts',
    from: '    if (!policy.allowsUnknown(host, port)) throw refused(host, undefined, policy);\n',
    to: '',
    foundBy: 'test/integration/adapters/egress/connections.test.ts',
  },
  {
    name: 'the end of a session is taken for that of the browser',
    breaks: 'I16',
    file: 'services/supervisor/endings.ts',
    from: 'run.owner === null || run.browserClosed ?',
    to: 'run.owner === null || run.browserClosed || run.sessionGone ?',
    foundBy: 'test/integration/supervisor/finaliser.full.test.ts',
  },
  {
    name: 'a run that was lost is said to be cancelled',
    breaks: 'I16',
    file: 'shared/domain/run/outcome.ts',
    from: "cancel.requestedAt === undefined ? 'lost'",
    to: "cancel.source === undefined ? 'lost'",
    foundBy: 'test/unit/domain/run/outcome.test.ts',
  },
  {
    name: 'a sealed value opens whatever origins its row names',
    breaks: 'I17',
    file: 'shared/platform/seal/seal.ts',
    from: '  v: version,\n  o: origins,\n',
    to: '  v: version,\n',
    foundBy: 'test/integration/runner/browser/vault/changed-rows.test.ts',
  },
  {
    name: 'a secret is opened for the origin of the page, not for that of the frame it is typed in',
    breaks: 'I17',
    file: 'services/runner/browser/vault/field.ts',
    from: 'originOf(frame.url())]',
    to: 'originOf(page.url())]',
    foundBy: 'test/integration/runner/browser/vault/origins.full.test.ts',
  },
];
