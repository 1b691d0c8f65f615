import { defineEntity, p } from '@mikro-orm/core';
import { BATCH_STATUSES, TEST_STATUSES } from '#shared/domain/batch/rules.ts';
import { OUTCOMES } from '#shared/domain/run/outcome.ts';

/** Many runs with one report. */
export const BatchEntity = defineEntity({
  name: 'Batch',
  tableName: 'batches',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    name: p.text().nullable(),
    labels: p.array(),
    maxParallel: p.integer(),
    retries: p.integer(),
    stopOnFailure: p.boolean(),
    status: p.enum(BATCH_STATUSES),
    /** Counts the changes of its tests and of itself. */
    seq: p.integer(),
    /** Whose its runs are, and the scopes of the key that it was made with. */
    userId: p.uuid(),
    scopes: p.array<string>().nullable(),
    /** The client's name for the request that made it, and what that asked for. */
    requestKey: p.text().nullable(),
    requestHash: p.text().nullable(),
    cancelAt: p.datetime().nullable(),
    cancelBy: p.uuid().nullable(),
    cancelReason: p.text().nullable(),
    cancelJobId: p.uuid().nullable(),
    /** How many of its tests have each status, once it has ended. */
    counts: p.json<Record<string, number>>().nullable(),
    /** When a gateway looks at it next; null once it has ended. */
    dueAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
});

/** A flow of a batch: a stored version, or the flow itself. */
export const BatchFlowEntity = defineEntity({
  name: 'BatchFlow',
  tableName: 'batch_flows',
  properties: {
    batchId: p.uuid().primary(),
    position: p.integer().primary(),
    name: p.text(),
    version: p.integer().nullable(),
    body: p.json<Record<string, unknown>>().nullable(),
    start: p.json<Record<string, unknown>>(),
  },
});

/** A flow with a row of inputs. */
export const BatchTestEntity = defineEntity({
  name: 'BatchTest',
  tableName: 'batch_tests',
  properties: {
    batchId: p.uuid().primary(),
    index: p.integer().primary(),
    position: p.integer(),
    projectId: p.uuid(),
    flowName: p.text(),
    /** Null for a definition that is no stored version. */
    flowVersion: p.integer().nullable(),
    name: p.text(),
    inputs: p.json<Record<string, unknown>>().nullable(),
    labels: p.array(),
    quarantined: p.boolean(),
    status: p.enum(TEST_STATUSES),
    attempts: p.integer(),
    reason: p.text().nullable(),
    /** Number of its last change. */
    seq: p.integer(),
    endedAt: p.datetime().nullable(),
  },
});

/** A run of a test. */
export const BatchAttemptEntity = defineEntity({
  name: 'BatchAttempt',
  tableName: 'batch_attempts',
  properties: {
    batchId: p.uuid().primary(),
    index: p.integer().primary(),
    attempt: p.integer().primary(),
    runId: p.uuid(),
    startedAt: p.datetime(),
    outcome: p.enum(OUTCOMES).nullable(),
    durationMs: p.integer().nullable(),
    error: p.text().nullable(),
    picture: p.text().nullable(),
  },
});

/** A run of a batch that has ended, until that is noted. */
export const BatchEndEntity = defineEntity({
  name: 'BatchEnd',
  tableName: 'batch_ends',
  properties: {
    seq: p.bigint('number').primary(),
    projectId: p.uuid(),
    batchId: p.uuid(),
    runId: p.uuid(),
    outcome: p.enum(OUTCOMES),
  },
});
