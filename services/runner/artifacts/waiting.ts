/** A file in the spool, by its path there. */
export interface Spooled {
  path: string;
  bytes: number;
}

export interface WaitingFile extends Spooled {
  /** A runner before this one, or another one of this home, has put it there. */
  isLeft: boolean;
  /** It is being sent. */
  isUnderWay: boolean;
  /** It is not sent before that time (`performance.now()`), as others are: it has failed alone. */
  dueAt: number;
  /** How often it has failed alone. */
  failures: number;
  /** How often the store has refused it. */
  refusals: number;
  /** When the store first refused it, alone or with all others (`performance.now()`). */
  refusedAt: number | undefined;
  /** How often it has failed since its runner began to leave. */
  failuresLeaving: number;
  /** How many files the store had taken when this one last failed. */
  takenBefore: number | undefined;
}

/** The files of a spool that a runner knows of, in the order in which they are sent. */
export interface Waiting extends Iterable<WaitingFile> {
  readonly size: number;
  /** The size of all files and reservations. */
  readonly bytes: number;
  /** A file that is known keeps its place. One that this runner has put stays its own, also if it is then found in the folder. */
  add(file: Spooled, how: { isLeft: boolean }): void;
  remove(path: string): void;
  /** Puts it behind the others. */
  postpone(path: string): void;
  /** The first that is due and not under way. */
  next(now: number): WaitingFile | undefined;
  /** The last that this runner has put, if it was not tried yet. */
  readonly newest: WaitingFile | undefined;
  /** When the first of those that are not under way is due; infinite if there is none. */
  readonly nextDueAt: number;
  /** Counts `bytes` until it is released. */
  reserve(bytes: number): () => void;
  /** The number and size of the files, for the log. */
  logFields(): { files: number; mib: number };
}

const NEW = {
  isUnderWay: false,
  dueAt: 0,
  failures: 0,
  refusals: 0,
  refusedAt: undefined,
  failuresLeaving: 0,
  takenBefore: undefined,
};

export function createWaiting(): Waiting {
  const files = new Map<string, WaitingFile>();
  let bytes = 0;
  let newest: WaitingFile | undefined;
  return {
    [Symbol.iterator]: () => files.values(),
    get size() {
      return files.size;
    },
    get bytes() {
      return bytes;
    },
    add(file, { isLeft }) {
      const known = files.get(file.path);
      if (known) known.isLeft &&= isLeft;
      else {
        bytes += file.bytes;
        const added = { ...file, ...NEW, isLeft };
        files.set(file.path, added);
        if (!isLeft) newest = added;
      }
    },
    get newest() {
      const isNew =
        newest && files.has(newest.path) && !newest.isUnderWay && newest.takenBefore === undefined;
      return isNew ? newest : undefined;
    },
    remove(path) {
      bytes -= files.get(path)?.bytes ?? 0;
      files.delete(path);
    },
    postpone(path) {
      const file = files.get(path);
      if (file && files.delete(path)) files.set(path, file);
    },
    next(now) {
      for (const file of files.values()) if (!file.isUnderWay && file.dueAt <= now) return file;
      return undefined;
    },
    get nextDueAt() {
      let first = Number.POSITIVE_INFINITY;
      for (const { isUnderWay, dueAt } of files.values()) if (!isUnderWay) first = Math.min(first, dueAt);
      return first;
    },
    reserve(more) {
      bytes += more;
      return () => {
        bytes -= more;
      };
    },
    logFields: () => ({ files: files.size, mib: Math.ceil(bytes / 1_048_576) }),
  };
}
