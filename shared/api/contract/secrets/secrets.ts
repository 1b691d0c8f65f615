/*
 * The secrets of a project: typed by its runs, at their origins alone, and read by nobody. What is taken is sealed at once
 * for the runners (docs/secrets.md), so no answer has a value.
 */
import { z } from 'zod';
import { SECRET_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { SECRET_KINDS } from '#shared/domain/flow/vault.ts';
import type { IssueCode } from '../errors/issues.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';
import { isRunCursor } from '../runs/run-cursor.ts';
import { optionalParam, wholeNumber } from '../runs/runs.ts';

const time = z.iso.datetime();

/** Scheme, host and port as browsers write them; undefined if the text is more than that, or less. */
function originIn(text: string): string | undefined {
  const url = URL.parse(text);
  const isOrigin =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.href === `${url.origin}/` &&
    !/[?#]/.test(text) &&
    !text.includes('@');
  return isOrigin ? url.origin : undefined;
}

const origins = z
  .array(
    z
      .string()
      .max(LIMIT.origin)
      .refine((text) => originIn(text) !== undefined, 'not_origin' satisfies IssueCode)
      .transform((text) => originIn(text) ?? text),
  )
  .min(1)
  .max(LIMIT.origins)
  .transform((given) => [...new Set(given)])
  .describe(
    'Where it may be typed: scheme, host and port of the frame that has the field, e.g. `https://login.example.com`.',
  );

/** A shorter value could not be redacted without hiding half of every text. */
const value = z.string().min(LIMIT.value.min).max(LIMIT.value.max);
const common = {
  origins,
  note: z
    .string()
    .trim()
    .max(LIMIT.note)
    .refine(...ONE_LINE)
    .default('')
    .describe('For people. Not secret.'),
};

/** Unknown fields are refused: a misspelt one would leave the value out, or the value would stand where it is shown. */
export const secretBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), value, ...common }),
  z.strictObject({ kind: z.literal('login'), username: value, password: value, ...common }),
  z.strictObject({
    kind: z.literal('totp'),
    uri: z
      .string()
      .min(1)
      .max(LIMIT.uri)
      .describe('`otpauth://totp/…`, as its QR code has it: 6 to 8 digits, a period of 15 to 120 seconds.'),
    ...common,
  }),
]);
export type SecretBody = z.output<typeof secretBody>;

export const putSecretHeaders = z.object({
  'if-none-match': z
    .string()
    .refine((text) => text === '*', 'not_star' satisfies IssueCode)
    .optional()
    .describe('`*`: 412 if there is a secret with this name.'),
});

const inProject = z.object({ id: idSchema });
export const projectParams = inProject;
/** Its form is checked where a secret is made: no other path finds one with another name. */
export const secretParams = inProject.extend({ name: z.string().max(200) });

const secret = z.object({
  name: z.string(),
  kind: z.enum(SECRET_KINDS),
  origins: z.array(z.string()).describe('Where it may be typed.'),
  note: z.string(),
  version: z.int().min(1).describe('One higher each time that its value is given.'),
  updatedAt: time.describe('When its value was given.'),
  updatedBy: z
    .string()
    .optional()
    .describe('E-mail of who gave the value. Absent once that user is deleted.'),
  lastUsedAt: time.optional().describe('When a run last opened it; absent if none has.'),
  lastUsedBy: z.string().optional().describe('E-mail of the user of that run.'),
  lastUsedRun: idSchema.optional(),
});
type SecretShape = typeof secret;
/** A name for declarations, as `StepSchema` is. */
export interface SecretSchema extends SecretShape {}
export const secretSchema: SecretSchema = secret;
export type Secret = z.output<SecretSchema>;

/** Page sizes of both lists: the default, and the maximum. */
export const SECRETS_PAGE = 200;
const MOST = 1_000;
const limit = optionalParam(wholeNumber(1, MOST)).describe(`Page size; ${SECRETS_PAGE} by default.`);

export const secretsQuery = z.object({
  limit,
  after: optionalParam(z.string().max(200)).describe(
    'Where the previous page ended: a name; taken from its `Link` header.',
  ),
});

export const secretUseSchema = z.object({
  at: time,
  runId: idSchema,
  phase: z.enum(['flow', 'onCancel']),
  stepIndex: z
    .int()
    .min(0)
    .describe('The step for which it was opened, in its phase; which may have failed before it typed it.'),
  origin: z.string().describe('The origin of the field for which it was opened.'),
  version: z.int().min(1),
  user: z.string().optional().describe('E-mail of the user of the run. Absent once that user is deleted.'),
});
export type SecretUse = z.output<typeof secretUseSchema>;

export const secretUsesQuery = z.object({
  limit,
  before: optionalParam(z.string().refine(isRunCursor, 'not_from_link' satisfies IssueCode)).describe(
    'Where the previous page ended; taken from its `Link` header.',
  ),
});
