import { type Client, createClient } from '#shared/api/client/index.ts';
import type { StopSignals } from '#shared/platform/process/stop-signals.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit.ts';
import { startLocalStack } from './local-stack.ts';

/**
 * Does `work` on a stack that is started for it, and removed whatever happens: neither a process nor a file is left.
 * Resolves to the exit code. @throws what `work` throws, LocalStackError, or the reason of `interrupted` while it starts
 */
export async function onLocalStack(
  { env, err }: Pick<CommandContext, 'env' | 'err'>,
  { stop, interrupted }: { stop: StopSignals; interrupted: AbortSignal },
  work: (client: Client) => Promise<number>,
): Promise<number> {
  const isNews = (line: string) => !/: found /.test(line);
  err('starting a stack …');
  const say = (line: string) => void (isNews(line) && err(line));
  const stack = await startLocalStack({ env, purpose: 'tests', say });
  let code: number = EXIT.refused;
  let left: string[] = [];
  try {
    const client = createClient(await stack.ready(interrupted));
    code = await work(client);
  } finally {
    left = await stack.stop(stop.forced);
    if (left.length > 0) err(`left behind: ${left.join(', ')}`);
  }
  return left.length > 0 && code === EXIT.done ? EXIT.refused : code;
}
