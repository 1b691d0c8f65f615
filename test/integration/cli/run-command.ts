import type { CommandContext } from '../../../services/cli/command.ts';
import { COMMANDS } from '../../../services/cli/command-table.ts';
import { dispatch } from '../../../services/cli/dispatch.ts';

/** A command of the CLI in this process; `typed` answers its prompts. */
export async function runCommand(line: string[], env: Record<string, string>, typed?: string[]) {
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
  };
  const code = await dispatch(COMMANDS, line, context);
  return { code, asked, out: lines.out.join('\n'), err: lines.err.join('\n') };
}
