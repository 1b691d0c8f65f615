/*
 * The trace of a run from its start to what becomes of it at the end. Delays no end by more than a moment (I3, I13): what is
 * not kept by then follows, and a runner that leaves waits for it.
 */
import type { BrowserContext } from 'playwright';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { pieceName } from '#shared/domain/playwright-trace/pieces.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { RunFields } from '#shared/platform/log/run-fields.ts';
import type { BrowserLog } from '../chromium/browser-log.ts';
import { oneLine } from '../failure.ts';
import type { RunSecrets } from '../vault/run-secrets.ts';
import { type Recording, startRecording } from './recording.ts';

/** How long an end waits for its trace in all: before its context closes, and once that is gone. */
const WAIT_MS = 200;

/** How its run has ended. */
interface Ended {
  hasPassed?: boolean | undefined;
  isUnused?: boolean | undefined;
}

export interface RunTrace extends Pick<Recording, 'begins' | 'ended' | 'looked' | 'started'> {
  /** The context may be closed then. A trace that is probably not kept takes no time. Never rejects. */
  stop(how: Ended): Promise<void>;
  /** After `stop`; goes on by itself. */
  finish(how: Ended): void;
  /** A trace that its run's success would remove waits for this: a cancel may overrule that (I3). The first call counts. */
  over(hasPassed: boolean): void;
  /** Resolves when what is kept is kept, or a moment later. */
  kept(): Promise<void>;
}

export interface RunToTrace {
  runId: string;
  epoch: number;
  flow: Flow;
  secrets: RunSecrets;
  artifacts: Pick<Artifacts, 'put' | 'discard'>;
  logFields: RunFields;
}

/** Owns the traces that are not kept yet though their runs have ended. */
export class Traces {
  readonly #late = new Set<Promise<void>>();
  readonly #mostMib: number;
  readonly #log: BrowserLog;

  constructor(mostMib: number, log: BrowserLog) {
    this.#mostMib = mostMib;
    this.#log = log;
  }

  /** Undefined if the flow has none, or there can be none: the run goes on without. */
  start(context: BrowserContext, run: RunToTrace): RunTrace | undefined {
    const { runId, epoch, flow, secrets, artifacts, logFields } = run;
    if (flow.playwrightTrace === 'off') return undefined;
    const onFailed = (error: unknown) =>
      this.#log.warn({ ...logFields, reason: oneLine(error) }, "a part of Playwright's trace is not kept");
    const named = (index: number) => pieceName(runId, { epoch, index });
    try {
      const recording = startRecording({
        context,
        secrets: {
          redact: secrets.redactEverywhere,
          get hidesFields() {
            return secrets.hasAny;
          },
        },
        mostMib: this.#mostMib,
        put: (index, piece) => artifacts.put(runId, named(index), piece),
        discard: (pieces) =>
          artifacts.discard(
            runId,
            Array.from({ length: pieces }, (_, at) => named(at)),
          ),
        onFailed,
      });
      return this.#follow(recording, flow.playwrightTrace === 'on-failure');
    } catch (error) {
      onFailed(error);
      return undefined;
    }
  }

  /** Waits so long at most for those that are late. */
  async flush(ms: number): Promise<void> {
    await settlesWithin(Promise.all(this.#late), ms);
  }

  #follow(recording: Recording, onlyOnFailure: boolean): RunTrace {
    let finishing: Promise<void> = Promise.resolve();
    let left = WAIT_MS;
    const waitFor = async (work: Promise<void>) => {
      const from = performance.now();
      await settlesWithin(work, Math.max(0, left));
      left -= performance.now() - from;
    };
    const outcome = Promise.withResolvers<boolean>();
    const { begins, ended, looked, started } = recording;
    const keeps = ({ hasPassed, isUnused }: Ended) => !(isUnused || (onlyOnFailure && hasPassed));
    const finishLate = (isKept: boolean) => {
      const late = recording.finish(isKept).finally(() => this.#late.delete(late));
      this.#late.add(late);
      return late;
    };
    return {
      begins,
      ended,
      looked,
      started,
      stop: (how) => waitFor(recording.stop(keeps(how))),
      finish: (how) => {
        if (keeps(how)) finishing = finishLate(true);
        else if (how.isUnused) void finishLate(false);
        else void outcome.promise.then((hasPassed) => finishLate(!hasPassed));
      },
      over: outcome.resolve,
      kept: () => waitFor(finishing),
    };
  }
}
