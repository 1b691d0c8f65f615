/*
 * Watches one run until it ends, the user interrupts, or the output is closed. Owns signal handling meanwhile: an
 * interrupt stops watching, never the run.
 */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Client, isFinal } from '#shared/api/client/index.ts';
import { listenForStop, type SignalSource } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, exitOfSignal } from '../exit.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { createProgress } from '../view/progress.ts';
import { shorten } from '../view/shorten.ts';
import { waitsNow } from '../view/story-text.ts';
import type { Terminal } from '../view/terminal.ts';
import { noteOutages } from './outage-notes.ts';
import { createWaitNotes } from './wait-notes.ts';

export interface FollowOptions {
  context: CommandContext;
  terminal: Terminal;
  signals: SignalSource;
  /** Each entry as one line of JSON. */
  json: boolean;
  /** The file for its results, as JSON, when it has ended. */
  output?: string | undefined;
}

const EXITS = { pass: EXIT.done, fail: EXIT.failed } as const;

/** Resolves to the exit code. */
export async function followRun(client: Client, runId: string, options: FollowOptions): Promise<number> {
  const { context, terminal, signals, json, output } = options;
  const stop = listenForStop(signals, () => performance.now());
  const interrupted = new AbortController();
  void stop.first.then((signal) => interrupted.abort(signal));
  const signal = AbortSignal.any([interrupted.signal, context.outClosed]);
  const progress = createProgress(terminal);
  const say = (text: string) => {
    if (terminal.live && !json) progress.note(shorten(text, terminal.columns - 1));
    else context.err(text);
  };
  const onLost = (error: Error) => say(`${error.message}; retrying`);
  const over = new AbortController();
  noteOutages(client.url, over.signal, say);
  const waits = createWaitNotes((what) => {
    const text = terminal.live ? shorten(what, terminal.columns - 'o '.length - 1) : what;
    progress.note(waitsNow(text, createPalette(terminal.colour)));
  });
  const onHint = json ? undefined : waits.hint;
  let code: number = EXIT.refused;
  let hasBegun = false;
  try {
    for await (const entry of client.watch(runId, { signal, onLost, onHint })) {
      hasBegun = true;
      if (json) context.out(plainJson(entry));
      else {
        progress.show(entry);
        waits.follow(entry);
      }
      if (entry.kind === 'status' && isFinal(entry.status)) code = EXITS[entry.status];
    }
    if (output !== undefined) {
      const { results = {} } = await client.get(runId, { signal });
      await writeFile(resolve(context.cwd, output), `${JSON.stringify(results, null, 2)}\n`);
    }
    return code;
  } catch (error) {
    progress.close();
    if (!interrupted.signal.aborted) {
      if (signal.aborted) return EXIT.refused;
      if (hasBegun) context.err(`the run may still be running:${seeItAgain(runId)}`);
      throw error;
    }
    context.err(`stopped watching; the run continues:${seeItAgain(runId)}`);
    return exitOfSignal(interrupted.signal.reason as NodeJS.Signals);
  } finally {
    waits.end();
    over.abort();
    stop.dispose();
  }
}

/** The commands to watch or cancel a run. */
export const seeItAgain = (runId: string): string =>
  `\n  npx ghostly watch ${runId}\n  npx ghostly cancel ${runId}`;
