/** A file in the spool, by its path there. */
export interface Spooled {
  path: string;
  bytes: number;
}

export interface WaitingFile extends Spooled {
  /** A runner before this one, or another one of this home, has put it there. */
  isLeft: boolean;
}

/** The files of a spool that a runner knows of, in the order in which they are sent. */
export interface Waiting {
  readonly size: number;
  /** Of all of them, and of what is reserved. */
  readonly bytes: number;
  /** A file that is known keeps its place. One that this runner has put stays its own, also if it is then found in the folder. */
  add(file: Spooled, how: { isLeft: boolean }): void;
  remove(path: string): void;
  /** Puts it behind the others. */
  postpone(path: string): void;
  /** The first that is not in `tried`. */
  next(tried: ReadonlySet<string>): WaitingFile | undefined;
  /** Counts `bytes` until it is released. */
  reserve(bytes: number): () => void;
  /** For the log. */
  told(): { files: number; mib: number };
}

export function createWaiting(): Waiting {
  const files = new Map<string, WaitingFile>();
  let bytes = 0;
  return {
    get size() {
      return files.size;
    },
    get bytes() {
      return bytes;
    },
    add(file, { isLeft }) {
      const known = files.get(file.path);
      if (known === undefined) bytes += file.bytes;
      files.set(file.path, { ...(known ?? file), isLeft: isLeft && (known?.isLeft ?? true) });
    },
    remove(path) {
      bytes -= files.get(path)?.bytes ?? 0;
      files.delete(path);
    },
    postpone(path) {
      const file = files.get(path);
      if (file && files.delete(path)) files.set(path, file);
    },
    next(tried) {
      for (const file of files.values()) if (!tried.has(file.path)) return file;
      return undefined;
    },
    reserve(more) {
      bytes += more;
      return () => {
        bytes -= more;
      };
    },
    told: () => ({ files: files.size, mib: Math.ceil(bytes / 1_048_576) }),
  };
}
