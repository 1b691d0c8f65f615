import { randomUUIDv7 } from 'node:crypto';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { commitTransition } from '#shared/adapters/database/runs/commit.ts';
import { storeRun } from '#shared/adapters/database/runs/store-run.ts';
import type { Transition } from '#shared/adapters/database/runs/transition.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { eventsBetween } from '#shared/domain/events/between.ts';
import type { StepDescriber } from '#shared/domain/events/describer.ts';
import type { EventStep } from '#shared/domain/events/step-events.ts';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';
import { budgetOf } from '#shared/domain/run/budget.ts';
import type { MachineEvent } from '#shared/domain/run/context.ts';
import { initialSnapshot, type RunSnapshot, replay, restore } from '#shared/domain/run/snapshot.ts';
import type { OnRunnerLoss } from '#shared/domain/run/status.ts';
import { claimNext } from './claim-next.ts';

export const TEST_FLOW: Flow = flowSchema.parse({
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    { action: 'goto', url: '/' },
    { action: 'click', selector: '#buy' },
  ],
});
export const TEST_BUDGET = budgetOf({ graceMs: 2_500, leaseMs: 10_000 });

/** It asks for a code in its first step. */
export const ASKING_FLOW: Flow = flowSchema.parse({
  baseUrl: 'http://127.0.0.1:1',
  steps: [
    { action: 'ask', text: 'Which code did you get?', fields: [{ name: 'code', type: 'code' }] },
    { action: 'fill', selector: '#code', value: '${answers.code}' },
  ],
});

/** An event of the machine, or the end of one of its effects. */
export type TestEvent = MachineEvent | { type: `xstate.${string}`; output?: unknown; error?: unknown };

export const apply = (snapshot: RunSnapshot, event: TestEvent): RunSnapshot =>
  replay(snapshot, event as MachineEvent);

export interface QueueOptions {
  queueTimeoutMs?: number;
  onRunnerLoss?: OnRunnerLoss;
  concurrencyKey?: string;
  runnerLabels?: string[];
  name?: string;
  labels?: string[];
  cleanupSteps?: number;
  namedFlow?: { name: string; version: number };
  flow?: Flow;
}

export async function queueRun(
  sql: Sql,
  owner: { userId: string; projectId: string },
  { queueTimeoutMs = 60_000, cleanupSteps, flow = TEST_FLOW, ...options }: QueueOptions = {},
) {
  const id = randomUUIDv7();
  const stepTimeouts = flow.steps.map(() => 1_000);
  const asked = flow.steps.flatMap((step, n) =>
    step.action === 'ask' ? [[n, { timeoutMs: step.timeoutMs }] as const] : [],
  );
  const questions = Object.fromEntries(asked);
  const snapshot = initialSnapshot({ stepTimeouts, budget: TEST_BUDGET, cleanupSteps, questions });
  const { createdAt } = await storeRun(sql, {
    id,
    ...owner,
    flow,
    snapshot,
    queueTimeoutMs,
    ...options,
  });
  return { id, createdAt };
}

/** Plays an owner by hand: claims the next run and commits the events it is given, through the real statements. */
export async function claimByHand(
  sql: Sql,
  owner: string,
  leaseMs = 10_000,
  lastLook: StepDescriber['lastLook'] = () => undefined,
) {
  const run = await claimNext(sql, owner, leaseMs);
  if (!run) throw new Error('there was nothing to claim');
  return ownedByHand(sql, owner, run, lastLook);
}

function ownedByHand(
  sql: Sql,
  owner: string,
  run: ClaimedRun,
  lastLook: NonNullable<StepDescriber['lastLook']>,
) {
  let snapshot = restore(run.snapshot);
  let lastSeq = run.lastSeq;
  const { steps } = flowSchema.parse(run.plan);
  const describe: StepDescriber = {
    step: (index) => ({ ...steps[index] }) as EventStep,
    evidence: () => ({}),
    question(index) {
      const step = steps[index];
      return step?.action === 'ask' ? { text: step.text, fields: step.fields } : undefined;
    },
    lastLook,
  };
  const next = (event: TestEvent): Transition => {
    const after = apply(snapshot, event);
    const events = eventsBetween(snapshot, after, describe);
    return { runId: run.id, epoch: run.epoch, lastSeq, snapshot: after, events };
  };
  return {
    run,
    next,
    get lastSeq() {
      return lastSeq;
    },
    /** Commits; on success the next one builds on it. */
    async commit(event: TestEvent) {
      const transition = next(event);
      const stored = await commitTransition(sql, owner, transition);
      if (stored) ({ snapshot, lastSeq } = { snapshot: transition.snapshot, lastSeq: stored.lastSeq });
      return stored;
    },
  };
}

const at = 1_000;
export const NO_BROWSER: TestEvent = { type: 'xstate.error.actor.launch', error: new Error('no browser') };
export const LAUNCHED: TestEvent = { type: 'xstate.done.actor.launch', output: { at } };
/** What announces the step is stored, and it begins. */
export const BEGUN: TestEvent = { type: 'xstate.done.actor.step', output: { at, ok: true } };
/** After the last step. */
export const CHECKED: TestEvent = { type: 'xstate.done.actor.checkpoint', output: { at } };
export const STEP_OK: TestEvent = { type: 'xstate.done.actor.step', output: { at, ok: true } };
export const STEP_FAILED: TestEvent = {
  type: 'xstate.done.actor.step',
  output: { at, ok: false, error: 'no such button' },
};
/** The step asks a person, who answers, or does not in time. */
export const ASKED: TestEvent = { type: 'xstate.done.actor.step', output: { at, ok: true, asks: true } };
export const ANSWERED: TestEvent = { type: 'xstate.done.actor.answer', output: { at, ok: true } };
export const UNANSWERED: TestEvent = {
  type: 'xstate.done.actor.answer',
  output: { at, ok: false, unanswered: true },
};
export const PAUSE: Extract<MachineEvent, { type: 'PAUSE' }> = {
  type: 'PAUSE',
  at,
  order: 0,
  mode: 'after_step',
  userId: 'u1',
  forMs: 60_000,
};
export const RESUMED: TestEvent = { type: 'xstate.done.actor.resume', output: { at, from: 1 } };
export const UNRESUMED: TestEvent = { type: 'xstate.done.actor.resume', output: { at } };
/** The call that a pause has interrupted has returned. */
export const YIELDED: TestEvent = { type: 'xstate.done.actor.yield', output: { at } };
/** What it needs to go on elsewhere is kept, or is not; its context has closed. */
export const SEALED: TestEvent = {
  type: 'xstate.done.actor.seal',
  output: { at, isKept: true, why: 'waited' },
};
export const NOT_KEPT: TestEvent = {
  type: 'xstate.done.actor.seal',
  output: { at, isKept: false, why: 'waited' },
};
export const PARKED: TestEvent = { type: 'xstate.done.actor.park', output: { at } };
/** Its runner is lost while it waits for a person. */
export const LOST: TestEvent = { type: 'LOST', at };
/** The run goes on. */
export const OPTIONAL_FAILED: TestEvent = {
  type: 'xstate.done.actor.step',
  output: { at, ok: false, error: 'no such button', optional: true },
};
export const SETTLED: TestEvent = { type: 'xstate.done.actor.settle', output: { at } };
export const FINISHED: TestEvent = {
  type: 'xstate.done.actor.finish',
  output: { at, step: { at, ok: true } },
};
export const CLEANED: TestEvent = { type: 'xstate.done.actor.cleanup', output: { at, ok: true } };
export const INTERRUPTED: TestEvent = { type: 'xstate.done.actor.interrupted', output: { at } };
export const CLOSED: TestEvent = { type: 'xstate.done.actor.close', output: { at } };
export const KILLED: TestEvent = { type: 'xstate.done.actor.kill', output: { at } };
export const CLAIM: TestEvent = { type: 'CLAIM', at };
export const CANCEL: TestEvent = { type: 'CANCEL', at, source: 'user', mode: 'graceful' };
/** Everything from the claim to the question of the first step; the machine counts its time from now. */
export const toAsk = (now = Date.now()): TestEvent[] => [
  CLAIM,
  LAUNCHED,
  BEGUN,
  { ...ASKED, output: { at: now, ok: true, asks: true } } as TestEvent,
];
/** Everything from the claim to the commit of `pass`. */
export const TO_PASS: TestEvent[] = [CLAIM, LAUNCHED, BEGUN, STEP_OK, BEGUN, STEP_OK, CHECKED, SETTLED];
