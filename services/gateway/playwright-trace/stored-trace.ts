/*
 * What is kept of Playwright's trace of a run, read from its pieces one at a time. A run that goes on has more later; of one
 * that was started again on another runner, each attempt is a trace of its own. Owns nothing.
 */
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Artifacts } from '#shared/adapters/artifacts/artifacts.ts';
import {
  NETWORK_LINES,
  type PiecePlace,
  placeOfPiece,
  RESOURCES,
  TRACE_LINES,
  type TracePart,
  unpackPiece,
} from '#shared/domain/playwright-trace/pieces.ts';

const unzip = promisify(gunzip);

type Store = Pick<Artifacts, 'list' | 'open'>;

/** A file of the trace, under its name in the zip file. */
export interface TraceFile {
  name: string;
  /** Its bytes, in order. */
  read(): AsyncGenerator<Uint8Array>;
}

interface Piece extends PiecePlace {
  artifact: string;
}

/** The files, those of the lines first; none if there is no trace. */
export async function filesOfTrace(store: Store, runId: string): Promise<TraceFile[]> {
  const pieces = await piecesOf(store, runId);
  const epochs = [...new Set(pieces.map(({ epoch }) => epoch))];
  const read = createReader(store, runId);
  const lines = epochs.flatMap((epoch) => {
    const those = pieces.filter((piece) => piece.epoch === epoch);
    return [TRACE_LINES, NETWORK_LINES].map((name) => ({
      name: `${epoch}-${name}`,
      read: () => bytesNamed(name, those, read),
    }));
  });
  const resources = new Map<string, TraceFile>();
  for (const piece of pieces)
    for (const { name } of await read(piece))
      if (name.startsWith(RESOURCES) && !resources.has(name))
        resources.set(name, { name, read: () => bytesNamed(name, [piece], read) });
  return [...lines, ...resources.values()];
}

/** Whether anything is kept of it. */
export const hasTrace = async (store: Store, runId: string): Promise<boolean> =>
  (await piecesOf(store, runId)).length > 0;

async function piecesOf(store: Store, runId: string): Promise<Piece[]> {
  const names = await store.list(runId);
  const pieces = names.flatMap((artifact) => {
    const place = placeOfPiece(artifact);
    return place ? [{ artifact, ...place }] : [];
  });
  return pieces.sort((one, other) => one.epoch - other.epoch || one.index - other.index);
}

type ReadPiece = (piece: Piece) => Promise<TracePart[]>;

/** The last piece is remembered: its files are asked for one after the other. */
function createReader(store: Store, runId: string): ReadPiece {
  let last: { artifact: string; parts: Promise<TracePart[]> } | undefined;
  return ({ artifact }) => {
    if (last?.artifact !== artifact) last = { artifact, parts: readPiece(store, runId, artifact) };
    return last.parts;
  };
}

async function readPiece(store: Store, runId: string, artifact: string): Promise<TracePart[]> {
  const opened = await store.open(runId, artifact);
  if (!opened) return []; // its run has just passed
  if (opened.size === 0) {
    await opened.close();
    return [];
  }
  return [...unpackPiece(await unzip(await buffer(opened.read({ start: 0, end: opened.size - 1 }))))];
}

async function* bytesNamed(
  name: string,
  pieces: readonly Piece[],
  read: ReadPiece,
): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) for (const part of await read(piece)) if (part.name === name) yield part.bytes;
}
