/*
 * What is kept of Playwright's trace of a run, read from its pieces one at a time, each once. A run that goes on has more
 * later; of one that was started again on another runner, each attempt is a trace of its own. Owns nothing.
 */
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
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
const zip = promisify(gzip);

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

/**
 * The files; none if there is no trace. What is read at once, before the next is asked for, is read of the piece that it was
 * found in. Lines, of which each piece has some, come last, and are compressed until then.
 */
export async function* filesOfTrace(
  store: Store,
  runId: string,
  signal: AbortSignal,
): AsyncGenerator<TraceFile, void, undefined> {
  const pieces = await piecesOf(store, runId);
  const read = createReader(store, runId, signal);
  const lines = new Map<string, Buffer[]>();
  for (const { epoch } of pieces)
    for (const name of [TRACE_LINES, NETWORK_LINES]) lines.set(`${epoch}-${name}`, []);
  const found = new Set<string>();
  for (const piece of pieces)
    for (const { name, bytes } of await read(piece)) {
      if (!name.startsWith(RESOURCES)) lines.get(`${piece.epoch}-${name}`)?.push(await zip(bytes, FAST));
      else if (!found.has(name)) {
        found.add(name);
        yield { name, read: () => bytesNamed(name, piece, read) };
      }
    }
  for (const [name, zipped] of lines) yield { name, read: () => unzipped(zipped) };
}

const FAST = { level: 1 };

async function* unzipped(parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await unzip(part);
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
function createReader(store: Store, runId: string, signal: AbortSignal): ReadPiece {
  let last: { artifact: string; parts: Promise<TracePart[]> } | undefined;
  return async ({ artifact }) => {
    signal.throwIfAborted();
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

async function* bytesNamed(name: string, piece: Piece, read: ReadPiece): AsyncGenerator<Uint8Array> {
  for (const part of await read(piece)) if (part.name === name) yield part.bytes;
}
