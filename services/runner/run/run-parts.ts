import type { ClaimedRun } from '#shared/database/runs/claim.ts';
import { type RunSnapshot, restore } from '#shared/run/snapshot.ts';
import type { RunActorDeps } from './actor.ts';
import { type ClaimTrace, traceClaim } from './claim-trace.ts';
import type { EntryPublisher } from './entry-publisher.ts';
import { holdFlow } from './hold-flow.ts';
import { createLateResult, type LateResult } from './late-result.ts';
import type { MoveSink } from './move-sink.ts';
import { meterNews } from './run-meter.ts';
import { createRunPublisher } from './run-publisher.ts';
import { readStoredFlow } from './stored-flow.ts';
import type { ToldWith } from './transition-entry.ts';

/** What the owner of a run has of it: its browser side, and whoever hears of its moves. */
export interface RunParts {
  run: ClaimedRun;
  /** Where its machine begins. */
  snapshot: RunSnapshot;
  told: Omit<ToldWith, 'cause'> & Pick<ReturnType<typeof holdFlow>, 'hold'>;
  trace: ClaimTrace;
  publisher: EntryPublisher;
  late: LateResult;
  /** In the order in which they are told. */
  sinks: readonly MoveSink[];
}

/**
 * `isOver`: whether the owner has stored its last transition. Throws `UnreadableSnapshotError` if the run's machine cannot be
 * restored, `UnreadableFlowError` if it has no flow.
 */
export function partsOf(deps: RunActorDeps, claimed: ClaimedRun, isOver: () => boolean): RunParts {
  const flow = readStoredFlow(claimed.plan);
  const run = { ...claimed, plan: flow };
  const snapshot = restore(run.snapshot);
  const open = (abandoned: AbortSignal) => deps.openBrowser(run, deps.now, abandoned);
  const told = { flow, ...holdFlow(flow, deps.now, open) };
  const trace = traceClaim({ ...run, owner: deps.owner, movedAt: snapshot.context.now }, deps.now);
  const late = createLateResult(deps.sql, deps.log);
  const publisher = createRunPublisher(deps, run, isOver);
  const publishing: MoveSink = { stored: ({ entries }) => publisher.push(entries) };
  const sinks = [{ stored: meterNews }, trace, publishing, late];
  return { run, snapshot, told, trace, publisher, late, sinks };
}
