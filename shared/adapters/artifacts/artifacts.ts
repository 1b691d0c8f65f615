import type { Readable } from 'node:stream';
import type { Day } from '#shared/domain/run/day.ts';

/**
 * Where pictures and videos of runs are kept. An artifact is named by its run and a file name, and its path, as the API
 * tells it, is `<runId>/<name>`; it is kept below the run's day. Owns nothing of who may read one (I11).
 */
export interface Artifacts {
  /**
   * Runners keep what they put on their own disk first: another machine may have to wait for it. `lookOnce` opens only what
   * is there at once.
   */
  readonly arrivesLater?: { readonly lookOnce: Artifacts['open'] };
  /** The origin of its links, by which a page may name it; only of a store that can make some. */
  readonly linksFrom?: string;
  /** Called once by a process that will put, before it does. */
  prepare(): Promise<void>;
  /**
   * Keeps all of `content` or nothing, and resolves with its path. A file that is handed over is gone afterwards, or is
   * still there if it could not be kept. All but `prepare` throw {@link StoreUnavailableError} where it applies.
   */
  put(runId: string, name: string, content: Uint8Array | HandedOver): Promise<string>;
  /** The names of all artifacts of the run, in no order. */
  list(runId: string): Promise<string[]>;
  /** Removes these of the run's artifacts; one that is not there is no error. */
  discard(runId: string, names: readonly string[]): Promise<void>;
  /** Undefined if there is none of that name. */
  open(runId: string, name: string): Promise<Artifact | undefined>;
  /** Every artifact of the run; none is no error. */
  remove(runId: string): Promise<void>;
  /** Every artifact of all runs whose ids tell this day. */
  removeDay(day: Day): Promise<void>;
}

/** A file on this machine, as large as it may be. */
export interface HandedOver {
  readonly file: string;
}

/** A stored file, which has to be read once, or closed. */
export interface Artifact {
  /** Bytes that it had when it was opened; one that still grows gives no more. */
  readonly size: number;
  /** Closes it at its end, and when its reader leaves. */
  read(range: ByteRange): Readable;
  close(): Promise<void>;
  /** A URL that works for anyone who has it, for about a minute; only of a store that can make one. */
  link?(): Promise<string>;
}

/** There is no room for an artifact that a limit leaves out; the message is for the author of the flow. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** What a store has not got so long after the end of its run will not come any more, ms. */
export const ARRIVES_WITHIN_MS = 86_400_000;

/** The store is out of reach, or refuses for now. It may be asked again later. */
export class StoreUnavailableError extends Error {
  override readonly name: string = 'StoreUnavailableError';
  /** The status and the name of the error that the store answered with; undefined if it did not answer. */
  readonly answer: string | undefined;

  constructor(cause: unknown, answer?: string) {
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    super(`the object store does not do it: ${why}`, { cause });
    this.answer = answer;
  }
}

/** The store has answered that it does not take an artifact, and what is wrong will not pass by itself. */
export class ArtifactRefusedError extends StoreUnavailableError {
  override readonly name = 'ArtifactRefusedError';
  declare readonly answer: string;
  /** It may be the credentials, the rights or the bucket, which are the same for all artifacts. */
  readonly mayBeOfAll: boolean;

  constructor(cause: unknown, { answer, mayBeOfAll }: Pick<ArtifactRefusedError, 'answer' | 'mayBeOfAll'>) {
    super(cause, answer);
    this.mayBeOfAll = mayBeOfAll;
  }
}

/** Positions of the first and the last byte. */
export interface ByteRange {
  start: number;
  end: number;
}
