/*
 * The events of a run: one schema per type, the source of the TypeScript types, OpenAPI and AsyncAPI.
 * Stored events are never rewritten, so a field added later is optional. Readers show unknown types by name and ignore
 * unknown fields.
 */
import { z } from 'zod';
import { CANCEL_MODES, CANCEL_SOURCES } from '#shared/domain/run/status.ts';
import { describeCodes } from './codes.ts';
import { FAILURE_REASONS } from './failure-reasons.ts';
import { lastLookFields } from './last-look.ts';
import { saidSchema } from './said.ts';

const time = z.iso.datetime();
const machineTime = time.describe(
  "When it happened in the machine, by the database's clock; the `at` beside `type` is when it was stored. Of a step of the flow that begins, and of the move from a checkpoint to it, only the latter is given: it begins once that is stored.",
);
const state = z.string().describe('A full state of the machine, as in `state` of a run.');
const stepIndex = z
  .int()
  .min(0)
  .describe('Index of the step, from 0; with `cleanup_…`, of the `onCancel` step.');
const error = z.string();

/** A step as it appears in events: secrets redacted, long texts truncated. Empty if an unknown step was interrupted. */
const stepOfEvent = z
  .object({
    action: z.string().optional(),
    selector: z.string().optional(),
    url: z.string().optional(),
    key: z.string().optional(),
    value: z.union([z.string(), z.array(z.string())]).optional(),
    secret: z.boolean().optional(),
    files: z.array(z.string()).optional(),
    textIncludes: z.array(z.string()).optional(),
    selectorVisible: z.array(z.string()).optional(),
    urlIncludes: z.array(z.string()).optional(),
    mustAll: z.boolean().optional(),
    is: z.string().optional(),
    equals: z.union([z.string(), z.number()]).optional(),
    contains: z.string().optional(),
    matches: z.string().optional(),
    gte: z.number().optional(),
    lte: z.number().optional(),
    name: z.string().optional().describe('Of the result.'),
    as: z.string().optional(),
    attribute: z.string().optional(),
    columns: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
    retry: z.object({ times: z.int(), delayMs: z.int() }).optional(),
    optional: z.boolean().optional(),
    when: z.object({ visible: z.string(), hidden: z.string(), urlIncludes: z.string() }).partial().optional(),
    dialog: z.object({ accept: z.boolean(), text: z.string().optional() }).optional(),
    popup: z.literal(true).optional(),
    download: z.union([z.literal(true), z.object({ as: z.string() })]).optional(),
    page: z.string().optional(),
    note: z.string().optional(),
    timeoutMs: z.int().min(1).optional(),
    atomic: z.boolean().optional(),
  })
  .describe('The step as posted, with secrets redacted and long texts truncated.');
type StepOfEvent = typeof stepOfEvent;
/** A name for declarations, as `StepSchema` is. */
export interface EventStepSchema extends StepOfEvent {}
export const eventStepSchema: EventStepSchema = stepOfEvent;
export type EventStep = z.output<EventStepSchema>;

const begun = { stepIndex, payload: z.object({ step: eventStepSchema, at: machineTime.optional() }) };

const ended = {
  step: eventStepSchema,
  at: machineTime.optional(),
  error: error.optional().describe('On a successful step: why its screenshot could not be stored.'),
  screenshotPath: z.string().optional().describe('Relative to `/artifacts/`.'),
  a11y: z.string().optional().describe('The accessibility tree, truncated to 4,000 characters.'),
  attempts: z.int().min(2).optional().describe('How often it was tried, if more than once.'),
  skipped: z.literal(true).optional().describe('What it was to be done `when` was not so.'),
  expectation: z
    .object({ is: z.string(), expected: z.string(), found: z.string().optional() })
    .optional()
    .describe(
      'Of an `expect` step: texts as JSON, secrets redacted, truncated to 500 characters. Without `found`: nothing was, or it is as expected.',
    ),
  result: z
    .object({ name: z.string(), type: z.string(), bytes: z.int().min(0) })
    .optional()
    .describe('The result that it has: its type in JSON, and its size as JSON in UTF-8.'),
};
const done = { stepIndex, payload: z.object(ended) };
const failed = {
  stepIndex,
  payload: z.object({
    ...ended,
    reason: z
      .string()
      .optional()
      .describe(
        `Why it was not done in its time. Stable; branch on this. ${describeCodes(FAILURE_REASONS)}.`,
      ),
    interrupted: z.literal(true).optional().describe('The step was interrupted by the end of the run.'),
    optional: z.literal(true).optional().describe('The run goes on.'),
    coveredBy: z
      .string()
      .optional()
      .describe('The element that covers the one of the step, such as `<div id="cookie">`.'),
    httpStatus: z.int().optional().describe('HTTP status of the page, if that is 400 or more.'),
    documents: z
      .int()
      .optional()
      .describe('How many documents the page had in the last ten seconds, if these were many.'),
    pendingRequest: z
      .object({
        method: z.string(),
        url: z.string(),
        ms: z.int().min(0),
        answered: z.literal(true).optional().describe('Its answer had begun.'),
      })
      .optional()
      .describe('A request that the step may have waited for, and for how long.'),
    nearest: z
      .array(z.string())
      .max(3)
      .optional()
      .describe(
        'Selectors much like the one that matched no element, the nearest first. Each matched exactly one.',
      ),
  }),
};

const failedStep = {
  stepIndex,
  payload: failed.payload.extend({
    begun: z
      .literal(false)
      .optional()
      .describe(
        'The step was announced, and the end of its run came before it began: it is none of the executed steps.',
      ),
  }),
};

const verdict = z
  .object({
    why: z.string(),
    owner: z.string().nullable(),
    epoch: z.int(),
    lastHeartbeat: time.nullable(),
    browser: z.enum(['gone', 'unknown']),
    detail: z.string().optional(),
    outage: z.object({ from: time, to: time }).optional().describe('PostgreSQL was out of reach then.'),
  })
  .describe('Why the run counted as stale.');

const count = z.int().min(0);
const waitedFor = z.object({
  code: z.string(),
  labels: z.array(z.string()).optional(),
  unavailable: z.string().optional(),
  concurrencyKey: z.string().optional(),
  heldBy: z.string().optional(),
  limit: count.optional(),
  running: count.optional(),
  projectLabel: z.string().optional(),
  slots: count.optional(),
});

/** Each type with its fields besides number and time. */
const EVENTS = {
  transition: {
    payload: z.object({
      from: state,
      to: state,
      at: machineTime.optional(),
      cause: z
        .object({ kind: z.enum(['event', 'done', 'error', 'late']), name: z.string() })
        .optional()
        .describe(
          'What moved the machine: an `event` such as `CANCEL`, or an effect such as `step` that is `done`, has failed ' +
            '(`error`) or was over its deadline (`late`).',
        ),
      browser: z
        .object({ killed: z.boolean(), pid: z.int().optional() })
        .optional()
        .describe('The outcome for the browser; in the last transition of a cancelled run.'),
    }),
  },
  step_start: begun,
  step_success: done,
  step_failure: failedStep,
  /** Stored while the step goes on, and before its end; what was said before the last one is in earlier events. */
  page_said: {
    stepIndex,
    payload: z.object({
      said: z.array(saidSchema).min(1).describe('In its order.'),
      phase: z.literal('onCancel').optional().describe('The step is an `onCancel` step.'),
      at: machineTime.optional(),
    }),
  },
  /** It was opened; a step that failed may not have typed it. */
  secret_used: {
    stepIndex,
    payload: z.object({
      name: z.string().describe('Of the secret in the vault of the project.'),
      origin: z.string().describe('Of the frame whose field it was for.'),
      phase: z.literal('onCancel').optional().describe('The step is an `onCancel` step.'),
      at: machineTime.optional(),
    }),
  },
  cancel: {
    stepIndex: stepIndex.optional().describe('The step in flight.'),
    payload: z.object({
      source: z.enum(CANCEL_SOURCES),
      mode: z.enum(CANCEL_MODES),
      reason: z.string().optional(),
      via: z
        .enum(['command', 'heartbeat', 'commit', 'supervisor'])
        .optional()
        .describe('How the machine received the cancel.'),
      at: machineTime,
      state: state.describe('The state in which the machine received it.'),
    }),
  },
  cleanup_start: begun,
  cleanup_success: done,
  cleanup_failure: failed,
  requeued: {
    payload: z.object({
      attempt: z.int().min(1).describe('The attempt that the run waits for.'),
      at: machineTime,
      returned: z
        .literal(true)
        .optional()
        .describe('Nothing of its flow had begun: it is the same attempt as before.'),
      error: error.optional().describe('Why no browser started.'),
      verdict: verdict.optional().describe('Why its runner counted as lost.'),
    }),
  },
  notice: {
    payload: z.object({
      code: z.string().describe('Stable; branch on this.'),
      text: z.string(),
      at: machineTime.optional(),
    }),
  },
  /** Stored with the end of a run that had a page and did not pass. */
  last_look: { payload: z.object({ ...lastLookFields, at: machineTime.optional() }) },
  run_end: {
    payload: z.object({
      status: z.enum(['pass', 'fail']),
      at: machineTime.optional(),
      error: error.optional(),
      cancelled: z.literal(true).optional(),
      source: z.enum(CANCEL_SOURCES).optional(),
      reason: z.string().optional(),
      staleAfterRestart: z
        .literal(true)
        .optional()
        .describe('The runner was lost, and a supervisor ended the run.'),
      loss: z
        .enum(['outage', 'overdue'])
        .optional()
        .describe(
          'What a supervisor ended it for, if that was not its runner: PostgreSQL was out of reach, or it was not stopped in time.',
        ),
      waitedFor: waitedFor
        .optional()
        .describe('Of a run that no runner took in time: what it waited for at the end, as in `waitingFor`.'),
      results: z
        .record(z.string(), z.unknown())
        .optional()
        .describe('What its steps have found, by name, secrets redacted; only if there is anything.'),
    }),
  },
};

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

type Announced<Type extends EventType> = { type: Type } & z.output<z.ZodObject<(typeof EVENTS)[Type]>>;
export type Payload<Type extends EventType> = z.output<(typeof EVENTS)[Type]['payload']>;

/** An event without number and time; the statement that stores it assigns both. */
export type NewEvent = { [Type in EventType]: Announced<Type> }[EventType];
export type EventOf<Type extends EventType> = Announced<Type> & { seq: number; at: string };
/** A numbered event of a run, discriminated by its `type`; `at` is ISO 8601. */
export type RunEvent = { [Type in EventType]: EventOf<Type> }[EventType];

const numbered = { seq: z.int().min(1), at: time.describe('When it was stored.') };
const schemaOf = (type: EventType): z.ZodObject =>
  z.object({ type: z.literal(type), ...numbered, ...EVENTS[type] });
/** The schema of each type. */
export const EVENT_SCHEMAS = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, schemaOf(type)]),
) as Readonly<Record<EventType, z.ZodObject>>;

/** The union of all types. The cast is safe: {@link RunEvent} is derived from the same table. */
export const eventSchema = z
  .discriminatedUnion('type', Object.values(EVENT_SCHEMAS) as [z.ZodObject])
  .describe(
    'One of these, by its `type`. Types and fields may be added; ignore unknown ones.',
  ) as unknown as z.ZodType<RunEvent>;

/** The fields of every event, including types of a newer version. */
export const anyEventSchema = z.looseObject({
  type: z.string(),
  ...numbered,
  stepIndex: stepIndex.optional(),
  payload: z.record(z.string(), z.unknown()),
});
