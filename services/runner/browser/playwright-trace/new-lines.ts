import { type FileHandle, open } from 'node:fs/promises';
import { onCode } from '#shared/platform/files/on-code.ts';

/** So much is read at a time. */
const CHUNK = 1_048_576;
const LINE_END = 0x0a;

/** A line that is longer than `longest` bytes comes as its beginning, with `isCut`. */
export interface Line {
  text: string;
  isCut: boolean;
}

export interface NewLines {
  /** The whole lines that were appended since the last call. */
  read(): AsyncGenerator<Line>;
  /** Bytes read so far. */
  readonly bytes: number;
  close(): Promise<void>;
}

/** Follows a file of lines that another one appends to. It may not be there yet. */
export function followLines(path: string, longest: number): NewLines {
  let file: FileHandle | undefined;
  let at = 0;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  let dropped = false;

  const take = (piece: Buffer) => {
    begunBytes += piece.length;
    if (begunBytes - piece.length < longest) begun.push(piece);
    else dropped = true;
  };
  const ended = (): Line => {
    const whole = Buffer.concat(begun);
    const isCut = dropped || whole.length > longest;
    begun = [];
    begunBytes = 0;
    dropped = false;
    return { text: whole.subarray(0, longest).toString(), isCut };
  };

  return {
    async *read() {
      file ??= await open(path).catch(onCode('ENOENT', undefined));
      const buffer = Buffer.alloc(CHUNK);
      for (;;) {
        const { bytesRead = 0 } = (await file?.read(buffer, 0, CHUNK, at)) ?? {};
        if (bytesRead === 0) return;
        at += bytesRead;
        const chunk = Buffer.from(buffer.subarray(0, bytesRead));
        let from = 0;
        for (let end = chunk.indexOf(LINE_END); end !== -1; end = chunk.indexOf(LINE_END, from)) {
          take(chunk.subarray(from, end));
          from = end + 1;
          yield ended();
        }
        if (from < chunk.length) take(chunk.subarray(from));
      }
    },
    get bytes() {
      return at;
    },
    close: async () => file?.close(),
  };
}
