/*
 * How an owner parts with its run: it is stored as final or as waiting without an owner, it is lost, or this process
 * cannot go on with it. Owns the order in which machine, recorder and browser stop then (I2, I8).
 */
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import { isNotFree, isRequeued } from '#shared/domain/run/runner-loss.ts';
import { type RunSnapshot, stateOf } from '#shared/domain/run/snapshot.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import type { Status } from '#shared/domain/run/status.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import { METRICS } from '#shared/platform/metrics/instruments.ts';
import type { RunActor, RunActorDeps } from './actor.ts';
import { closeOrKill } from './close-or-kill.ts';
import { endBroken } from './end-broken.ts';
import type { Parking } from './kept/parking.ts';
import { isActing } from './late-result.ts';
import type { LiveMachine } from './live-machine.ts';
import type { Recorder } from './recorder.ts';
import type { RunParts } from './run-parts.ts';
import { settleInFlight } from './settle-in-flight.ts';
import type { Tenure } from './tenure.ts';

interface Owned {
  parts: RunParts;
  machine: LiveMachine;
  recorder: Recorder;
  tenure: Tenure;
}

export class Parting implements Pick<RunActor, 'fence' | 'handBack'> {
  readonly #deps: RunActorDeps;
  readonly #actor: RunActor;
  readonly #owned: Owned;

  constructor(deps: RunActorDeps, actor: RunActor, owned: Owned) {
    this.#deps = deps;
    this.#actor = actor;
    this.#owned = owned;
  }

  /** The last transition of this owner is stored, at that time. */
  finish(at: Date, status: Status): void {
    const { parts, machine, recorder, tenure } = this.#owned;
    if (tenure.isOver) return;
    tenure.close();
    parts.sources.hold.over(status === 'pass');
    parts.trace.over(at.getTime());
    machine.stop();
    recorder.close();
    tenure.end();
  }

  /** A run that cannot go on is ended as soon as its browser is gone. */
  async giveUp(error: string): Promise<void> {
    const { runId, epoch } = this.#actor;
    const { owner, now } = this.#deps;
    await this.fence(error);
    await endBroken(this.#deps, { runId, owner, epoch, error }, (code) =>
      this.#owned.parts.trace.over(now(), code),
    );
  }

  async handBack(error: string): Promise<void> {
    const { parts, machine, recorder, tenure } = this.#owned;
    const { hold } = parts.sources;
    const waits = endsByItself(machine.known);
    if (waits) hold.abandon();
    if (waits && (await settlesWithin(tenure.ended, this.#deps.closeMs))) return;
    const isLeft = isLeftToSupervisor(parts.run, recorder.committed, parts.parking);
    const parted = isLeft ? this.fence(error) : this.giveUp(error);
    hold.abandon();
    await parted;
  }

  async fence(why: string): Promise<void> {
    const { parts, recorder, tenure } = this.#owned;
    if (tenure.isOver) return tenure.ended;
    tenure.close();
    const { runId, epoch, state } = this.#actor;
    const { log, owner } = this.#deps;
    const { trace, publisher, sources, late } = parts;
    METRICS.fenced.add({});
    const span = trace.fence();
    log.warn({ why, state }, 'fenced: the browser of this run is stopped');
    this.#deps.releaseLease(this.#actor);
    publisher.stop();
    recorder.close();
    await this.#stopLost();
    sources.hold.over(false);
    span.end();
    tenure.end();
    await late.keep({ runId, epoch, owner, browserClosed: sources.hold.closed }, { why, state });
  }

  /** Stops the machine, then the browser, which may take `closeMs`. */
  async #stopLost(): Promise<void> {
    const { parts, machine } = this.#owned;
    const { known } = machine;
    const { hold, flow } = parts.sources;
    // A process that was stopped hears only now what its browser did meanwhile. No further step begins: it would have to be stored.
    if (isActing(known)) await settleInFlight(hold, flow.steps, known.context.done);
    machine.stop();
    const closing = { keepVideo: false, reason: 'this runner no longer owns the run' };
    await closeOrKill(hold, closing, this.#deps.closeMs);
  }
}

/** Whether what the run waits for now, its browser or the closing of that, ends its part here. */
function endsByItself(known: RunSnapshot): boolean {
  const isOpening = meaningOf(stateOf(known)).waitsFor === 'browser';
  // A run goes back into the queue once: the next time the end of its opening would be its own.
  return isOpening ? !known.context.returned : !known.hasTag('flow');
}

/** Whether a supervisor would put the run back into the queue, or park it, as it is stored. */
const isLeftToSupervisor = (
  run: Pick<ClaimedRun, 'onRunnerLoss' | 'attempt'>,
  committed: RunSnapshot,
  parking: Parking | undefined,
): boolean =>
  (committed.hasTag('awaitsPerson') && parking?.isKept(committed.context.done) === true) ||
  isRequeued({ ...run, returned: isNotFree(committed.context), state: stateOf(committed) });
