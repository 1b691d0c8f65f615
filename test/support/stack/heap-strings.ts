import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../eventually.ts';
import type { ServiceProcess } from './service-process.ts';

/** The last part of a snapshot, and all of it that is looked at. */
const STRINGS = '"strings":[';

/** For the environment of a gateway: it writes its heap to this folder when it is asked to. */
export const writesHeapTo = (folder: string): string =>
  `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}`;

/** Every string in the heap of a gateway that writes to this folder. */
export async function heapStrings(gateway: ServiceProcess, folder: string): Promise<string[]> {
  const before = new Set(await readdir(folder));
  gateway.signal('SIGUSR2');
  const name = await eventually(async () => {
    const made = (await readdir(folder)).find((file) => !before.has(file));
    if (made === undefined) throw new Error('there is no snapshot yet');
    return made;
  });
  // It answers once the snapshot is whole: the same thread writes it.
  await (await fetch(`${await gateway.ready}/health`)).text();
  const bytes = await readFile(join(folder, name));
  const from = bytes.lastIndexOf(STRINGS);
  if (from < 0) throw new Error(`${name} has no strings`);
  return (JSON.parse(`{${bytes.toString('utf8', from)}`) as { strings: string[] }).strings;
}
