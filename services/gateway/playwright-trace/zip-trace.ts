import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { TraceFile } from './stored-trace.ts';

/** A zip file of them, made while it is read: each file is asked for when the one before is written. */
export function zipTrace(files: AsyncIterable<TraceFile>): Readable {
  const zip = new ZipFile();
  const written = zip.outputStream as Readable;
  const fail = (error: unknown) => void written.destroy(error as Error);
  zip.on('error', fail);
  addAll(zip, files, written).catch(fail);
  return written;
}

async function addAll(zip: ZipFile, files: AsyncIterable<TraceFile>, written: Readable): Promise<void> {
  const left = new AbortController();
  let content: Readable | undefined;
  written.once('close', () => {
    left.abort();
    content?.destroy();
  });
  for await (const { name, read } of files) {
    content = Readable.from(read(), { objectMode: false });
    // yazl does not hear of it.
    content.once('error', (error) => written.destroy(error));
    const isRead = once(content, 'end', { signal: left.signal });
    zip.addReadStream(content, name);
    await isRead;
  }
  zip.end();
}
