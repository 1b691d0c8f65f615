import { z } from 'zod';
import { idSchema } from './id.ts';
import type { IssueCode } from './issues.ts';
import { DEFAULT_SCOPES, KEY_SCOPES, PROJECT_ROLES, USER_ROLES } from './roles.ts';

/** Of a password that is set, in UTF-16 units. */
export const PASSWORD_LENGTH = { min: 8, max: 1_024 };
const LIMIT = { email: 254, label: 200 };
const time = z.iso.datetime();
const label = z.string().trim().min(1).max(LIMIT.label);
const email = z.string().trim().toLowerCase().min(1).max(LIMIT.email);
const address = email.regex(/^[^\s@]+@[^\s@]+$/, 'not_email' satisfies IssueCode);

export const idParams = z.object({ id: idSchema });
export const doneSchema = z.object({ ok: z.literal(true) });

export const userSchema = z.object({ id: idSchema, email: z.string(), role: z.enum(USER_ROLES) });
export const userReply = z.object({ ok: z.literal(true), user: userSchema });

export const loginBody = z.object({ email, password: z.string().min(1).max(PASSWORD_LENGTH.max) });
export const loginReply = z.object({ ok: z.literal(true), token: z.string(), user: userSchema });

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
  token: z.string().optional().describe('A fresh one, if the caller came with a token.'),
});

export const projectSchema = z.object({
  id: idSchema,
  label: z.string(),
  color: z.string(),
  createdAt: time,
});
export const projectBody = z.object({
  label,
  color: z
    .string()
    .min(1)
    .max(64)
    .default('#6366f1')
    .describe('Kept as given: whoever shows it has to treat it as text.'),
});

export const memberSchema = z.object({ userId: idSchema, email: z.string(), role: z.enum(PROJECT_ROLES) });
export const memberParams = idParams.extend({ userId: idSchema });
export const memberBody = z.object({
  email: address.describe('Of a member, or of whoever is invited: with an account already, or not yet.'),
  role: z
    .enum(PROJECT_ROLES)
    .describe('`viewer`: watch; `operator`: start and cancel, too; `owner`: everything.'),
});

const terms = {
  id: idSchema,
  role: z.enum(PROJECT_ROLES),
  invitedBy: z.string().describe('The e-mail of whoever invites.'),
  createdAt: time,
  expiresAt: time.describe('From then on it is as good as none.'),
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
  role: z.enum(PROJECT_ROLES).describe('What the caller is in the project now.'),
});

export const apiKeySchema = z.object({
  id: idSchema,
  label: z.string(),
  createdAt: time,
  key: z
    .string()
    .describe(
      'Masked after its first 8 characters, but in the answer that makes it: the only one that shows it.',
    ),
  scopes: z.array(z.enum(KEY_SCOPES)),
  expiresAt: time.optional().describe('From then on the key is as good as none.'),
  lastUsedAt: time.optional().describe('Right to a minute.'),
});
export const apiKeyBody = z.object({
  label,
  scopes: z
    .array(z.enum(KEY_SCOPES))
    .min(1)
    .max(KEY_SCOPES.length)
    .default([...DEFAULT_SCOPES])
    .describe('No more than the caller has itself.'),
  expiresAt: time.optional().describe('In the future; without it the key has no end.'),
});
