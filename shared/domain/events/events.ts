/*
 * The events of a run: one schema per type, the source of the TypeScript types, OpenAPI and AsyncAPI.
 * Stored events are never rewritten, so a field added later is optional. Readers show unknown types by name and ignore
 * unknown fields.
 */
import { z } from 'zod';
import { CANCEL_MODES, CANCEL_SOURCES, PARKED_WHY, PAUSE_MODES } from '#shared/domain/run/status.ts';
import { askedFieldSchema } from './asked-field.ts';
import { lastLookFields } from './last-look.ts';
import { notCarriedSchema } from './not-carried.ts';
import { PROFILE_STALE_WHY } from './profile-stale.ts';
import { saidSchema } from './said.ts';
import { begun, done, failed, failedStep, machineTime, stepIndex } from './step-events.ts';

const time = z.iso.datetime();
const state = z.string().describe('A full state of the machine, as in `state` of a run.');
const error = z.string();

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

const profileVersion = { name: z.string(), version: z.int().min(1) };
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
  /** The run begins at a page of the one that it is forked off, once that is open again. */
  carried_over: {
    payload: z.object({
      runId: z.uuid().describe('The run that it is forked off.'),
      fromStep: stepIndex.describe('The step that it begins with; those before were done by that run.'),
      notCarried: z.array(notCarriedSchema),
      at: machineTime.optional(),
    }),
  },
  /** The run begins with a login, which lasts as far as that was checked. */
  profile_applied: {
    payload: z.object({
      ...profileVersion,
      ageMs: z.number().min(0).describe('How long ago it was saved, ms.'),
      origins: z.array(z.string()).describe('For which it has anything.'),
      at: machineTime.optional(),
    }),
  },
  /** The login does not last: the run logs in, or fails. */
  profile_stale: {
    payload: z.object({
      name: profileVersion.name,
      version: profileVersion.version.optional().describe('Missing if none is saved.'),
      why: z
        .enum(PROFILE_STALE_WHY)
        .describe(
          'Nothing is saved yet, it is older than `maxAgeMs`, or its check failed: what should be visible is not, or its page did not load.',
        ),
      at: machineTime.optional(),
    }),
  },
  /** The run has passed, and how it was logged in then is the profile's newest version. */
  profile_saved: { payload: z.object({ ...profileVersion, at: machineTime.optional() }) },
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
  /** A person has asked for a pause, which begins when the step under way is over. */
  pause: {
    stepIndex,
    payload: z.object({
      mode: z.enum(PAUSE_MODES),
      userId: z.string(),
      reason: z.string().optional(),
      at: machineTime,
    }),
  },
  /** The run waits for a person: its step asks one, it is paused, or its step has failed and stays for one. */
  waiting_for_person: {
    stepIndex: stepIndex.describe('The step that asks, has failed, or comes next.'),
    payload: z.object({
      why: z.enum(['question', 'pause', 'failure']),
      text: z
        .string()
        .describe(
          'What is asked, with templates filled in; the reason of a pause, if it has one; the error of the step that failed. Secrets redacted.',
        ),
      fields: z.array(askedFieldSchema).describe('What an answer consists of.'),
      userId: z.string().optional().describe('Who has asked for the pause.'),
      until: time.describe('Until when a person can answer it, or let it go on.'),
      onTimeout: z.enum(['fail', 'continue']),
      screenshotPath: z.string().optional().describe('The page as it was then; relative to `/artifacts/`.'),
      at: machineTime.optional(),
    }),
  },
  /** The run goes on: it was answered, or nobody has in time, or its pause is over. Values of answers are in no event. */
  resumed: {
    stepIndex: stepIndex.describe('As in `waiting_for_person`.'),
    payload: z.object({
      why: z.enum(['answered', 'unanswered', 'resumed']),
      userId: z.string().optional().describe('Who answered, or let it go on.'),
      byLink: z.literal(true).optional().describe('A person with a link answered, who may have no account.'),
      from: z.int().min(0).optional().describe('After a pause: the index of the step that comes next.'),
      edited: z.literal(true).optional().describe('Its steps from there on are others now.'),
      names: z.array(z.string()).optional().describe('The fields that were answered.'),
      at: machineTime.optional(),
    }),
  },
  /** It waits for a person without a runner and a browser: what it needs to go on elsewhere is kept, sealed. */
  run_parked: {
    stepIndex: stepIndex.describe('As in `waiting_for_person`.'),
    payload: z.object({
      why: z
        .enum(PARKED_WHY)
        .describe('It had waited for `parkAfterMs`, its runner shuts down, or its runner was lost.'),
      verdict: verdict.optional().describe('Why its runner counted as lost.'),
      at: machineTime.optional(),
    }),
  },
  /** A runner has opened its page again. */
  run_reopened: {
    stepIndex: stepIndex.describe('As in `waiting_for_person`.'),
    payload: z.object({ notCarried: z.array(notCarriedSchema), at: machineTime.optional() }),
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
