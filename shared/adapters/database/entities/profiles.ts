import { defineEntity, p } from '@mikro-orm/core';

/** A login that runs of a project begin with. */
export const ProfileEntity = defineEntity({
  name: 'Profile',
  tableName: 'profiles',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    name: p.text(),
    /** Where it shows whether one is logged in, and by which selector. */
    checkUrl: p.text().nullable(),
    checkVisible: p.text().nullable(),
    /** The name of the flow that logs in. */
    loginFlow: p.text().nullable(),
    /** Older ones are stale, ms. */
    maxAgeMs: p.bigint('number').nullable(),
    /** Its runs have a virtual authenticator. */
    passkeys: p.boolean(),
    note: p.text(),
    /** The last number that was given to a version. */
    version: p.integer(),
    /** The version that runs begin with; null: none is saved. */
    current: p.integer().nullable(),
    checkedAt: p.datetime().nullable(),
    staleWhy: p.enum(['not_visible', 'not_loaded'] as const).nullable(),
    updatedBy: p.uuid(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** The state of a login as a run has left it. */
export const ProfileVersionEntity = defineEntity({
  name: 'ProfileVersion',
  tableName: 'profile_versions',
  properties: {
    id: p.uuid().primary(),
    profileId: p.uuid(),
    version: p.integer(),
    /** JWE, bound to project, profile, version and origins. */
    sealed: p.text(),
    /** The thumbprint of the key that sealed it. */
    kid: p.text(),
    /** For which it has anything. */
    origins: p.array<string>(),
    cookies: p.integer(),
    runId: p.uuid(),
    /** When its run passed; null: it has not yet. */
    savedAt: p.datetime().nullable(),
  },
});
