import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { issueText } from '#shared/api/contract/errors/issues.ts';
import type { Notice, StepDescriber } from '#shared/domain/events/between.ts';
import { executedSteps } from '#shared/domain/flow/executed-steps.ts';
import { type Flow, flowSchema } from '#shared/domain/flow/flow.ts';
import type { AskedPause } from '#shared/domain/run/context.ts';
import { type RunSnapshot, restore } from '#shared/domain/run/snapshot.ts';
import { NO_CHECKPOINTS } from '../browser/notices.ts';
import { createRunVault } from '../browser/vault/run-vault.ts';
import type { RunActorDeps } from './actor.ts';
import { beginningOf } from './beginning.ts';
import { type Checkpoints, createCheckpoints } from './checkpoints.ts';
import { type ClaimTrace, traceClaim } from './claim-trace.ts';
import type { EntryPublisher } from './entry-publisher.ts';
import { holdFlow } from './hold-flow.ts';
import { createLateResult, type LateResult } from './late-result.ts';
import type { MoveSink } from './move-sink.ts';
import { createRunAnswers } from './person/answers.ts';
import { createRunOrders, type RunOrders } from './person/orders.ts';
import { createRunPauses, pausesIn, type RunPauses } from './person/pauses.ts';
import { meterNews } from './run-meter.ts';
import { createRunPublisher } from './run-publisher.ts';
import type { EntrySources } from './transition-entry.ts';

/** What the owner of a run has of it: its browser side, and the sinks of its moves. */
export interface RunParts {
  run: ClaimedRun;
  /** Where its machine begins. */
  snapshot: RunSnapshot;
  sources: Omit<EntrySources, 'cause'> & Pick<ReturnType<typeof holdFlow>, 'hold' | 'answers' | 'editSteps'>;
  /** What people ask of it. */
  orders: RunOrders;
  pauses: RunPauses;
  trace: ClaimTrace;
  publisher: EntryPublisher;
  late: LateResult;
  /** Undefined if its flow keeps none, or this runner cannot seal them. */
  checkpoints: Checkpoints | undefined;
  /** The order in which they hear of a commit. */
  sinks: readonly MoveSink[];
}

/** How the owner stands to its run. */
export interface Ownership {
  /** It has stored its last transition, or lost the run. */
  isOver(): boolean;
  /** Another effect may begin. */
  mayAct(): boolean;
  /** A pause is asked for, which may be known already. */
  onPause(asked: AskedPause): void;
}

/**
 * Throws `UnreadableSnapshotError` if the run's machine cannot be
 * restored, `UnreadableFlowError` if it has no flow.
 */
export function partsOf(
  deps: RunActorDeps,
  claimed: ClaimedRun,
  { isOver, mayAct, onPause }: Ownership,
): RunParts {
  const flow = readStoredFlow(claimed.plan);
  const run = { ...claimed, plan: flow };
  const snapshot = restore(run.snapshot);
  const { sql, owner, now, sealKeys: keys } = deps;
  const { id: runId, epoch, projectId } = run;
  const owned = { runId, owner, epoch };
  const orders = createRunOrders(sql, owned, (all) => {
    for (const pause of pausesIn(all, run.attempt)) onPause(pause);
  });
  const pauses = createRunPauses(orders, run.attempt);
  const held = holdFlow({
    flow,
    beginning: beginningOf(run, owned, { sql, keys }),
    now,
    vaultOf: (secrets) => createRunVault({ ...owned, projectId, flow, sql, keys, secrets, mayAct }),
    answersOf: (secrets) =>
      createRunAnswers({
        runId,
        projectId,
        attempt: run.attempt,
        steps: flow.steps,
        orders,
        keys,
        secrets,
      }),
    pauses,
    openBrowser: (own, abandoned) => deps.openBrowser(run, { ...own, now }, abandoned),
  });
  const describe = flow.checkpoints && !keys ? withNotice(held.describe, NO_CHECKPOINTS) : held.describe;
  const sources = { flow, ...held, describe };
  const { begins = 0, attempt } = snapshot.context;
  const goesOn = (done: number): boolean =>
    held.hold.outcome(done - 1, 'flow')?.ok === true || flow.steps[done - 1]?.optional === true;
  const { capture } = held;
  const kept = { ...owned, projectId, attempt, begins, goesOn, sql, log: deps.log, capture };
  const checkpoints = flow.checkpoints && keys ? createCheckpoints({ ...kept, keys }) : undefined;
  const trace = traceClaim({ ...run, owner: deps.owner, movedAt: snapshot.context.now }, deps.now);
  const late = createLateResult(deps.sql, deps.log);
  const publisher = createRunPublisher(deps, run, isOver);
  const publishing: MoveSink = { stored: ({ entries }) => publisher.push(entries) };
  const sinks = [{ stored: meterNews }, trace, publishing, late];
  return { run, snapshot, sources, orders, pauses, trace, publisher, late, checkpoints, sinks };
}

const withNotice = (describe: StepDescriber, notice: Notice): StepDescriber => ({
  ...describe,
  notices: () => [...(describe.notices?.() ?? []), notice],
});

/** A stored flow that is not valid. Its message names the first invalid field, and no value (I10). */
class UnreadableFlowError extends Error {
  readonly code = 'unreadable_flow';
}

/**
 * Reads a flow from the database and validates it again: an error would otherwise show in the middle of a run. Its steps are
 * those that are executed.
 */
function readStoredFlow(stored: unknown): Flow {
  const { success, data, error } = flowSchema.safeParse(stored);
  if (success) return { ...data, steps: executedSteps(data) };
  const { path, message } = error.issues[0]!;
  throw new UnreadableFlowError(`${path.join('.') || 'all of it'}: ${issueText(message)}`);
}
