import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../command.ts';
import type { TestValues } from './options.ts';

const OPTIONS = ['output', 'junit', 'ctrf', 'markdown'] as const satisfies (keyof TestValues)[];

/** Before anything is started: each report has a file of its own. @throws UsageError */
export async function checkReportFiles(values: TestValues, cwd: string): Promise<void> {
  const taken = new Map<string, string>();
  for (const option of OPTIONS) {
    const { [option]: file } = values;
    if (file === undefined) continue;
    if (file === '') throw new UsageError(`--${option} needs the name of a file`);
    const path = resolve(cwd, file);
    if (file.endsWith('/') || (await isFolder(path)))
      throw new UsageError(`--${option} needs a file, and ${file} is a folder`);
    const other = taken.get(path);
    if (other !== undefined) throw new UsageError(`--${other} and --${option} name the same file`);
    taken.set(path, option);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
