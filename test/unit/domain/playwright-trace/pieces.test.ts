/* A piece of a Playwright trace gives back its whole parts, also if it was cut short. */
import { describe, expect, it } from 'vitest';
import {
  PART_NAME,
  packPiece,
  pieceName,
  placeOfPiece,
  unpackPiece,
} from '#shared/domain/playwright-trace/pieces.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a piece', () => {
  const parts = [
    { name: 'trace.trace', bytes: bytes('{"type":"before"}\n{"ñ":"\\n"}\n') },
    { name: 'resources/empty.css', bytes: bytes('') },
    { name: 'resources/0a.png', bytes: new Uint8Array([0, 10, 255, 10]) },
  ];

  it('gives back its parts', () => {
    expect([...unpackPiece(packPiece(parts))]).toEqual(parts);
  });

  it('that is cut short gives those that are whole', () => {
    const piece = packPiece(parts);
    expect([...unpackPiece(piece.subarray(0, piece.length - 1))]).toEqual(parts.slice(0, 2));
    expect([...unpackPiece(new Uint8Array())]).toEqual([]);
  });

  it('is found by its name among the other artifacts of its run', () => {
    const id = '01a22b3e-bb08-768e-99aa-000000000000';
    expect(placeOfPiece(pieceName(id, { epoch: 3, index: 12 }))).toEqual({ epoch: 3, index: 12 });
    for (const other of [`3-0-${id}.png`, `3-video-${id}.webm`, 'x'])
      expect(placeOfPiece(other)).toBeUndefined();
  });

  it('has parts whose names lead nowhere else', () => {
    for (const name of ['trace.trace', 'trace.network', 'resources/0a.png']) expect(name).toMatch(PART_NAME);
    for (const name of ['../x', 'resources/../x', 'resources/a/b', 'resources/.x', '/etc/passwd'])
      expect(name).not.toMatch(PART_NAME);
  });
});
