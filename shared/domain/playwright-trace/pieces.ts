/*
 * How a Playwright trace is kept while its run goes: in pieces that are never changed, each with what was written since the
 * one before. Pure; the bytes of a piece are those before it is compressed.
 */

/** Lines of the trace, lines of its network, or a file that one of them names. */
export interface TracePart {
  /** Its name in the zip file that Playwright's viewer opens. */
  name: string;
  bytes: Uint8Array;
}

export const TRACE_LINES = 'trace.trace';
export const NETWORK_LINES = 'trace.network';
/** The folder of all that lines name. */
export const RESOURCES = 'resources/';

/** A name of a part, which is also one in a URL. */
export const PART_NAME = /^(?:trace\.(?:trace|network)|resources\/[\w-]+(?:\.[\w-]+)*)$/;

/** Where a piece is among those of its run. */
export interface PiecePlace {
  epoch: number;
  index: number;
}

const NAME = /^(\d{1,10})-playwright-trace-(\d{1,10})-/;

/** The name of a piece as an artifact. */
export const pieceName = (runId: string, { epoch, index }: PiecePlace): string =>
  `${epoch}-playwright-trace-${index}-${runId}.gz`;

/** Where an artifact is among the pieces of its run; undefined if it is none. */
export function placeOfPiece(name: string): PiecePlace | undefined {
  const [, epoch, index] = NAME.exec(name) ?? [];
  return epoch === undefined || index === undefined
    ? undefined
    : { epoch: Number(epoch), index: Number(index) };
}

/** Each part is a line of JSON with its name and size, then its bytes. */
export function packPiece(parts: readonly TracePart[]): Uint8Array {
  const encoder = new TextEncoder();
  const chunks = parts.flatMap(({ name, bytes }) => [
    encoder.encode(`${JSON.stringify({ name, size: bytes.length })}\n`),
    bytes,
  ]);
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const LINE_END = 0x0a;

/** The parts that are whole. */
export function* unpackPiece(piece: Uint8Array): Generator<TracePart> {
  let at = 0;
  for (let end = piece.indexOf(LINE_END); end !== -1; end = piece.indexOf(LINE_END, at)) {
    const { name, size } = JSON.parse(new TextDecoder().decode(piece.subarray(at, end))) as {
      name: string;
      size: number;
    };
    at = end + 1 + size;
    if (at > piece.length) return;
    yield { name, bytes: piece.subarray(end + 1, at) };
  }
}
