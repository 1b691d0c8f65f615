/* The files that `ghostly test` writes once a batch has ended. */
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Batch, BatchSummary } from '#shared/api/client/index.ts';
import type { CommandContext } from '../command.ts';
import { readReport, type StartedBatch } from './batch-calls.ts';
import type { TestValues } from './options.ts';

type Files = Pick<TestValues, 'junit' | 'ctrf' | 'markdown'>;
const FORMATS = ['junit', 'ctrf', 'markdown'] as const satisfies (keyof Files)[];

/** What GitHub takes for one step. */
const LARGEST_SUMMARY = 1_048_576;

/** The reports that were asked for, and in a GitHub action the summary of its step. @throws the first error, after the others are written */
export async function writeReports(
  place: StartedBatch,
  files: Files,
  { env, cwd, err }: Pick<CommandContext, 'env' | 'cwd' | 'err'>,
  signal: AbortSignal,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary } = env;
  const failures: unknown[] = [];
  for (const format of FORMATS) {
    const { [format]: file } = files;
    const isForGitHub = format === 'markdown' && Boolean(summary);
    if (file === undefined && !isForGitHub) continue;
    try {
      const text = await readReport(place, format, signal);
      if (file !== undefined) await writeInto(resolve(cwd, file), text);
      if (!isForGitHub) continue;
      if (Buffer.byteLength(text) <= LARGEST_SUMMARY) await appendFile(summary ?? '', `${text}\n`);
      else err('the summary is longer than GitHub shows: use --markdown FILE');
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** The batch itself, for scripts. */
export const writeBatch = (file: string, batch: Batch | BatchSummary, cwd: string): Promise<void> =>
  writeInto(resolve(cwd, file), `${JSON.stringify(batch, null, 2)}\n`);

async function writeInto(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
