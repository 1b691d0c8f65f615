/*
 * The services, broken on purpose: for each promise a build that does not keep it. Each change is an exact text of the
 * source, and what stands there instead; `weaken` takes away what the database refuses by itself.
 */
import type { Change } from '../../support/source/change.ts';
import type { Violation } from '../bench/checker/check.ts';
import type { SCENARIOS } from './scenarios.ts';

export interface Mutant {
  breaks: Violation['invariant'];
  /** What the broken build does. */
  name: string;
  scenario: keyof typeof SCENARIOS;
  changes: Change[];
  weaken?: string[];
}

const COMMIT = 'shared/adapters/database/runs/commit.ts';
const TRANSITION = 'shared/adapters/database/runs/transition.ts';
const SSE = 'services/gateway/stream/sse.ts';
const WRITER = 'services/runner/run/transition-writer.ts';
const ACTOR = 'services/runner/run/run-actor.ts';
const EFFECTS = 'services/runner/run/effects/effects.ts';

/** An owner that goes on, whatever becomes of its lease. */
const NEVER_FENCED: Change[] = [
  {
    file: 'services/runner/claim/lease-keeper.ts',
    from: 'actor.fence(why).catch(deps.onError);',
    to: 'void [actor, why];',
  },
  { file: ACTOR, from: 'if (!this.#deps.leaseHolds(this))', to: 'if (this.epoch < 0)' },
];

export const MUTANTS: Mutant[] = [
  {
    breaks: 'I1',
    name: 'transitions are written without any guard',
    scenario: 'stoppedRunner',
    changes: [
      ...NEVER_FENCED,
      {
        file: TRANSITION,
        from: `runs.epoch = :epoch and runs.last_seq = :lastSeq and runs.status in ('running', 'cancelling') and (\${guard})`,
        to: `(true or (runs.epoch = :epoch and runs.last_seq = :lastSeq and (\${guard})))`,
      },
      {
        file: TRANSITION,
        from: 'select run.id, :lastSeq + e.n,',
        to: 'select run.id, run.last_seq - json_array_length(:events::json) + e.n,',
      },
    ],
    weaken: [
      'drop trigger guard_run on runs',
      'drop trigger guard_event on events',
      'drop index events_one_run_end',
      'alter table steps drop constraint steps_pkey',
    ],
  },
  {
    breaks: 'I2',
    name: 'an owner whose lease is over goes on and writes',
    scenario: 'allStopped',
    changes: [
      ...NEVER_FENCED,
      {
        file: COMMIT,
        from: `runs.owner = :owner and \${LEASE_HOLDS}\n   and (`,
        to: 'runs.owner = :owner\n   and (',
      },
    ],
  },
  {
    breaks: 'I3',
    name: 'an outcome is stored though a cancel was accepted',
    scenario: 'cancelled',
    changes: [
      {
        file: COMMIT,
        from: `(runs.cancel_requested_at is null or :status in ('running', 'cancelling') or runs.cancel_by = :outcomeSource)`,
        to: '(true or runs.cancel_by = :outcomeSource)',
      },
      {
        file: ACTOR,
        from: 'this.#parts.trace.cancelled(recorded.traceparent, via, () => this.#machine.cancel(recorded, via));',
        to: 'void [recorded, via];',
      },
    ],
    weaken: ['alter table runs drop constraint runs_cancel_wins'],
  },
  {
    breaks: 'I4',
    name: 'a context that does not close is waited for without end',
    scenario: 'cancelled',
    changes: [
      {
        file: EFFECTS,
        from: `return timed(await hold.close({ ...closing, reason: 'the run was cancelled' }));`,
        to: 'return new Promise<never>(() => closing);',
      },
      {
        file: EFFECTS,
        from: 'reached(input.at === null ? null : input.at - now(), signal)',
        to: 'reached(null, signal)',
      },
    ],
  },
  {
    breaks: 'I5',
    name: 'the leader does not sweep',
    scenario: 'killedRunner',
    changes: [
      {
        file: 'services/supervisor/duties.ts',
        from: 'work: () => sweep(sweeping)',
        to: 'work: async () => void [sweep, sweeping]',
      },
    ],
  },
  {
    breaks: 'I6',
    name: 'the ids of a stream are not those of the events',
    scenario: 'plain',
    changes: [{ file: SSE, from: `id: \${entry.seq}`, to: `id: \${entry.seq + 1}` }],
  },
  {
    breaks: 'I7',
    name: 'a watcher that comes back misses one event',
    scenario: 'plain',
    changes: [
      {
        file: 'shared/domain/events/last-event-id.ts',
        from: 'Math.min(Number(header), LARGEST_SEQ)',
        to: 'Math.min(Number(header) + 1, LARGEST_SEQ)',
      },
    ],
  },
  {
    breaks: 'I8',
    name: 'a run ends and its context stays',
    scenario: 'cancelled',
    changes: [
      {
        file: 'services/runner/run/hold-browser.ts',
        from: 'const result = (await browser?.close({ ...options, ...(hurry && { hurry }) })) ?? {};',
        to: 'const result = options.keepVideo ? {} : ((await browser?.close({ ...options, ...(hurry && { hurry }) })) ?? {});',
      },
    ],
  },
  {
    breaks: 'I9',
    name: 'the outcomes of steps are not kept',
    scenario: 'plain',
    changes: [{ file: TRANSITION, from: 'steps: toJsonb(steps),', to: 'steps: toJsonb(steps.slice(1)),' }],
  },
  {
    breaks: 'I10',
    name: 'events tell what was filled in',
    scenario: 'plain',
    changes: [
      {
        file: 'services/runner/run/describe-steps.ts',
        from: 'described[field as keyof typeof fields] = await clean(shown);',
        to: 'void [clean, shown];\n      Object.assign(described, step);',
      },
    ],
  },
  {
    breaks: 'I10',
    name: 'what is opened of the vault is not redacted',
    scenario: 'plain',
    changes: [
      {
        file: 'services/runner/browser/vault/run-secrets.ts',
        from: '    learn(values);\n',
        to: '    void learn;\n',
      },
    ],
  },
  {
    breaks: 'I11',
    name: 'everybody sees every run',
    scenario: 'plain',
    changes: [
      {
        file: 'services/gateway/access/policy.ts',
        from: 'seesAllRuns(actor) || userId === actor.userId || membership !== undefined;',
        to: `actor.userId !== userId || membership !== 'viewer';`,
      },
    ],
  },
  {
    breaks: 'I12',
    name: 'what was stored is stored again',
    scenario: 'plain',
    changes: [
      {
        file: WRITER,
        from: 'const RETRY_MS = 100;',
        to: 'const RETRY_MS = 100;\nconst storedOnce = new Set<string>();',
      },
      {
        file: WRITER,
        from: 'this.#pending.splice(0, size);',
        to: 'if (storedOnce.has(this.#deps.runId)) this.#pending.splice(0, size);\n    storedOnce.add(this.#deps.runId);',
      },
    ],
  },
  {
    breaks: 'I13',
    name: 'projects share a browser, and a cancel by force kills it',
    scenario: 'beside',
    changes: [
      {
        file: 'services/runner/browser/pool.ts',
        from: 'options.shareBrowsers ?? false',
        to: 'true',
      },
      { file: 'shared/domain/run/budget.ts', from: 'forcedClose: share(0.4),', to: 'forcedClose: 0,' },
    ],
  },
  {
    breaks: 'I14',
    name: 'the relay reads all that is stored',
    scenario: 'grown',
    changes: [
      {
        file: 'shared/adapters/database/runs/publishing.ts',
        from: 'unpublished where due_at <',
        to: 'unpublished where 0 = (select count(*) from runs where attempt < 0) and due_at <',
      },
    ],
  },
  {
    breaks: 'I15',
    name: 'what the policy refuses is connected to',
    scenario: 'straying',
    changes: [
      {
        file: 'shared/adapters/egress/outgoing.ts',
        from: 'if (allowed.length === 0) throw',
        to: 'if (allowed.length === 0) return direct(host, port, addresses);\n  if (port < 0) throw',
      },
    ],
  },
];
