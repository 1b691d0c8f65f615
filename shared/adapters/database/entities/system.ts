import { defineEntity, p } from '@mikro-orm/core';

/** What the system was like at one minute, and in the minute before it, as the supervisor that led has seen it. */
export const SystemSampleEntity = defineEntity({
  name: 'SystemSample',
  tableName: 'system_samples',
  properties: {
    /** The beginning of a minute. */
    at: p.datetime().primary(),
    /** Counted up to 10,000. */
    waiting: p.integer(),
    /** How long the oldest of them had waited. */
    oldestMs: p.integer(),
    /** The number of runs on runners. */
    running: p.integer(),
    cancelling: p.integer(),
    /** Slots of all runners. */
    slots: p.integer(),
    /** Runs that ended in the minute before, by how. */
    passed: p.integer(),
    failed: p.integer(),
    cancelled: p.integer(),
    /** Their runner was lost. */
    lost: p.integer(),
    /** Longest wait for their claim of the faster half of these runs. */
    waitMs: p.integer().nullable(),
    /** Longest cancel of the faster half of the cancelled runs; below, the slowest. */
    cancelMs: p.integer().nullable(),
    slowestCancelMs: p.integer().nullable(),
  },
});
