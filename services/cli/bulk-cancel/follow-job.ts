/* Follows a bulk cancel until every run of it has ended. Owns the line of the terminal that it writes over meanwhile. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CancelJob, Client } from '#shared/api/client/index.ts';
import { BULK_LIMIT } from '#shared/api/limits.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { plainJson, plainText } from '../view/plain-text.ts';
import type { Terminal } from '../view/terminal.ts';

export interface FollowJobOptions {
  context: CommandContext;
  /** Where the progress is shown. */
  terminal: Terminal;
  json: boolean;
  wait: boolean;
}

const CLEAR = '\r\x1b[2K';
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1_000;

/** Resolves to the exit code. */
export async function followJob(client: Client, job: CancelJob, options: FollowJobOptions): Promise<number> {
  const { context, terminal, json, wait } = options;
  const { out, err, outClosed: signal } = context;
  let now = job;
  for (
    let pause = FIRST_LOOK_MS;
    wait && now.status !== 'done';
    pause = Math.min(pause * 2, LONGEST_LOOK_MS)
  ) {
    if (terminal.live)
      terminal.write(`${CLEAR}cancelled ${now.cancelled} of ${now.cancelled + now.cancelling} …`);
    await delay(pause, undefined, { signal });
    now = await client.cancelJob(job.id, { signal });
  }
  if (terminal.live && wait) terminal.write(CLEAR);
  if (json) out(plainJson(now));
  else out(summaryOf(now));
  if (!json) for (const { id, error } of now.failures ?? []) err(`  ${plainText(id)}: ${plainText(error)}`);
  return now.failed > 0 ? EXIT.refused : EXIT.done;
}

/** `3 runs: 2 cancelled, 1 had already ended` */
export function summaryOf(job: CancelJob): string {
  const parts = [
    [job.cancelled, 'cancelled'],
    [job.cancelling, 'cancelling'],
    [job.alreadyFinal, 'had already ended'],
    [job.failed, 'not cancelled'],
  ] as const;
  const counted = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const rest = job.matched >= BULK_LIMIT ? ' (the oldest; there may be more, cancel again)' : '';
  const runs = `${job.matched} ${job.matched === 1 ? 'run' : 'runs'}${rest}`;
  return counted.length === 0 ? runs : `${runs}: ${counted.join(', ')}`;
}
