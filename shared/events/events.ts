/*
 * What a run tells: one schema per type of event. Everything else that is said of events comes from here: the types of
 * those who write and read them, and their description in OpenAPI and AsyncAPI.
 *
 * Events are stored for as long as their run and never rewritten: a field that was added later is optional here. A newer
 * version may write types and fields that are not known here: who reads shows the first by their name, and ignores the
 * second.
 */
import { z } from 'zod';
import { CANCEL_MODES, CANCEL_SOURCES } from '#shared/run/status.ts';

const time = z.iso.datetime();
const machineTime = time.describe(
  "When the machine did it, by the database's clock; the `at` beside `type` is when it was stored.",
);
const state = z.string().describe('A full state of the machine, as in `state` of a run.');
const stepIndex = z
  .int()
  .min(0)
  .describe('Which step, from 0; of `cleanup_…`, which of the `onCancel` steps.');
const error = z.string();

/** A step as events tell it: without secrets, long texts cut. Empty where a step that is not known was cut off. */
export const eventStepSchema = z
  .object({
    action: z.string().optional(),
    selector: z.string().optional(),
    url: z.string().optional(),
    key: z.string().optional(),
    value: z.union([z.string(), z.array(z.string())]).optional(),
    secret: z.boolean().optional(),
    files: z.array(z.string()).optional(),
    timeoutMs: z.int().min(1).optional(),
    atomic: z.boolean().optional(),
  })
  .describe('The step as it was posted, but for secrets and the rest of long texts.');
export type EventStep = z.output<typeof eventStepSchema>;

const begun = { stepIndex, payload: z.object({ step: eventStepSchema }) };

const ended = {
  step: eventStepSchema,
  error: error.optional().describe('Also of a step that is done: that its picture could not be kept.'),
  screenshotPath: z.string().optional().describe('Relative to `/artifacts/`.'),
  a11y: z.string().optional().describe('The accessibility tree, cut to 4,000 characters.'),
};
const done = { stepIndex, payload: z.object(ended) };
const failed = {
  stepIndex,
  payload: z.object({
    ...ended,
    interrupted: z.literal(true).optional().describe('The end of the run cut it off.'),
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
  })
  .describe('Why the run was taken from its runner.');

/** Each type with what it says besides its number and time. */
const EVENTS = {
  transition: {
    payload: z.object({
      from: state,
      to: state,
      at: machineTime.optional(),
      browser: z
        .object({ killed: z.boolean(), pid: z.int().optional() })
        .optional()
        .describe('What became of the browser, in the last transition of a run that was stopped.'),
    }),
  },
  step_start: begun,
  step_success: done,
  step_failure: failed,
  cancel: {
    stepIndex: stepIndex.optional().describe('The step that was under way.'),
    payload: z.object({
      source: z.enum(CANCEL_SOURCES),
      mode: z.enum(CANCEL_MODES),
      reason: z.string().optional(),
      via: z
        .enum(['command', 'heartbeat', 'commit', 'supervisor'])
        .optional()
        .describe('How the machine came to know of it.'),
      at: machineTime,
      state: state.describe('Where the machine took it.'),
    }),
  },
  cleanup_start: begun,
  cleanup_success: done,
  cleanup_failure: failed,
  requeued: {
    payload: z.object({
      attempt: z.int().min(1).describe('The one that begins.'),
      at: machineTime,
      error: error.optional().describe('Why no browser started: the same attempt begins again.'),
      verdict: verdict.optional(),
    }),
  },
  notice: { payload: z.object({ code: z.string().describe('Stable, for programs.'), text: z.string() }) },
  run_end: {
    payload: z.object({
      status: z.enum(['pass', 'fail']),
      error: error.optional(),
      cancelled: z.literal(true).optional(),
      source: z.enum(CANCEL_SOURCES).optional(),
      reason: z.string().optional(),
      staleAfterRestart: z
        .literal(true)
        .optional()
        .describe('Its runner was lost, and a supervisor ended it.'),
    }),
  },
};

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

type Told<Type extends EventType> = { type: Type } & z.output<z.ZodObject<(typeof EVENTS)[Type]>>;
export type Payload<Type extends EventType> = z.output<(typeof EVENTS)[Type]['payload']>;

/** An event before it has its number and time; both are given by the statement that stores it. */
export type NewEvent = { [Type in EventType]: Told<Type> }[EventType];
export type EventOf<Type extends EventType> = Told<Type> & { seq: number; at: string };
/** A numbered event of a run, told apart by its `type`; `at` is ISO 8601. */
export type RunEvent = { [Type in EventType]: EventOf<Type> }[EventType];

const numbered = { seq: z.int().min(1), at: time.describe('When it was stored.') };
const schemaOf = (type: EventType) => z.object({ type: z.literal(type), ...numbered, ...EVENTS[type] });
/** By type. */
export const EVENT_SCHEMAS = Object.fromEntries(EVENT_TYPES.map((type) => [type, schemaOf(type)])) as {
  readonly [Type in EventType]: ReturnType<typeof schemaOf>;
};

/** One schema per type. What it reads it has in common with {@link RunEvent} by being made of the same table. */
export const eventSchema = z
  .discriminatedUnion('type', Object.values(EVENT_SCHEMAS) as [ReturnType<typeof schemaOf>])
  .describe(
    'One of these, by its `type`. Types and fields may be added: ignore those you do not know.',
  ) as unknown as z.ZodType<RunEvent>;

/** What every event has, also one of a newer version. */
export const anyEventSchema = z.looseObject({
  type: z.string(),
  ...numbered,
  stepIndex: stepIndex.optional(),
  payload: z.record(z.string(), z.unknown()),
});
