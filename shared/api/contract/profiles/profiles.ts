/*
 * Login profiles of a project: runs begin logged in, or save their login for others. What is saved is sealed for the runners
 * (docs/profiles.md), so no answer has any of it.
 */
import { z } from 'zod';
import { SECRET_LIMITS as LIMIT } from '#shared/api/limits.ts';
import { PROFILE_STALE_WHY } from '#shared/domain/events/profile-stale.ts';
import { FLOW_LIMITS } from '#shared/domain/flow/limits.ts';
import { flowName } from '../flows/flow-name.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';

const time = z.iso.datetime();
const DAY_MS = 86_400_000;

/** Its form is checked where a profile is made: no other path finds one with another name. */
export const profileParams = z.object({ id: idSchema, name: z.string().max(200) });

const check = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(FLOW_LIMITS.url)
    .describe('A page of the site; resolved against the `baseUrl` of the run, whose origin it has to have.'),
  visible: z
    .string()
    .min(1)
    .max(FLOW_LIMITS.selector)
    .describe('The selector of an element that only who is logged in sees.'),
});

/** Unknown fields are refused: the whole of it is given each time, and what is left out is none. */
export const profileBody = z.strictObject({
  check: check.optional().describe('How a run finds out whether its login lasts, before its first step.'),
  login: z
    .strictObject({ flow: flowName })
    .optional()
    .describe(
      'The named flow that logs in, in its newest version: with secrets of the vault, and without inputs.',
    ),
  maxAgeMs: z
    .int()
    .min(1)
    .max(365 * DAY_MS)
    .optional()
    .describe('A login that is older is stale. ms.'),
  passkeys: z
    .boolean()
    .default(false)
    .describe('Its runs have a virtual authenticator, whose passkeys are part of the login.'),
  note: z
    .string()
    .trim()
    .max(LIMIT.note)
    .refine(...ONE_LINE)
    .default('')
    .describe('For people. Not secret.'),
});

const saved = {
  savedAt: time.describe('When its run passed.'),
  runId: idSchema.describe('Of the run that saved it, which may be deleted.'),
  origins: z.array(z.string()).describe('For which it has anything.'),
  cookies: z.int().min(0),
};
const version = z.object({ version: z.int().min(1), ...saved });

const profile = z.object({
  name: z.string(),
  status: z
    .enum(['empty', 'fresh', 'stale'])
    .describe('Nothing is saved; what is saved lasts, as far as it was checked; or it does not.'),
  staleWhy: z.enum(PROFILE_STALE_WHY).optional().describe('Why it does not last.'),
  check: check.optional(),
  login: z.object({ flow: z.string() }).optional(),
  maxAgeMs: z.int().optional(),
  passkeys: z.boolean(),
  note: z.string(),
  current: z.int().min(1).optional().describe('The version that runs begin with; absent if none is saved.'),
  versions: z.array(version).describe('Those that are kept, up to five, newest first.'),
  checkedAt: time.optional().describe('When a run last looked whether the current one lasts, or saved it.'),
  updatedAt: time.describe('When its settings were given.'),
  updatedBy: z.string().optional().describe('E-mail of who gave them. Absent once that user is deleted.'),
});
type ProfileShape = typeof profile;
/** A name for declarations, as `StepSchema` is. */
export interface ProfileSchema extends ProfileShape {}
export const profileSchema: ProfileSchema = profile;
export type Profile = z.output<ProfileSchema>;

export const logInBody = z
  .strictObject({
    baseUrl: z.string().max(FLOW_LIMITS.url).optional().describe('In place of that of the flow.'),
  })
  .default({});

export const restoreProfileBody = z.strictObject({ version: z.int().min(1) });

/** How many a project may have. */
export const MOST_PROFILES = 100;
