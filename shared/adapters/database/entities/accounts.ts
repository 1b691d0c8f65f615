import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { type KeyScope, PROJECT_ROLES, USER_ROLES } from '#shared/api/contract/accounts/roles.ts';

export const UserEntity = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.uuid().primary(),
    /** Unique among users that are not deleted. */
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
    /** Whether links answer its runs. */
    answerLinks: p.boolean().default(true),
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

/** An invitation to a project, for the user who has this e-mail now or later. */
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
    /** Not valid after this time. */
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
    /** Accurate to a minute. */
    lastUsedAt: p.datetime().nullable(),
  },
});
export type ApiKey = InferEntity<typeof ApiKeyEntity>;

/** A browser in which a user is signed in. */
export const UserSessionEntity = defineEntity({
  name: 'UserSession',
  tableName: 'user_sessions',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    /** Hash of what the browser's cookie holds. */
    secretHash: p.text().unique(),
    /** Epoch of its user when it began: it ends with the tokens of that. */
    tokenEpoch: p.integer(),
    createdAt: p.datetime().onCreate(() => new Date()),
    /** Accurate to five minutes. */
    usedAt: p.datetime(),
    expiresAt: p.datetime(),
  },
});

/** Logins that failed or are in progress, by account or address. */
export const LoginAttemptEntity = defineEntity({
  name: 'LoginAttempt',
  tableName: 'login_attempts',
  properties: {
    /** A hash, since a password may be entered as an e-mail by mistake. */
    subject: p.text().primary(),
    failures: p.integer(),
    /** The row is ignored after this time. */
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
    /** Everything that was stored before has been delivered to it, or a notice of the gap has. */
    hadUntil: p.datetime().nullable(),
    /** Once it has acknowledged everything up to this place in the stream, it has had everything until `markAt`. */
    markSeq: p.bigint('number').nullable(),
    markAt: p.datetime().nullable(),
    /** Whether `markSeq` is the place of a notice of a gap. */
    isNotice: p.boolean(),
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
