import { z } from 'zod';
import { FLOW_LIMITS } from '#shared/flow/limits.ts';
import type { RUNG_WAITS } from '#shared/run/meaning.ts';
import { CANCEL_MODES, CANCEL_SOURCES, STATUSES } from '#shared/run/status.ts';
import { idSchema } from './id.ts';
import type { IssueCode } from './issues.ts';
import { runCancelSchema } from './runs.ts';

const time = z.iso.datetime();
const reason = z.string().max(1_000).describe('Kept with the run, and shown to everybody who sees it.');
const mode = z.enum(CANCEL_MODES);

export const cancelBody = z.object({
  reason: reason.optional(),
  mode: mode.default('graceful').describe('A repeated cancel can only harden it.'),
});

/** Named without a value it is true: nobody who writes `?dryRun` wants the real one. */
const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((text) => text !== 'false' && text !== '0')
  .default(false)
  .meta({ type: 'boolean' });
export const cancelQuery = z.object({
  dryRun: flag.describe('Only say what a cancel would do; nothing is recorded.'),
});

export const cancelReply = z.union([
  z.strictObject({ ok: z.literal(true), id: idSchema, status: z.literal('cancelling') }),
  z.strictObject({
    ok: z.literal(true),
    id: idSchema,
    status: z.literal('cancelled'),
    stale: z.literal(true),
  }),
]);

/** What a cancel would do to the machine as it is stored now; nothing was recorded. */
export const dryRunReply = z.strictObject({
  ok: z.literal(true),
  id: idSchema,
  dryRun: z.literal(true),
  status: z.enum(['cancelling', 'cancelled']).describe('The answer that the cancel would get.'),
  stale: z.literal(true).optional(),
  from: z.string().describe('The state it would be taken in.'),
  path: z
    .array(z.string())
    .describe('The states that it would go through from there, if each effect ends by itself.'),
  step: z
    .object({ index: z.int().min(0), action: z.string(), atomic: z.boolean() })
    .optional()
    .describe('The step whose call would be interrupted, or waited for if it is atomic.'),
  onCancelSteps: z.int().min(0).describe('How many `onCancel` steps would run.'),
  withinMs: z
    .number()
    .min(0)
    .describe(
      'By when it would be over at the latest, ms from now: the grace budget, or what is left of it. A run without a ' +
        'live actor is ended by a supervisor: within one sweep if none answers.',
    ),
});

/** One hop of a cancel: when it was reached, and how long after the one before, ms. */
const hop = { at: time, ms: z.number().min(0) };

type RungWait = (typeof RUNG_WAITS)[keyof typeof RUNG_WAITS];
/** What a run that is to stop may wait for, in English: a rung of the ladder, its machine, its owner, or a supervisor. */
export const WAITING_FOR = {
  atomic_step: 'its atomic step to end',
  interrupted_call: 'the interrupted call to return',
  on_cancel_steps: 'its onCancel steps to end',
  context_close: 'its browser context to close',
  browser_kill: 'its browser to be killed',
  machine: 'its machine to stop',
  delivery: 'its runner to take the request',
  supervisor_no_runner: 'a supervisor to end it: no runner has it',
  supervisor_runner_lost: 'a supervisor to end it: its runner is lost',
} satisfies Record<
  RungWait | 'machine' | 'delivery' | 'supervisor_no_runner' | 'supervisor_runner_lost',
  string
>;
export type WaitingCode = keyof typeof WAITING_FOR;

/**
 * The receipt of a cancel. Its hops come in the order in which they were reached, each with its time by the database's
 * clock and `ms` since the one before. A hop that was not reached, or that was not needed, is left out.
 */
export const receiptSchema = z.object({
  id: idSchema,
  status: z.enum(STATUSES),
  state: z.string(),
  requested: z
    .object({
      at: time,
      source: z.enum(CANCEL_SOURCES),
      mode,
      reason: z.string().optional(),
      user: z.object({ id: idSchema, email: z.string().optional() }).optional(),
      key: z.object({ id: idSchema, label: z.string().optional() }).optional(),
    })
    .describe(
      'When the request reached a gateway; who asked, and how hard by now. Everybody who sees the run sees the user; ' +
        'the key only its own user and admins, and its label while it exists. Without a user it was a runner that ' +
        'shut down, or the supervisor.',
    ),
  stored: z
    .object(hop)
    .optional()
    .describe('The request is durable: from here on the run ends as cancelled.'),
  delivered: z
    .object({ ...hop, owner: idSchema.optional(), epoch: z.int(), via: z.string(), state: z.string() })
    .optional()
    .describe(
      "The machine took it, in this state: by the gateway's `command`, with the answer to its owner's own `heartbeat` " +
        'or `commit`, or replayed by a `supervisor`, since the run had no owner.',
    ),
  hardened: z
    .object({ ...hop, state: z.string() })
    .optional()
    .describe('A later request was harder: the context closes, and nothing else is waited for.'),
  atomicStepEnded: z
    .object({ ...hop, ended: z.boolean() })
    .optional()
    .describe('The wait for the atomic step is over: it has ended, or its time was.'),
  abortRaised: z
    .object({ ...hop, state: z.string(), stepIndex: z.int().min(0).optional() })
    .optional()
    .describe('The machine raised the abort, in this state.'),
  callInterrupted: z
    .object({ ...hop, timedOut: z.literal(true).optional() })
    .optional()
    .describe('The pending call has returned; or its time was over, and it was left to the closing context.'),
  onCancelDone: z
    .object({ ...hop, ok: z.int().min(0), failed: z.int().min(0) })
    .optional()
    .describe("The flow's `onCancel` steps are over; one that was cut off counts as failed."),
  contextClosed: z.object(hop).optional(),
  browser: z
    .object({ outcome: z.enum(['alive', 'killed', 'gone', 'unknown']), pid: z.int().optional() })
    .optional()
    .describe('Killed only where the context did not close in time. Left out if there was none.'),
  evidence: z
    .object({ steps: z.int().min(0), screenshots: z.int().min(0), video: z.boolean() })
    .describe('What is kept of the run (I9).'),
  final: z
    .object({ ...hop, stale: z.literal(true).optional() })
    .optional()
    .describe('`stale`: ended by a supervisor, since it had no live actor; the verdict says how it knew.'),
  verdict: runCancelSchema.shape.verdict,
  totalMs: z.number().min(0).optional().describe('From the request to the final commit.'),
  waiting: z
    .object({
      code: z
        .enum(Object.keys(WAITING_FOR) as [WaitingCode, ...WaitingCode[]])
        .optional()
        // A gateway of another version may know others, or none.
        .catch(undefined)
        .describe('Stable, for programs.'),
      for: z.string().describe('The same as an English sentence.'),
      next: z.object({ state: z.string(), at: time, inMs: z.number().min(0) }).optional(),
    })
    .optional()
    .describe('While it is not over: what it waits for; what happens if that does not come, and when.'),
});
export type Receipt = z.output<typeof receiptSchema>;
/** The hops of a receipt, as one leads to the next. */
export const RECEIPT_HOPS = [
  ...(['stored', 'delivered', 'hardened', 'atomicStepEnded', 'abortRaised'] as const),
  ...(['callInterrupted', 'onCancelDone', 'contextClosed', 'final'] as const),
] satisfies (keyof Receipt)[];
export type ReceiptHopName = (typeof RECEIPT_HOPS)[number];

/** How many runs one bulk cancel stops at most, the oldest ones. */
export const BULK_LIMIT = 10_000;
const bulkFilter = {
  project: z.string().min(1).max(FLOW_LIMITS.project).optional(),
  status: z.enum(['running', 'cancelling']).optional(),
  contextId: z.string().min(1).max(FLOW_LIMITS.contextId).optional(),
  since: time.optional().describe('Runs started at this time or later.'),
  until: time.optional().describe('Runs started before this time.'),
};
const all = z
  .literal(true)
  .optional()
  .describe(
    'All runs that the caller may cancel: asked for by name, since an empty filter may be a mistake.',
  );
/**
 * By ids, or by a filter over the runs that are not final; at least one of them. A field that is not known is refused:
 * a misspelt filter would stop more than was meant.
 */
export const cancelManyBody = z
  .strictObject({
    ids: z.array(z.string().max(100)).min(1).max(1_000).optional(),
    ...bulkFilter,
    all,
    reason: reason.optional(),
    mode: mode.default('graceful'),
  })
  .superRefine(({ ids, all, ...body }, context) => {
    const filters = Object.keys(bulkFilter).filter(
      (name) => body[name as keyof typeof bulkFilter] !== undefined,
    );
    const message =
      ids !== undefined && (filters.length > 0 || all)
        ? ('ids_and_filter' satisfies IssueCode)
        : ids === undefined && filters.length === 0 && !all
          ? ('nothing_selected' satisfies IssueCode)
          : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', path: [], message });
  });

/** Nothing: whoever puts a filter there, or `dryRun`, must not get the real cancel of more than was meant. */
export const cancelManyQuery = z.strictObject({});

/** A bulk cancel. `done` when every run that it stopped is final. */
export const cancelJobSchema = z.object({
  ok: z.literal(true),
  id: idSchema,
  status: z.enum(['running', 'done']),
  createdAt: time,
  userId: idSchema.describe('Who asked.'),
  reason: z.string().optional(),
  mode,
  filter: z
    .object({ ...bulkFilter, all })
    .optional()
    .describe('What was asked for, unless it was by ids.'),
  matched: z
    .int()
    .min(0)
    .describe(
      'Runs that the request named or its filter found. Of a filter that finds more than 10,000, the oldest: ask again.',
    ),
  cancelled: z.int().min(0).describe('Ended as cancelled.'),
  cancelling: z.int().min(0).describe('Recorded, and on their way.'),
  alreadyFinal: z.int().min(0),
  failed: z.int().min(0).describe("Not there, or not the caller's to cancel."),
  failures: z
    .array(z.object({ id: z.string(), error: z.string() }))
    .optional()
    .describe('Which these are, and why. Not in lists.'),
});
export type CancelJob = z.output<typeof cancelJobSchema>;

/** How many bulk cancels a list shows. */
export const CANCEL_JOBS_LIMIT = 100;
