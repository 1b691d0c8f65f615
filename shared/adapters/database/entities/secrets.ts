import { defineEntity, p } from '@mikro-orm/core';
import { SECRET_KINDS } from '#shared/domain/flow/vault.ts';
import { STEP_PHASES } from '#shared/domain/run/status.ts';

/** A secret of a project. */
export const SecretEntity = defineEntity({
  name: 'Secret',
  tableName: 'secrets',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    name: p.text(),
    kind: p.enum(SECRET_KINDS),
    version: p.integer(),
    /** JWE, bound to project, kind, name and version. */
    sealed: p.text(),
    /** The thumbprint of the key that sealed it. */
    kid: p.text(),
    /** Where it may be typed. */
    origins: p.array<string>(),
    note: p.text(),
    /** Who gave the value. */
    updatedBy: p.uuid(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    lastUsedAt: p.datetime().nullable(),
    lastUsedBy: p.uuid().nullable(),
    lastUsedRun: p.uuid().nullable(),
  },
});

/** One opening of a secret by a run. */
export const SecretUseEntity = defineEntity({
  name: 'SecretUse',
  tableName: 'secret_uses',
  properties: {
    runId: p.uuid().primary(),
    id: p.uuid().primary(),
    projectId: p.uuid(),
    secretId: p.uuid(),
    name: p.text(),
    version: p.integer(),
    phase: p.enum(STEP_PHASES),
    step: p.integer(),
    origin: p.text(),
    /** The user of the run. */
    userId: p.uuid(),
    at: p.datetime(),
  },
});

/** A counter whose one-time code was taken. */
export const TotpUseEntity = defineEntity({
  name: 'TotpUse',
  tableName: 'totp_uses',
  properties: {
    secretId: p.uuid().primary(),
    counter: p.bigint('number').primary(),
    runId: p.uuid(),
    at: p.datetime(),
  },
});
