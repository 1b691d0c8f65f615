import { z } from 'zod';
import { PASSWORD_LENGTH } from '#shared/api/limits.ts';
import type { IssueCode } from '../errors/issues.ts';
import { idSchema } from '../id.ts';
import { ONE_LINE } from '../one-line.ts';
import { DEFAULT_SCOPES, KEY_SCOPES, PROJECT_ROLES, USER_ROLES } from './roles.ts';

const LIMIT = { email: 254, label: 200 };
const time = z.iso.datetime();
const label = z
  .string()
  .trim()
  .min(1)
  .max(LIMIT.label)
  .refine(...ONE_LINE);
const email = z.string().trim().toLowerCase().min(1).max(LIMIT.email);
const address = email.regex(/^[^\s@]+@[^\s@]+$/, 'not_email' satisfies IssueCode);

export const idParams = z.object({ id: idSchema });
export const doneSchema = z.object({ ok: z.literal(true) });

export const userSchema = z.object({ id: idSchema, email: z.string(), role: z.enum(USER_ROLES) });
export const userReply = z.object({ ok: z.literal(true), user: userSchema });

/** The session of a browser in which a user is signed in. */
const session = z.object({
  expiresAt: time.describe(
    'When the session ends at the latest; it ends earlier if it is not used for 24 hours.',
  ),
});

export const meReply = userReply.extend({
  key: z
    .object({
      id: idSchema,
      scopes: z.array(z.enum(KEY_SCOPES)),
      expiresAt: time.optional().describe('The key is not valid after this time.'),
    })
    .optional()
    .describe('The API key with which the request was authenticated; absent with a token or a session.'),
  session: session.optional().describe('The session of the browser that sent the request.'),
});

export const loginBody = z.object({ email, password: z.string().min(1).max(PASSWORD_LENGTH.max) });
export const loginReply = z.object({ ok: z.literal(true), token: z.string(), user: userSchema });
export const sessionReply = userReply.extend({ session });

export const registerBody = z.object({
  email: address,
  password: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
  role: z.enum(USER_ROLES).default('member'),
});

export const passwordBody = z.object({
  currentPassword: z.string().min(1).max(PASSWORD_LENGTH.max),
  newPassword: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
});
export const passwordReply = z.object({
  ok: z.literal(true),
  token: z.string().optional().describe('A new token, if the caller authenticated with one.'),
  session: session.optional().describe('The new session, if the caller was signed in in a browser.'),
});

export const projectSchema = z.object({
  id: idSchema,
  label: z.string(),
  color: z.string(),
  answerLinks: z
    .boolean()
    .describe(
      'Whether people without an account may answer its runs by a link (`POST /v1/runs/:id/answer-link`).',
    ),
  createdAt: time,
  role: z.enum(PROJECT_ROLES).describe("The caller's role in it."),
});
export const projectBody = z.object({
  label,
  color: z
    .string()
    .min(1)
    .max(64)
    .default('#6366f1')
    .describe('Stored as given; escape it where it is shown.'),
});

/** Unknown fields are refused: a misspelt setting would look like a changed one. */
export const projectChangeBody = z.strictObject({ answerLinks: z.boolean().optional() });
/** An admin need not have a role in it. */
export const changedProjectReply = projectSchema.partial({ role: true });

export const memberSchema = z.object({ userId: idSchema, email: z.string(), role: z.enum(PROJECT_ROLES) });
export const memberParams = idParams.extend({ userId: idSchema });
export const memberBody = z.object({
  email: address.describe('Of a member, or of the person to invite, with or without an account.'),
  role: z
    .enum(PROJECT_ROLES)
    .describe('`viewer`: watch runs; `operator`: also start and cancel them; `owner`: everything.'),
});

const terms = {
  id: idSchema,
  role: z.enum(PROJECT_ROLES),
  invitedBy: z.string().describe('E-mail of the inviting user.'),
  createdAt: time,
  expiresAt: time.describe('The invitation is not valid after this time.'),
};
export const invitationSchema = z.object({ ...terms, email: z.string() });
export const invitationParams = idParams.extend({ invitationId: idSchema });
export const receivedInvitationSchema = z.object({
  ...terms,
  project: z.object({ id: idSchema, label: z.string() }),
});
export const joinedReply = z.object({
  ok: z.literal(true),
  project: z.object({ id: idSchema, label: z.string() }),
  role: z.enum(PROJECT_ROLES).describe("The caller's role in the project."),
});

export const apiKeySchema = z.object({
  id: idSchema,
  label: z.string(),
  createdAt: time,
  key: z
    .string()
    .describe('The full key in the answer that creates it; elsewhere masked after its first 8 characters.'),
  scopes: z.array(z.enum(KEY_SCOPES)),
  expiresAt: time.optional().describe('The key is not valid after this time.'),
  lastUsedAt: time.optional().describe('Accurate to a minute.'),
});
/** Without a misspelt field the key would have more rights, or for longer, than was meant. */
export const apiKeyBody = z.strictObject({
  label,
  scopes: z
    .array(z.enum(KEY_SCOPES))
    .min(1)
    .max(KEY_SCOPES.length)
    .default([...DEFAULT_SCOPES])
    .describe("At most the caller's own scopes."),
  expiresAt: time.optional().describe('In the future; without it the key does not expire.'),
});
