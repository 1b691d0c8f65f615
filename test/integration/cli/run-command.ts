import type { CommandContext } from '../../../services/cli/command.ts';
import { COMMANDS } from '../../../services/cli/command-table.ts';
import { dispatch } from '../../../services/cli/dispatch.ts';
import { errorJson, errorText, exitCodeOf } from '../../../services/cli/error-text.ts';

interface Given extends Partial<CommandContext> {
  /** Answers its prompts. */
  typed?: string[] | undefined;
  /** Its errors are said, and counted, as by the program. */
  saysErrors?: boolean;
}

/** A command of the CLI in this process. */
export async function runCommand(
  line: string[],
  env: Record<string, string>,
  { typed, saysErrors, ...given }: Given = {},
) {
  const lines = { out: [] as string[], err: [] as string[] };
  const asked: string[] = [];
  const context: CommandContext = {
    env,
    cwd: '/',
    root: '/',
    out: (one) => lines.out.push(one),
    err: (one) => lines.err.push(one),
    outClosed: new AbortController().signal,
    ...(typed && {
      askSecret: async (question) => {
        asked.push(question);
        return typed[asked.length - 1];
      },
    }),
    ...given,
  };
  const code = await dispatch(COMMANDS, line, context).catch((error: unknown) => {
    if (!saysErrors) throw error;
    lines.err.push(line.includes('--json') ? errorJson(error) : errorText(error));
    return exitCodeOf(error);
  });
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n'), ...(typed && { asked }) };
}
