import { defineEntity, p } from '@mikro-orm/core';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { Assisted, Victory } from '#shared/domain/flow/victory.ts';
import type { NotCarried } from '#shared/domain/run/not-carried.ts';
import type { StaleReason } from '#shared/domain/run/stale-reason.ts';
import {
  CANCEL_MODES,
  CANCEL_SOURCES,
  type CancelMode,
  ON_RUNNER_LOSS,
  STATUSES,
  STEP_PHASES,
} from '#shared/domain/run/status.ts';
import type { OccurrenceKind } from '#shared/domain/schedule/rules.ts';

/** The time of a schedule for which a run was started; the name is that of then. */
interface ScheduleTrigger {
  schedule: string;
  /** ISO 8601. */
  nominalAt: string;
  kind: OccurrenceKind;
}

/** The test of a batch for which a run was started. */
interface BatchTrigger {
  batch: string;
  test: string;
  attempt: number;
}

/** What has started a run. */
export type StoredTrigger = ScheduleTrigger | BatchTrigger;

/** A state of a page, by which it is sealed. */
export interface PageStateOf {
  runId: string;
  attempt: number;
  /** How many steps were done when it was taken. */
  done: number;
}

/** `at` is a text, in the zone of the session. */
export interface CancelRepeat {
  at: string;
  mode: CancelMode;
  reason: string | null;
  userId: string | null;
  /** It was forced, and had not been. */
  hardened: boolean;
}

export const RunEntity = defineEntity({
  name: 'Run',
  tableName: 'runs',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    projectId: p.uuid(),
    baseUrl: p.text(),
    contextId: p.text().nullable(),
    plan: p.json<Flow>().lazy(),
    status: p.enum(STATUSES),
    state: p.text(),
    /** Checked where it is read: another version of the machine may have written it. */
    snapshot: p.json<unknown>().lazy(),
    /** Only a runner whose machine goes on from it claims the run (`READ_VERSIONS`). */
    machineVersion: p.integer(),
    owner: p.uuid().nullable(),
    epoch: p.integer(),
    lastSeq: p.integer(),
    createdAt: p.datetime(),
    queueUntil: p.datetime(),
    queueTimeoutMs: p.bigint('number'),
    /** When it was run again for the first time after its end. */
    rerunAt: p.datetime().nullable(),
    /** The run that this one reruns. */
    rerunOf: p.uuid().nullable(),
    /** The run that it was forked off, the step that it begins with, and with which state of its page. */
    forkedFrom: p.uuid().nullable(),
    forkedStep: p.integer().nullable(),
    pageState: p.json<PageStateOf>().nullable(),
    /** The named flow that it was started from, and its version; null if it was none. */
    flowName: p.text().nullable(),
    flowVersion: p.integer().nullable(),
    /** The schedule that has started it, and for which of its times, or the test of a batch; null: it is for none. */
    scheduleId: p.uuid().nullable(),
    trigger: p.json<StoredTrigger>().nullable(),
    /** Which start of the flow it is: 2 after its runner was lost and it started again. */
    attempt: p.integer(),
    onRunnerLoss: p.enum(ON_RUNNER_LOSS),
    /** Only one of the runs of a project with the same key is owned at a time. */
    concurrencyKey: p.text().nullable(),
    /** Its runner has all of them; sorted. */
    runnerLabels: p.array(),
    /** Name that people gave it, without secrets; null if nobody did. */
    name: p.text().nullable(),
    /** Labels by which people group runs; sorted, without secrets. */
    ownLabels: p.array(),
    /** Number in the order of acceptance. */
    ordinal: p.bigint('number'),
    /** What clients of the original asked it for, without secrets, and without the conditions of its victory. */
    assisted: p.json<Assisted>().nullable(),
    victory: p.json<Victory>().nullable().lazy(),
    /** How it was asked to be treated, as it was posted. */
    options: p.json<Record<string, unknown>>().lazy(),
    claimedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    cancelled: p.boolean(),
    stale: p.boolean(),
    /** When the request reached the gateway, and when it was recorded; both by the database's clock. */
    cancelAskedAt: p.datetime().nullable(),
    cancelRequestedAt: p.datetime().nullable(),
    cancelBy: p.enum(CANCEL_SOURCES).nullable(),
    cancelMode: p.enum(CANCEL_MODES).nullable(),
    cancelReason: p.text().nullable(),
    cancelUserId: p.uuid().nullable(),
    cancelKeyId: p.uuid().nullable(),
    /** Later requests of users that say more than the first: another user, a reason of its own, or harder. */
    cancelRepeats: p.json<CancelRepeat[]>().nullable().lazy(),
    /** Where in a trace the run was accepted, and where its cancel was recorded: `traceparent` as W3C has it. */
    traceparent: p.text().nullable(),
    cancelTraceparent: p.text().nullable(),
    error: p.text().nullable(),
    stopReason: p.text().nullable(),
    videoPath: p.text().nullable(),
    verdict: p.json<StaleReason>().nullable(),
    /** What people have asked of it: `orders/orders.ts`. */
    orders: p.json<unknown[]>().nullable().lazy(),
    /** It has no owner while it waits for a person, until then; null: it does not, or not any more. */
    parkedUntil: p.datetime().nullable(),
    /** The status that is shown: `cancelling` from the moment a cancel is recorded. Generated by the database. */
    shownStatus: p.enum(STATUSES).persist(false),
  },
});

/** An owner's right to write, by the database's clock. It counts while its run is live and of the same epoch. */
export const LeaseEntity = defineEntity({
  name: 'Lease',
  tableName: 'leases',
  properties: {
    runId: p.uuid().primary(),
    owner: p.uuid(),
    epoch: p.integer(),
    until: p.datetime(),
    renewedAt: p.datetime(),
    /** Whose run it is: claims count these. */
    ofUser: p.uuid(),
    ofProject: p.uuid(),
    /** The claim that took it, and its run's place there; null where a repair made it. */
    claim: p.uuid().nullable(),
    claimPlace: p.smallint().nullable(),
  },
});

/** A run with entries that NATS may not have acknowledged: how far it has, and how far they are stored. */
export const UnpublishedEntity = defineEntity({
  name: 'Unpublished',
  tableName: 'unpublished',
  properties: {
    runId: p.uuid().primary(),
    userId: p.uuid(),
    projectId: p.uuid(),
    createdAt: p.datetime(),
    /** The last acknowledged event, and the rank of the last acknowledged status. */
    seq: p.integer(),
    rank: p.integer(),
    storedSeq: p.integer(),
    storedRank: p.integer(),
    /** The time after which the relay publishes it; null while an owner does. */
    dueAt: p.datetime().nullable(),
  },
});

export const RunEventEntity = defineEntity({
  name: 'RunEvent',
  tableName: 'events',
  properties: {
    runId: p.uuid().primary(),
    seq: p.integer().primary(),
    type: p.text(),
    stepIndex: p.integer().nullable(),
    payload: p.json<Record<string, unknown>>(),
    at: p.datetime(),
  },
});

export const StatusChangeEntity = defineEntity({
  name: 'StatusChange',
  tableName: 'status_changes',
  properties: {
    runId: p.uuid().primary(),
    status: p.enum(STATUSES).primary(),
    /** The seq of the last event before the change. */
    afterSeq: p.integer(),
    at: p.datetime(),
  },
});

export const StepEntity = defineEntity({
  name: 'Step',
  tableName: 'steps',
  properties: {
    runId: p.uuid().primary(),
    attempt: p.integer().primary(),
    /** `onCancel` are those that clean up after a cancel. */
    phase: p.enum(STEP_PHASES).primary(),
    index: p.integer().primary(),
    epoch: p.integer(),
    action: p.text(),
    ok: p.boolean(),
    error: p.text().nullable(),
    screenshotPath: p.text().nullable(),
    a11y: p.text().nullable().lazy(),
    /** What it found, under the name of the result; JSON as it was written. */
    resultName: p.text().nullable(),
    result: p.json<unknown>().nullable().lazy(),
    at: p.datetime(),
  },
});

export const PageStateEntity = defineEntity({
  name: 'PageState',
  tableName: 'page_states',
  properties: {
    runId: p.uuid().primary(),
    kind: p.text().primary(),
    attempt: p.integer().primary(),
    /** Steps that were done when it was taken, and how many by the last time that it was the same. */
    done: p.integer().primary(),
    sameUntil: p.integer(),
    sealed: p.text(),
    notCarried: p.json<NotCarried[]>(),
    at: p.datetime(),
  },
});

/** What an owner still had to say after it lost a run: refused, not numbered, not streamed, but kept. */
export const LateResultEntity = defineEntity({
  name: 'LateResult',
  tableName: 'late_results',
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    runId: p.uuid(),
    epoch: p.integer(),
    owner: p.uuid(),
    browserClosed: p.boolean(),
    result: p.json<Record<string, unknown>>(),
    at: p.datetime(),
  },
});

/** A request that starts a run, and the run it started: a repeat of it starts no other. */
export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  properties: {
    userId: p.uuid().primary(),
    key: p.text().primary(),
    bodyHash: p.text(),
    runId: p.uuid(),
    createdAt: p.datetime(),
  },
});

/** A bulk cancel: what was asked, and what was found then. How far it is stands in its runs. */
export const CancelJobEntity = defineEntity({
  name: 'CancelJob',
  tableName: 'cancel_jobs',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    keyId: p.uuid().nullable(),
    reason: p.text().nullable(),
    mode: p.enum(CANCEL_MODES),
    /** The filter; null where the request named the runs. */
    request: p.json<Record<string, unknown>>().nullable(),
    matched: p.integer(),
    alreadyFinal: p.integer(),
    failures: p.json<{ id: string; error: string }[]>(),
    createdAt: p.datetime(),
  },
});

export const CancelJobRunEntity = defineEntity({
  name: 'CancelJobRun',
  tableName: 'cancel_job_runs',
  properties: { jobId: p.uuid().primary(), runId: p.uuid().primary() },
});
