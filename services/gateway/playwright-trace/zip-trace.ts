import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { TraceFile } from './stored-trace.ts';

/** A zip file of them, made while it is read: each file is opened when the one before is written. */
export function zipTrace(files: readonly TraceFile[]): Readable {
  const zip = new ZipFile();
  const written = zip.outputStream as Readable;
  zip.on('error', (error: unknown) => void written.destroy(error as Error));
  for (const { name, read } of files)
    zip.addReadStreamLazy(name, (give) => {
      const content = Readable.from(read(), { objectMode: false });
      written.once('close', () => content.destroy());
      give(null, content);
    });
  zip.end();
  return written;
}
