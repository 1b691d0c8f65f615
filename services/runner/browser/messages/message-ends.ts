/*
 * The ends of a message of Chromium say what it is, however large it is: the command that it answers first, session and
 * context last. Quotes in a page's texts are escaped, so no page can forge this.
 */
const HEAD_BYTES = 200;
const TAIL_BYTES = 400;

const CONSOLE = ['{"method":"Runtime.consoleAPICalled"', '{"method":"Log.entryAdded"'].map((text) =>
  Buffer.from(text),
);

/** Enough of a message to know what it is; `add` takes every piece. */
export interface MessageEnds {
  add(piece: Buffer): void;
  /** A line on a console, or in the log that Chromium keeps beside it. */
  readonly isOfConsole: boolean;
  /** The command that it answers. */
  readonly answers: number | undefined;
  /** Empty for the browser's own. */
  readonly session: string;
  /** The context of the page or worker that it tells of. */
  readonly context: string | undefined;
}

const first = (pattern: RegExp, bytes: Buffer) => pattern.exec(bytes.toString('latin1'))?.[1];

export function readEnds(): MessageEnds {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  return {
    add(piece) {
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece.subarray(0, HEAD_BYTES)]);
      tail = Buffer.concat([tail, piece.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    },
    get isOfConsole() {
      return CONSOLE.some((begin) => head.subarray(0, begin.length).equals(begin));
    },
    get answers() {
      const id = first(/^\{"id":(\d+),/, head);
      return id === undefined ? undefined : Number(id);
    },
    get session() {
      return first(/,"sessionId":"(\w+)"\}$/, tail) ?? '';
    },
    get context() {
      return first(/"browserContextId":"(\w+)"/, tail);
    },
  };
}
