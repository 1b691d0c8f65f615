import { z } from 'zod';
import { BULK_IDS_LIMIT, BULK_LIMIT, REASON_LIMIT } from '#shared/api/limits.ts';
import { LOOKED_FOR, lastLookFields } from '#shared/domain/events/last-look.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { CANCEL_MODES, CANCEL_SOURCES, STATUSES } from '#shared/domain/run/status.ts';
import { STOPPING_WAITS } from '#shared/domain/story/waits.ts';
import type { IssueCode } from '../errors/issues.ts';
import { idSchema } from '../id.ts';
import { runCancelSchema } from '../runs/run-cancel.ts';

const time = z.iso.datetime();
const reason = z
  .string()
  .max(REASON_LIMIT)
  .describe('Stored with the run, and shown to everyone who may see it.');
const mode = z.enum(CANCEL_MODES);

export const cancelBody = z.object({
  reason: reason.optional(),
  mode: mode.default('graceful').describe('A repeated cancel may change `graceful` to `force`, never back.'),
  dryRun: z.boolean().default(false).describe('As in the query; either makes it a dry run.'),
});

/** Present without a value it is true, so that `?dryRun` never cancels. */
export const presentFlag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((text) => text !== 'false' && text !== '0')
  .default(false)
  .meta({ type: 'boolean' });
/** A misspelt `dryRun` would cancel. */
export const cancelQuery = z.object({
  dryRun: presentFlag.describe('Only report what a cancel would do; nothing is recorded.'),
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

/** What a cancel would do to the machine as currently stored; nothing is recorded. */
export const dryRunReply = z.strictObject({
  ok: z.literal(true),
  id: idSchema,
  dryRun: z.literal(true),
  status: z.enum(['cancelling', 'cancelled']).describe('The status that the cancel would answer with.'),
  stale: z.literal(true).optional(),
  from: z.string().describe('The state in which the machine would receive the cancel.'),
  path: z.array(z.string()).describe('The states that would follow if each effect ends by itself.'),
  step: z
    .object({ index: z.int().min(0), action: z.string(), atomic: z.boolean() })
    .optional()
    .describe('The step in flight: it would be interrupted, or waited for if it is atomic.'),
  onCancelSteps: z.int().min(0).describe('Number of `onCancel` steps that would run.'),
  withinMs: z
    .number()
    .min(0)
    .describe(
      'Upper bound for the cancel, in ms from now: the grace budget, or the rest of it. A run without a ' +
        'live actor is ended by a supervisor, within one sweep if none answers at once.',
    ),
});

/** One hop of a cancel: when it was reached, and the time since the previous hop, ms. */
const hop = { at: time, ms: z.number().min(0) };

/**
 * The receipt of a cancel. Hops are in the order in which they were reached, each with its time by the database's clock
 * and `ms` since the previous one. A hop that was not reached or not needed is absent.
 */
const receipt = z.object({
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
      'When the request reached a gateway, who sent it, and its mode by now. Everyone who may see the run sees the user; ' +
        'only that user and admins see the API key, and its label while it exists. Without a user, a runner that shut ' +
        'down or the supervisor cancelled.',
    ),
  stored: z.object(hop).optional().describe('The request is durable; the run will end as cancelled.'),
  delivered: z
    .object({ ...hop, owner: idSchema.optional(), epoch: z.int(), via: z.string(), state: z.string() })
    .optional()
    .describe(
      "The machine received the cancel in this state: by the gateway's `command`, with the answer to the owner's " +
        '`heartbeat` or `commit`, or replayed by a `supervisor` because the run had no owner.',
    ),
  hardened: z
    .object({ ...hop, state: z.string() })
    .optional()
    .describe('A later request used `force`: the context is closed without waiting for anything else.'),
  atomicStepEnded: z
    .object({ ...hop, ended: z.boolean() })
    .optional()
    .describe('The wait for the atomic step is over: the step ended, or its deadline passed.'),
  abortRaised: z
    .object({ ...hop, state: z.string(), stepIndex: z.int().min(0).optional() })
    .optional()
    .describe('The machine raised the abort, in this state.'),
  callInterrupted: z
    .object({ ...hop, timedOut: z.literal(true).optional() })
    .optional()
    .describe('The pending call returned; or its deadline passed, and closing the context ends it.'),
  onCancelDone: z
    .object({ ...hop, ok: z.int().min(0), failed: z.int().min(0) })
    .optional()
    .describe("The flow's `onCancel` steps have ended; an interrupted one counts as failed."),
  contextClosed: z.object(hop).optional(),
  browser: z
    .object({ outcome: z.enum(['alive', 'killed', 'gone', 'unknown']), pid: z.int().optional() })
    .optional()
    .describe('`killed` only if the context did not close in time. Absent if there was no browser.'),
  evidence: z
    .object({
      steps: z.int().min(0),
      screenshots: z.int().min(0),
      video: z.boolean(),
      lastLook: z
        .object({
          kept: z.array(z.enum(LOOKED_FOR)),
          missing: lastLookFields.missing.unwrap(),
        })
        .optional()
        .describe(
          'What was kept of its page right before that closed, and what was not. Absent if it had none.',
        ),
    })
    .describe('What is kept of the run.'),
  final: z
    .object({ ...hop, stale: z.literal(true).optional() })
    .optional()
    .describe('`stale`: ended by a supervisor because it had no live actor; `verdict` gives the evidence.'),
  verdict: runCancelSchema.shape.verdict,
  totalMs: z.number().min(0).optional().describe('From the request to the final commit.'),
  waiting: z
    .object({
      code: z
        .enum(STOPPING_WAITS)
        .optional()
        // A gateway of another version may send other codes, or none.
        .catch(undefined)
        .describe('Stable; branch on this.'),
      for: z.string().describe('The same in English.'),
      next: z.object({ state: z.string(), at: time, inMs: z.number().min(0) }).optional(),
    })
    .optional()
    .describe(
      'While the cancel is in progress: what it waits for, and the state that follows at the deadline.',
    ),
});
type ReceiptObject = typeof receipt;
/** A name for declarations, as `StepSchema` is. */
export interface ReceiptSchema extends ReceiptObject {}
export const receiptSchema: ReceiptSchema = receipt;
export type Receipt = z.output<ReceiptSchema>;
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
    'All runs that the caller may cancel. Required instead of an empty filter, which may be a mistake.',
  );
/**
 * Either ids, or a filter over the runs that are not final. Unknown fields are refused, since a misspelt filter would
 * cancel more runs than intended.
 */
export const cancelManyBody = z
  .strictObject({
    ids: z.array(z.string().max(100)).min(1).max(BULK_IDS_LIMIT).optional(),
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

/** A bulk cancel; `done` once every run that it cancels is final. */
export const cancelJobSchema = z.object({
  ok: z.literal(true),
  id: idSchema,
  status: z.enum(['running', 'done']),
  createdAt: time,
  userId: idSchema.describe('The user who requested it.'),
  reason: z.string().optional(),
  mode,
  filter: z
    .object({ ...bulkFilter, all, batch: idSchema.optional().describe('All that go on of this batch.') })
    .optional()
    .describe('The requested filter; absent if ids were given.'),
  matched: z
    .int()
    .min(0)
    .describe(
      `Number of runs that were listed by id or matched the filter. If more than ${BULK_LIMIT.toLocaleString('en')} match, the oldest are cancelled; repeat the request for the rest.`,
    ),
  cancelled: z.int().min(0).describe('Runs that ended as cancelled.'),
  cancelling: z.int().min(0).describe('Runs with a recorded cancel that are not final yet.'),
  alreadyFinal: z.int().min(0),
  failed: z.int().min(0).describe('Runs that do not exist or that the caller may not cancel.'),
  failures: z
    .array(z.object({ id: z.string(), error: z.string() }))
    .optional()
    .describe('The failed ones, with reasons. Not in lists.'),
});
export type CancelJob = z.output<typeof cancelJobSchema>;

/** How many bulk cancels are listed. */
export const CANCEL_JOBS_LIMIT = 100;
