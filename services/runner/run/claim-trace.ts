/*
 * What the owner of a run tells of it in the run's trace, and in that of its cancel: from what it has stored, and from its
 * commits. Owns where it is in the two. Tells nothing where traces are off.
 */
import type { ClaimedRun } from '#shared/adapters/database/runs/claim.ts';
import type { CancelVia } from '#shared/domain/run/context.ts';
import type { Rung } from '#shared/domain/run/meaning.ts';
import { meaningOf } from '#shared/domain/run/states.ts';
import { messageSpan } from '#shared/platform/traces/message-span.ts';
import { placeOfClaim, placeOfRun, type TracedRun, tellClaim } from '#shared/platform/traces/run-trace.ts';
import {
  beginSpan,
  noSpan,
  type SpanStart,
  type TraceSpan,
  tellSpan,
  tellWork,
  tracesAreOn,
} from '#shared/platform/traces/spans.ts';
import { statementSpan } from '#shared/platform/traces/statement-span.ts';
import type { DoneOutcome, DoneStep, News, Stay } from './news.ts';

export interface ClaimTrace {
  /** A cancel has come, from this place in its own trace; `hear` hands it to the machine. */
  cancelled(place: string | undefined, via: CancelVia, hear: () => void): void;
  /** A transition is written. */
  commit<Result>(status: string, write: () => Promise<Result>): Promise<Result>;
  /** What the owner has stored. */
  stored(news: News): void;
  /** The owner has stored its last write, at this time, epoch ms. `error`: why it could not go on, as a code. */
  over(at: number, error?: string): void;
  /** The owner gives the run up, and stops its browser. The process that ends the run writes the claim's span. */
  fence(): TraceSpan;
}

export interface TracedClaim
  extends Pick<ClaimedRun, 'id' | 'epoch' | 'lastSeq' | 'createdAt' | 'now' | 'traceparent'> {
  owner: string;
  /** When its machine has moved last, epoch ms: into the queue, if it was requeued. */
  movedAt: number;
}

/** `now`: the database's time, epoch ms. */
export const traceClaim = (claim: TracedClaim, now: () => number): ClaimTrace =>
  tracesAreOn() ? new Trace(claim, now) : NO_TRACE;

const NO_TRACE: ClaimTrace = {
  cancelled: (_place, _via, hear) => hear(),
  commit: (_status, write) => write(),
  stored: () => undefined,
  over: () => undefined,
  fence: () => noSpan(undefined),
};

/** What a span of each rung of a cancel is called. */
const RUNGS: Readonly<Record<Rung, string>> = {
  finish: 'finish atomic step',
  abort: 'interrupt call',
  cleanup: 'run onCancel steps',
  close: 'close context',
  kill: 'kill browser',
};

class Trace implements ClaimTrace {
  readonly #claim: TracedClaim;
  readonly #run: TracedRun;
  /** Where it is in the trace of the run, and in that of the cancel once there is one. */
  readonly #place: string | undefined;
  #cancel: { place: string | undefined; at: number } | undefined;
  readonly #now: () => number;

  constructor(claim: TracedClaim, now: () => number) {
    this.#claim = claim;
    this.#now = now;
    this.#run = { runId: claim.id, traceparent: claim.traceparent };
    this.#place = placeOfClaim(this.#run, claim.epoch);
    const parent = placeOfRun(this.#run);
    const claimedAt = claim.now.getTime();
    const queuedAt = claim.lastSeq === 0 ? claim.createdAt.getTime() : claim.movedAt;
    tellSpan('wait in queue', { parent, at: queuedAt }, { at: claimedAt });
    const [, statement] = statementSpan('UPDATE', 'runs', parent);
    tellSpan('claim run', { ...statement, at: claimedAt }, { at: now() });
  }

  cancelled(place: string | undefined, via: CancelVia, hear: () => void): void {
    // Each answer of the database says it again.
    const isRepeat = this.#cancel?.place !== undefined && via !== 'command';
    const [name, start] = receiptOf(isRepeat ? undefined : place, via, this.#place);
    // The machine's clock times what is a part of it.
    const at = this.#now();
    const span = beginSpan(name, { ...start, at });
    // That of a runner which shuts down is in no trace; the user's that outranks it may be.
    this.#cancel ??= { place: undefined, at };
    this.#cancel.place ??= span.traceparent;
    hear();
    span.end({ at: this.#now() });
  }

  commit<Result>(status: string, write: () => Promise<Result>): Promise<Result> {
    const [name, start] = statementSpan('UPDATE', 'runs', this.#cancel?.place ?? this.#place);
    return tellWork(
      name,
      { ...start, at: this.#now(), attributes: { ...start.attributes, 'ghostly.run.status': status } },
      write,
      { now: this.#now },
    );
  }

  stored({ steps, stays }: News): void {
    for (const step of steps) this.#tellStep(step);
    for (const stay of stays) this.#tellState(stay);
  }

  over(at: number, error?: string): void {
    const { owner, epoch, now } = this.#claim;
    tellClaim({ ...this.#run, owner, epoch, from: now.getTime(), to: at, error });
    if (this.#cancel)
      tellSpan(
        'cancelling',
        { parent: this.#place, at: this.#cancel.at, links: [this.#cancel.place] },
        { at },
      );
  }

  fence(): TraceSpan {
    return beginSpan('fence run', { parent: this.#place });
  }

  #tellStep({ index, step, outcome, began, ended }: DoneStep): void {
    const action = step.action ?? 'unknown';
    const attributes = {
      'cicd.pipeline.task.name': action,
      'cicd.pipeline.task.run.result': RESULTS[outcome],
      'ghostly.step.index': index,
    };
    const error = outcome === 'ok' ? undefined : outcome;
    tellSpan(`step ${action}`, { parent: this.#place, at: began.at, attributes }, { at: ended.at, error });
  }

  #tellState({ state, to, entered, left: { at } }: Stay): void {
    const { rung, waitsFor } = meaningOf(state);
    if (rung) tellSpan(RUNGS[rung], { parent: this.#cancel?.place, at: entered.at }, { at });
    const start = { parent: this.#place, at: entered.at };
    if (waitsFor === 'browser') {
      const failed = meaningOf(to).waitsFor === 'outcome';
      tellSpan('open browser context', start, { at, error: failed ? 'launch_failed' : undefined });
    }
    if (waitsFor === 'outcome') tellSpan('close context', start, { at });
  }
}

const RESULTS: Record<DoneOutcome, string> = {
  ok: 'success',
  failed: 'failure',
  interrupted: 'cancellation',
};

/** How a cancel came: received as a message, or found with something that this owner did. */
function receiptOf(
  parent: string | undefined,
  via: CancelVia,
  link: string | undefined,
): [name: string, start: SpanStart] {
  const [name, start] = messageSpan('process', 'ghostly.v1.run.{runId}.command', parent);
  const attributes = { 'ghostly.cancel.via': via };
  if (via !== 'command') return ['hear of cancel', { parent, links: [link], attributes }];
  return [name, { ...start, links: [link], attributes: { ...start.attributes, ...attributes } }];
}
