import type { Client } from '#shared/api/client/index.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { createPalette } from '../view/palette.ts';
import { plainJson } from '../view/plain-text.ts';
import { terminalOf } from '../view/terminal.ts';
import { followRun, seeItAgain } from './follow-run.ts';

interface ShowOptions {
  context: CommandContext;
  watch: boolean;
  output?: string | undefined;
  json: boolean;
}

/** Prints which run was started, and follows it to its end if that is asked for. Resolves to the exit code. */
export async function showStarted(
  client: Client,
  started: { id: string },
  { context, watch, output, json }: ShowOptions,
): Promise<number> {
  const { env, out } = context;
  const terminal = terminalOf(env, process.stdout);
  if (json) out(plainJson(started));
  else out(`${createPalette(terminal.colour).bold('run')} ${started.id}`);
  if (watch || output !== undefined)
    return followRun(client, started.id, { context, terminal, signals: process, json, output });
  if (!json) out(`Started. Watch or cancel it:${seeItAgain(started.id)}`);
  return EXIT.done;
}
