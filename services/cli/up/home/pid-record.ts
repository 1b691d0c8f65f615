/*
 * Owns: <home>/pids/<name>.json, written for each service that is started and removed when it is gone, so that a later
 * start can end what a killed `up` left. A record names a process by more than its pid: pids are reused.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '#shared/platform/files/atomic-file.ts';
import { processIdentity } from '#shared/platform/process/identity.ts';

const recordSchema = z.object({ pid: z.number().int().positive(), identity: z.string() });
export type PidRecord = z.infer<typeof recordSchema>;

export const recordOf = async (pid: number): Promise<PidRecord | undefined> => {
  const identity = await processIdentity(pid);
  return identity === undefined ? undefined : { pid, identity };
};

export const isStillIt = async ({ pid, identity }: PidRecord): Promise<boolean> =>
  (await processIdentity(pid)) === identity;

export const parseRecord = (text: string): PidRecord | undefined => {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

export const writeRecord = async (folder: string, name: string, pid: number): Promise<void> => {
  const record = await recordOf(pid);
  if (record !== undefined) await writeFileAtomically(join(folder, `${name}.json`), JSON.stringify(record));
};

export const removeRecord = (folder: string, name: string): Promise<void> =>
  rm(join(folder, `${name}.json`), { force: true });

/** The services recorded in `folder` that still run. */
export const livingRecords = async (folder: string): Promise<{ name: string; record: PidRecord }[]> => {
  let files: string[];
  try {
    files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  } catch {
    return [];
  }
  const found: { name: string; record: PidRecord }[] = [];
  for (const file of files) {
    const record = parseRecord(await readFile(join(folder, file), 'utf8').catch(() => ''));
    if (record !== undefined && (await isStillIt(record))) found.push({ name: file.slice(0, -5), record });
  }
  return found;
};
