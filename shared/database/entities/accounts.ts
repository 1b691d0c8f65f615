import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { type KeyScope, PROJECT_ROLES, USER_ROLES } from '#shared/contract/roles.ts';

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.uuid().primary(),
    /** Of the users that are not deleted, one has it. */
    email: p.text(),
    passwordHash: p.text(),
    role: p.enum(USER_ROLES),
    createdAt: p.datetime().onCreate(() => new Date()),
    deletedAt: p.datetime().nullable(),
    /** Raised when all tokens of the user are ended. */
    tokenEpoch: p.integer().default(0),
    tokensEndedAt: p.datetime().nullable(),
  },
});
export type User = InferEntity<typeof UserEntity>;

export const ProjectEntity = defineEntity({
  name: 'Project',
  tableName: 'projects',
  properties: {
    id: p.uuid().primary(),
    label: p.text(),
    color: p.text(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
export type Project = InferEntity<typeof ProjectEntity>;

export const ProjectMemberEntity = defineEntity({
  name: 'ProjectMember',
  tableName: 'project_members',
  properties: {
    projectId: p.uuid().primary(),
    userId: p.uuid().primary(),
    role: p.enum(PROJECT_ROLES),
  },
});

/** An invitation into a project, for the user who has the e-mail now or later. */
export const ProjectInvitationEntity = defineEntity({
  name: 'ProjectInvitation',
  tableName: 'project_invitations',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    email: p.text(),
    role: p.enum(PROJECT_ROLES),
    invitedBy: p.uuid(),
    createdAt: p.datetime().onCreate(() => new Date()),
    /** From then on it is as good as none. */
    expiresAt: p.datetime(),
  },
});

export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    label: p.text(),
    /** The first characters of the key, shown in lists; the key itself is kept as a hash only. */
    prefix: p.text(),
    keyHash: p.text().unique(),
    scopes: p.array<KeyScope>(),
    createdAt: p.datetime().onCreate(() => new Date()),
    expiresAt: p.datetime().nullable(),
    /** Right to a minute. */
    lastUsedAt: p.datetime().nullable(),
  },
});
export type ApiKey = InferEntity<typeof ApiKeyEntity>;

/** Logins that failed or are being checked, by account or address. */
export const LoginAttemptEntity = defineEntity({
  name: 'LoginAttempt',
  tableName: 'login_attempts',
  properties: {
    /** A hash: what was typed as an unknown e-mail may be a password. */
    subject: p.text().primary(),
    failures: p.integer(),
    /** From then on the row says nothing. */
    until: p.datetime(),
  },
});

/** The durable consumers of subscribers in NATS. */
export const SubscriberConsumerEntity = defineEntity({
  name: 'SubscriberConsumer',
  tableName: 'subscriber_consumers',
  properties: {
    name: p.text().primary(),
    userId: p.uuid(),
    keyId: p.uuid(),
    /** It was deleted, and is deleted once more at `dueAt`: a sign-in may have been about to create it. */
    ended: p.boolean(),
    /** When it is to be deleted, unless a sign-in postpones it. */
    dueAt: p.datetime(),
  },
});

/** Where a user has signed in from, by a hash of its e-mail and the address. */
export const LoginAddressEntity = defineEntity({
  name: 'LoginAddress',
  tableName: 'login_addresses',
  properties: {
    subject: p.text().primary(),
    userId: p.uuid(),
    usedAt: p.datetime().onCreate(() => new Date()),
  },
});
