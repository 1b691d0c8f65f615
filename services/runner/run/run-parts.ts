import { readOwnPlan } from '#shared/adapters/database/orders/pauses.ts';
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import type { Notice, StepDescriber } from '#shared/domain/events/describer.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { stepsInput } from '#shared/domain/flow/steps-input.ts';
import type { AskedPause, StepsInput } from '#shared/domain/run/context.ts';
import { type RunSnapshot, restore } from '#shared/domain/run/snapshot.ts';
import { NO_CHECKPOINTS } from '../browser/notices.ts';
import { untilDatabaseAnswers } from '../browser/vault/database-retry.ts';
import type { RunSecrets } from '../browser/vault/run-secrets.ts';
import { createRunVault } from '../browser/vault/run-vault.ts';
import type { RunActorDeps } from './actor.ts';
import { type ClaimTrace, traceClaim } from './claim-trace.ts';
import type { PersonDeps } from './effects/person-effects.ts';
import type { EntryPublisher } from './entry-publisher.ts';
import { type HeldRun, holdFlow } from './hold-flow.ts';
import { beginningOf } from './kept/beginning.ts';
import { type Checkpoints, createCheckpoints } from './kept/checkpoints.ts';
import { createParking, type Parking } from './kept/parking.ts';
import { createRunLogin, type RunLogin } from './kept/run-login.ts';
import { createLateResult, type LateResult } from './late-result.ts';
import type { MoveSink } from './move-sink.ts';
import { createRunAnswers } from './person/answers.ts';
import { createRunOrders, type RunOrders } from './person/orders.ts';
import { createRunPauses, pausesIn, type RunPauses } from './person/pauses.ts';
import { meterNews } from './run-meter.ts';
import { createRunPublisher } from './run-publisher.ts';
import { readStoredFlow } from './stored-flow.ts';
import type { EntrySources } from './transition-entry.ts';

/** What the owner of a run has of it: its browser side, what people ask, what is kept of its page, the sinks of its moves. */
export interface RunParts {
  run: ClaimedRun;
  /** Where its machine begins. */
  snapshot: RunSnapshot;
  sources: Omit<EntrySources, 'cause'> &
    Pick<ReturnType<typeof holdFlow>, 'hold' | 'answers'> &
    Pick<PersonDeps, 'editSteps'>;
  /** What people ask of it. */
  orders: RunOrders;
  pauses: RunPauses;
  trace: ClaimTrace;
  publisher: EntryPublisher;
  late: LateResult;
  /** Seals the state of its page after so many steps, if its flow asks for that and this runner can. */
  keepPage(done: number): Promise<void>;
  /** Undefined: this runner cannot seal what it would keep. */
  parking: Parking | undefined;
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
  const { id: runId, epoch, projectId, attempt } = run;
  const owned = { runId, owner, epoch };
  const orders = createRunOrders(sql, owned, (all) => {
    for (const pause of pausesIn(all)) onPause(pause);
  });
  const pauses = createRunPauses(orders, attempt);
  const beginning = beginningOf(run, snapshot, owned, { sql, keys });
  const held: HeldRun = holdFlow({
    flow,
    beginning,
    loginOf: (secrets) => loginOf(deps, run, secrets, () => held),
    now,
    vaultOf: (secrets) => createRunVault({ ...owned, projectId, flow, sql, keys, secrets, mayAct }),
    answersOf: (secrets) =>
      createRunAnswers({ runId, projectId, attempt, steps: flow.steps, orders, keys, secrets }),
    pauses,
    openBrowser: (own, abandoned) => deps.openBrowser(run, { ...own, now }, abandoned),
  });
  const describe = flow.checkpoints && !keys ? withNotice(held.describe, NO_CHECKPOINTS) : held.describe;
  const editSteps = async (signal: AbortSignal): Promise<StepsInput> => {
    const plan = await untilDatabaseAnswers(signal, () => readOwnPlan(sql, owned));
    const edited = readStoredFlow(plan);
    await held.editSteps(edited);
    return stepsInput(flow, edited.steps);
  };
  const sources = { flow, ...held, describe, editSteps, savedLogin: () => held.login?.saved };
  const checkpoints = checkpointsOf(deps, run, snapshot, held);
  const keptAt = snapshot.context.parked && snapshot.context.done;
  const parking = keys && createParking({ ...deps, ...owned, ...held, projectId, attempt, keptAt, keys });
  const { sinks, ...hearers } = hearersOf(deps, run, snapshot, isOver);
  const keepPage = async (done: number) => {
    // One after the other: the page is asked once at a time.
    await checkpoints?.keep(done);
    await held.login?.keep(done);
  };
  return { run, snapshot, sources, orders, pauses, ...hearers, keepPage, parking, sinks };
}

/** What hears of its commits. */
function hearersOf(
  deps: RunActorDeps,
  run: RunParts['run'],
  snapshot: RunSnapshot,
  isOver: Ownership['isOver'],
): Pick<RunParts, 'trace' | 'publisher' | 'late' | 'sinks'> {
  const trace = traceClaim({ ...run, owner: deps.owner, movedAt: snapshot.context.now }, deps.now);
  const late = createLateResult(deps.sql, deps.log);
  const publisher = createRunPublisher(deps, run, isOver);
  const publishing: MoveSink = { stored: ({ entries }) => publisher.push(entries) };
  return { trace, publisher, late, sinks: [{ stored: meterNews }, trace, publishing, late] };
}

function loginOf(
  { sql, owner, log, sealKeys: keys }: RunActorDeps,
  { id: runId, epoch, projectId, plan: flow }: RunParts['run'] & { plan: Flow },
  secrets: RunSecrets,
  held: () => HeldRun,
): RunLogin | undefined {
  const { profile: use } = flow;
  const goesOn = (done: number) => goesOnAfter(done, flow, held());
  const capture: HeldRun['capture'] = (limits) => held().capture(limits);
  const given = { runId, owner, epoch, projectId, flow, secrets, goesOn, sql, keys, log };
  return use && createRunLogin({ ...given, use, capture });
}

function checkpointsOf(
  { sql, owner, log, sealKeys: keys }: RunActorDeps,
  { id: runId, epoch, projectId, plan: flow }: RunParts['run'] & { plan: Flow },
  snapshot: RunSnapshot,
  { hold, capture, answers }: Pick<ReturnType<typeof holdFlow>, 'hold' | 'capture' | 'answers'>,
): Checkpoints | undefined {
  if (!flow.checkpoints || !keys) return undefined;
  const { begins = 0, attempt } = snapshot.context;
  const goesOn = (done: number) => goesOnAfter(done, flow, { hold, answers });
  const kept = { runId, owner, epoch, projectId, attempt, begins, goesOn, sql, log, capture };
  return createCheckpoints({ ...kept, keys });
}

const goesOnAfter = (
  done: number,
  flow: Flow,
  { hold, answers }: Pick<HeldRun, 'hold' | 'answers'>,
): boolean =>
  hold.outcome(done - 1, 'flow')?.ok === true ||
  flow.steps[done - 1]?.optional === true ||
  // Another runner has asked.
  answers.of(done - 1) !== undefined;

const withNotice = (describe: StepDescriber, notice: Notice): StepDescriber => ({
  ...describe,
  notices: () => [...(describe.notices?.() ?? []), notice],
});
