import { readFile, realpath } from 'node:fs/promises';
import { browsersWith } from '../../support/stack/leaks.ts';

export interface FoundBrowser {
  pid: number;
  runnerPid: number;
}

/** The browsers of the runners that have this home, and whose they are. */
export async function browsersOf(home: string): Promise<FoundBrowser[]> {
  const found = await Promise.all(
    (await browsersWith(home)).map(async ({ pid }) => ({ pid, runnerPid: await runnerOf(pid) })),
  );
  return found.filter((browser): browser is FoundBrowser => browser.runnerPid !== undefined);
}

/** A browser knows its runner's folder, which is named for the runner's pid; perhaps by a link. */
async function runnerOf(pid: number): Promise<number | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const path = environment
    .split('\0')
    .find((variable) => variable.startsWith('RUNNER_FOLDER='))
    ?.slice('RUNNER_FOLDER='.length);
  const folder = path && (await realpath(path).catch(() => path));
  const found = folder && /runner-(\d+)-/.exec(folder)?.[1];
  return found ? Number(found) : undefined;
}
