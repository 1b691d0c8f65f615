/*
 * The trace of a run from its start to what becomes of it at the end. Delays no end by more than a moment (I3, I13): what is
 * not kept by then follows, and a runner that leaves waits for it.
 */
import { randomUUID } from 'node:crypto';
import type { BrowserContext } from 'playwright';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { pieceName } from '#shared/domain/playwright-trace/pieces.ts';
import { settlesWithin } from '#shared/platform/async/settles-within.ts';
import type { RunFields } from '#shared/platform/log/run-fields.ts';
import type { BrowserLog } from '../chromium/browser-log.ts';
import type { TracesFolder } from '../chromium/traces-folder.ts';
import { oneLine } from '../failure.ts';
import type { RunSecrets } from '../vault/run-secrets.ts';
import { type Recording, startRecording } from './recording.ts';

/** How long an end waits for its trace once the context is gone. */
const WAIT_MS = 100;

export interface RunTrace extends Pick<Recording, 'begins' | 'ended' | 'stop'> {
  /** Goes on by itself. */
  finish(how: { hasPassed: boolean | undefined; isUnused: boolean | undefined }): void;
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

  /** Undefined if the flow has none, or it cannot be started: the run goes on without. Never rejects. */
  async start(
    context: BrowserContext,
    folder: TracesFolder | undefined,
    run: RunToTrace,
  ): Promise<RunTrace | undefined> {
    const { runId, epoch, flow, secrets, artifacts, logFields } = run;
    if (flow.playwrightTrace === 'off' || folder === undefined) return undefined;
    const onFailed = (error: unknown) =>
      this.#log.warn({ ...logFields, reason: oneLine(error) }, "a part of Playwright's trace is not kept");
    const named = (index: number) => pieceName(runId, { epoch, index });
    try {
      const recording = await startRecording({
        context,
        folder,
        name: randomUUID(),
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
    const { begins, ended } = recording;
    return {
      begins,
      ended,
      stop: () => recording.stop(),
      finish: ({ hasPassed, isUnused }) => {
        const keeps = !(isUnused || (onlyOnFailure && hasPassed));
        const late = recording.finish(keeps).finally(() => this.#late.delete(late));
        this.#late.add(late);
        if (keeps) finishing = late;
      },
      async kept() {
        await settlesWithin(finishing, WAIT_MS);
      },
    };
  }
}
