import { z } from 'zod';
import { CANCEL_MODES, CANCEL_SOURCES } from '#shared/domain/run/status.ts';

/**
 * The cancel as it is recorded, as a command to the run's live actor. `epoch` is the run's when the command was sent: an actor with a lower one is not
 * addressed.
 */
const cancelCommandSchema = z.object({
  type: z.literal('CANCEL'),
  epoch: z.int(),
  source: z.enum(CANCEL_SOURCES),
  mode: z.enum(CANCEL_MODES),
  reason: z.string().optional(),
});
export type CancelCommand = z.infer<typeof cancelCommandSchema>;

/** The actor's reply: it has taken the command; of a cancel, the abort is raised. */
export const commandReplySchema = z.object({ ok: z.literal(true), epoch: z.int(), state: z.string() });
export type CommandReply = z.infer<typeof commandReplySchema>;

/** Asks the run's live actor what its page is like; changes nothing. */
const lookRequestSchema = z.object({ type: z.literal('LOOK'), epoch: z.int() });
export type LookRequest = z.infer<typeof lookRequestSchema>;

/** Tells the run's live actor that its run has a new order of a person, which is stored. */
const orderedCommandSchema = z.object({ type: z.literal('ORDERED'), epoch: z.int() });
export type OrderedCommand = z.infer<typeof orderedCommandSchema>;

/** What an owner is asked of a run. */
export const commandSchema = z.discriminatedUnion('type', [
  cancelCommandSchema,
  lookRequestSchema,
  orderedCommandSchema,
]);

/** A request of the page that has not ended, its address redacted; `since`: epoch ms by the database's clock. */
const hangingSchema = z.object({
  method: z.string(),
  url: z.string(),
  since: z.number(),
  /** Its answer has begun. */
  answered: z.literal(true).optional(),
});

/**
 * What a page answered: how many elements the selector of the step matches, and what keeps the first from being used.
 * Not answered: since when, epoch ms by the database's clock.
 */
const pageLookSchema = z.union([
  z.object({
    answers: z.literal(true),
    /** It has not answered for a while, and why is not certain. */
    silent: z.boolean().optional(),
    /** A document was asked for and has not come yet. */
    loading: z.boolean().optional(),
    /** The search for the selector goes on, and takes long. */
    searching: z.boolean().optional(),
    /** How long it took, if that was long. */
    searchMs: z.number().optional(),
    matches: z.int().min(0).optional(),
    hidden: z.boolean().optional(),
    covered: z.boolean().optional(),
    /** The element that covers it, as `<div id="cookie">`. */
    coveredBy: z.string().optional(),
    moving: z.boolean().optional(),
    disabled: z.boolean().optional(),
    /** HTTP status of the document, from 400. */
    httpStatus: z.int().optional(),
    /** How many documents it had in the last ten seconds, if these are many. */
    documents: z.int().optional(),
    request: hangingSchema.optional(),
  }),
  z.object({ answers: z.literal(false), since: z.number(), request: hangingSchema.optional() }),
]);
export type PageLook = z.infer<typeof pageLookSchema>;

/** `page` only while a step is under way. */
export const lookReplySchema = z.object({
  ok: z.literal(true),
  epoch: z.int(),
  state: z.string(),
  page: pageLookSchema.optional(),
});
export type LookReply = z.infer<typeof lookReplySchema>;

/**
 * Asks a supervisor to end a run that has no live actor: one that is queued, or one whose owner seems gone. Strict,
 * because events name a run too.
 */
export const finaliseRequestSchema = z.strictObject({ runId: z.uuid() });
export type FinaliseRequest = z.infer<typeof finaliseRequestSchema>;

/** `finalised`: it is final now, `stale` if it was claimed. `left`: it has, or may have, a live actor. */
export const finaliseReplySchema = z.object({ outcome: z.enum(['finalised', 'left']), stale: z.boolean() });
export type FinaliseReply = z.infer<typeof finaliseReplySchema>;
