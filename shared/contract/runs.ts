import { z } from 'zod';
import { checkOrigins, flowFields } from '#shared/flow/flow.ts';
import { FLOW_LIMITS } from '#shared/flow/limits.ts';
import { CANCEL_MODES, CANCEL_SOURCES, STATUSES } from '#shared/run/status.ts';
import { idSchema } from './id.ts';

const time = z.iso.datetime();
const status = z.enum(STATUSES);

/** `project` comes first, so that it is the first to be named when it is missing. */
const startFields = z.object({ project: z.string().min(1).max(FLOW_LIMITS.project), ...flowFields });

export const startBody = z.preprocess(fillFromPlan, startFields.superRefine(checkOrigins));
export const startReply = z.object({ ok: z.literal(true), id: idSchema, status: z.literal('running') });

/** Older clients put the flow into `plan`: it fills in what is missing beside it. */
function fillFromPlan(body: unknown): unknown {
  if (!isRecord(body) || !isRecord(body.plan)) return body;
  const filled: Record<string, unknown> = { ...body };
  for (const field of Object.keys(startFields.shape))
    if (filled[field] === undefined) filled[field] = body.plan[field];
  return filled;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A repeated cancel can only harden the first one's mode. */
export const cancelBody = z.object({
  reason: z.string().max(1_000).optional(),
  mode: z.enum(CANCEL_MODES).default('graceful'),
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

export const stepOutcomeSchema = z.object({
  index: z.int().min(0),
  action: z.string(),
  ok: z.boolean(),
  error: z.string().optional(),
  /** Relative to `/artifacts/`, as every path of an artifact. */
  screenshotPath: z.string().optional(),
  a11y: z.string().optional(),
});

export const assistEventSchema = z.object({
  seq: z.int().min(1),
  type: z.string(),
  at: time,
  stepIndex: z.int().min(0).optional(),
  payload: z.record(z.string(), z.unknown()),
});

const verdictSchema = z.object({
  why: z.string(),
  owner: z.string().optional(),
  epoch: z.int(),
  lastHeartbeat: time.optional(),
  browser: z.enum(['gone', 'unknown']),
  detail: z.string().optional(),
});

const lateResultSchema = z.object({
  epoch: z.int(),
  owner: idSchema,
  browserClosed: z.boolean(),
  result: z.record(z.string(), z.unknown()),
  at: time,
});

/** How a run was or is being stopped. Without `requestedAt` nobody asked: the supervisor ended it. */
export const runCancelSchema = z.object({
  requestedAt: time.optional(),
  source: z.enum(CANCEL_SOURCES),
  mode: z.enum(CANCEL_MODES).optional(),
  reason: z.string().optional(),
  stale: z.literal(true).optional(),
  verdict: verdictSchema.optional(),
  lateResults: z.array(lateResultSchema).optional(),
});

export const runSummarySchema = z.object({
  id: idSchema,
  status,
  /** The full state of the machine, e.g. `running.stepping.acting`. */
  state: z.string(),
  startedAt: time,
  /** 0 until the run is final. */
  durationMs: z.number().min(0),
  baseUrl: z.string(),
  project: idSchema,
  contextId: z.string().optional(),
  /** A failure outside a step. */
  error: z.string().optional(),
  stopReason: z.string().optional(),
  /** Executed steps only. In lists without `a11y`. */
  steps: z.array(stepOutcomeSchema),
  videoPath: z.string().optional(),
  cancel: runCancelSchema.optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runSchema = runSummarySchema.extend({ events: z.array(assistEventSchema).optional() });
export type RunDetail = z.infer<typeof runSchema>;

/** The longest list of runs that is answered. */
export const LIST_LIMIT = 100;
export const listQuery = z.object({ project: z.string().max(FLOW_LIMITS.project).optional() });
