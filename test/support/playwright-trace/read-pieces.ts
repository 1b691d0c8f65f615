import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { placeOfPiece, unpackPiece } from '#shared/domain/playwright-trace/pieces.ts';

/** What a run's folder of artifacts has of its trace: the files of the zip, by name. */
export async function readPieces(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder).catch(() => []);
  const pieces = names.flatMap((name) => {
    const place = placeOfPiece(name);
    return place ? [{ name, ...place }] : [];
  });
  pieces.sort((one, other) => one.index - other.index);
  const files = new Map<string, Buffer>();
  for (const { name } of pieces)
    for (const part of unpackPiece(gunzipSync(await readFile(join(folder, name)))))
      files.set(part.name, Buffer.concat([files.get(part.name) ?? Buffer.alloc(0), part.bytes]));
  return files;
}

/** The lines of one of its files. */
export const linesOf = <Line>(files: Map<string, Buffer>, name: string): Line[] =>
  (files.get(name) ?? '')
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
