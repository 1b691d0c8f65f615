/* The files that `ghostly test` writes once a batch has ended. */
import { resolve } from 'node:path';
import type { Batch, BatchSummary } from '#shared/api/client/index.ts';
import type { CommandContext } from '../command.ts';
import { errorText, exitCodeOf } from '../error-text.ts';
import { EXIT } from '../exit.ts';
import { plainText } from '../view/plain-text.ts';
import { readReport, type StartedBatch } from './batch-calls.ts';
import type { TestValues } from './options.ts';
import { writeInto } from './write-file.ts';

type Files = Pick<TestValues, 'junit' | 'ctrf' | 'markdown'>;
const FORMATS = ['junit', 'ctrf', 'markdown'] as const satisfies (keyof Files)[];

/** What GitHub takes for one step. */
const LARGEST_SUMMARY = 1_048_576;

type Writing = Pick<CommandContext, 'env' | 'cwd' | 'err'> & {
  /** Aborted once there is no time left. */
  signal: AbortSignal;
};

/**
 * The reports that were asked for, and in a GitHub action the summary of its step. What fails is said, and the others are
 * written all the same. Resolves to the exit code of that.
 */
export async function writeReports(place: StartedBatch, files: Files, writing: Writing): Promise<number> {
  const { env, err, cwd, signal } = writing;
  const codes: number[] = [];
  for (const format of FORMATS) {
    const { [format]: file } = files;
    const summary = format === 'markdown' ? env.GITHUB_STEP_SUMMARY || undefined : undefined;
    const named = file === undefined ? 'GITHUB_STEP_SUMMARY' : `--${format} ${file}`;
    if (file === undefined && summary === undefined) continue;
    let text = '';
    const read = await said(named, err, async () => {
      text = await readReport(place, format, signal);
    });
    codes.push(read);
    if (read !== EXIT.done) continue;
    if (file !== undefined)
      codes.push(await said(named, err, () => writeInto(resolve(cwd, file), text, { signal })));
    if (summary !== undefined)
      codes.push(await said('GITHUB_STEP_SUMMARY', err, () => addSummary(summary, text, writing)));
  }
  return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}

async function addSummary(file: string, text: string, { err, signal }: Writing): Promise<void> {
  if (Buffer.byteLength(text) > LARGEST_SUMMARY)
    return err('the summary is longer than GitHub shows: use --markdown FILE');
  await writeInto(file, `${text}\n`, { signal, isAdded: true });
}

/** The batch itself, for scripts, if that is asked for. Resolves to the exit code; a failure is said. */
export function writeBatch(
  file: string | undefined,
  batch: Batch | BatchSummary,
  { cwd, err, signal }: Omit<Writing, 'env'>,
): Promise<number> {
  if (file === undefined) return Promise.resolve(EXIT.done);
  const text = `${JSON.stringify(batch, null, 2)}\n`;
  return said(`--output ${file}`, err, () => writeInto(resolve(cwd, file), text, { signal }));
}

async function said(named: string, err: Writing['err'], work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return EXIT.done;
  } catch (error) {
    err(`a report is missing: ${plainText(named)}: ${errorText(error)}`);
    return exitCodeOf(error);
  }
}
